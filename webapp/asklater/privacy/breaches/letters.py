"""Letters about a breach (Art. 34 GDPR): to each person who is concerned once, in portions through the outbox."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template
from sqlalchemy import exists, select, update

from asklater import clock
from asklater.database.access import Database, current_database
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.jobs.service import current_jobs
from asklater.messages.mail import Importance, post_mail
from asklater.privacy.breaches.register import Breach, add_event, change_breach, find_breach
from asklater.privacy.breaches.scope import people_concerned
from asklater.privacy.register_tables import breach, breach_letter
from asklater.tables import subject

LETTERS_JOB = "send_breach_letters"
LETTERS_PORTION = 50
"""Letters of one transaction."""
LETTER_TEMPLATE = "asklater/messages/breach.txt"
ADDRESS_KIND = "email"


class NobodyToWriteTo(Exception):  # noqa: N818
    """No field and no record is chosen yet, or nobody holds one."""


@dataclass(frozen=True)
class Addressee:
    """Somebody who is concerned, by the number of their account. `address` is "" where there is none, `is_proved` says
    whether it was proved to be theirs."""

    subject_id: int
    address: str
    is_proved: bool


def begin_letters(found: Breach, by: str) -> Breach:
    """Have the worker write to everybody who is concerned; to go on after a stop is the same. Raises NobodyToWriteTo
    and BreachClosed."""
    if not found.counts.people:
        raise NobodyToWriteTo
    moment = found.letters_began_at or clock.now()
    changed = change_breach(
        found, "letters_began", by, letters_began_at=moment, letters_ended_at=None, letters_after=0
    )
    current_database().after_commit(lambda: current_jobs().enqueue(LETTERS_JOB))
    return changed


def stop_letters(found: Breach, by: str) -> Breach:
    """Have the worker write no more of them. Raises BreachClosed."""
    return change_breach(found, "letters_stopped", by, letters_ended_at=clock.now())


def send_portion(engine: Engine) -> int:
    """Write the next letters of the first breach that has some to be written, and return how many people had their
    turn. Whoever was written to is noted in the same transaction, so that nobody is twice."""
    connection = engine.database.writing()
    waiting = (
        breach.c.letters_began_at.is_not(None) & breach.c.letters_ended_at.is_(None) & breach.c.closed_at.is_(None)
    )
    row = connection.execute(select(breach).where(waiting).order_by(breach.c.id).limit(1).with_for_update()).first()
    found = find_breach(row.public_id) if row else None
    if row is None or found is None:
        return 0
    numbers = _next_people(engine, found, row.letters_after)
    posted = [number for number in numbers if _write(engine, found, number)]
    values = {
        "letters_posted": row.letters_posted + len(posted),
        "letters_unreachable": row.letters_unreachable + len(numbers) - len(posted),
        "letters_after": max(numbers, default=row.letters_after),
    }
    if not numbers:
        values["letters_ended_at"] = clock.now()
        add_event(found, "letters_ended")
    connection.execute(update(breach).where(breach.c.id == found.id).values(values))
    return len(numbers)


def letter_text(found: Breach) -> str:
    """Returns the letter, the same for everybody."""
    engine = current_engine()
    officer = engine.manifest.controller.data_protection_officer
    return render_template(
        LETTER_TEMPLATE,
        text=found.words.get("letter", ""),
        concerned=concerned_labels(engine, found),
        consequences=found.words.get("consequences", ""),
        measures=found.words.get("measures", ""),
        advice=found.words.get("advice", ""),
        controller=engine.manifest.controller.name,
        contact=(officer.contact if officer else "") or engine.manifest.controller.contact,
    )


def concerned_labels(engine: Engine, found: Breach) -> tuple[str, ...]:
    """Returns the names of the fields and records that got out, of which something was held when they were counted."""
    held = [key for key, (_people, records) in found.counts.parts.items() if records]
    return tuple(part_label(engine, key) for key in held)


def part_label(engine: Engine, part: str) -> str:
    """Returns the name of a "field:..." or "table:..."; its key where it is declared no more."""
    sort, _colon, key = part.partition(":")
    fields, tables = engine.manifest.fields, engine.registry.personal_tables
    if sort == "field":
        return gettext(fields[key].label) if key in fields else key
    return tables[key].words().label if key in tables else key


def addressees(engine: Engine, found: Breach) -> Iterator[Addressee]:
    """Yields everybody who is concerned by now, in the order of their numbers, a portion of them in memory."""
    after, everybody = 0, people_concerned(engine, found.scope)
    while everybody is not None:
        page = everybody.where(subject.c.id > after).order_by(subject.c.id).limit(LETTERS_PORTION)
        numbers = engine.database.reading().execute(page).scalars().all()
        yield from (addressee(engine, number) for number in numbers)
        if len(numbers) < LETTERS_PORTION:
            return
        after = numbers[-1]


def addressee(engine: Engine, number: int) -> Addressee:
    """Returns where somebody is written to: the address that they proved, or else the one that they gave."""
    proved = current_identity().address_of(number)
    if proved:
        return Addressee(number, proved, is_proved=True)
    keys = [key for key, field in engine.manifest.fields.items() if field.kind == ADDRESS_KIND]
    given = engine.answers.read(number, keys) if keys else {}
    return Addressee(number, next((str(given[key]) for key in keys if key in given), ""), is_proved=False)


def _next_people(engine: Engine, found: Breach, after: int) -> list[int]:
    """Returns who comes next; at the end also whoever became concerned meanwhile, with a number that was passed."""
    everybody = people_concerned(engine, found.scope)
    if everybody is None:
        return []
    had = exists().where(breach_letter.c.breach_id == found.id, breach_letter.c.subject_id == subject.c.id)
    wanted = everybody.where(~had).order_by(subject.c.id).limit(LETTERS_PORTION)
    connection = engine.database.writing()
    numbers = connection.execute(wanted.where(subject.c.id > after)).scalars().all()
    return list(numbers or connection.execute(wanted).scalars().all())


def _write(engine: Engine, found: Breach, number: int) -> bool:
    """Write to one person, and return whether there was an address."""
    one, moment = addressee(engine, number), clock.now()
    if one.address:
        post_mail(
            one.address,
            found.words["letter_title"],
            "asklater/messages/plain.txt",
            subject_id=number,
            importance=Importance.LETTER,
            text=letter_text(found),
        )
    row = {"breach_id": found.id, "subject_id": number, "posted_at": moment if one.address else None}
    engine.database.writing().execute(engine.database.insert(breach_letter).values(row).on_conflict_do_nothing())
    return bool(one.address)


def move_letters(database: Database, from_subject: int, into_subject: int) -> None:
    """Let letters to one subject count as those to another who turned out to be the same person."""
    had = select(breach_letter.c.breach_id).where(breach_letter.c.subject_id == into_subject)
    moved = update(breach_letter).where(
        breach_letter.c.subject_id == from_subject, breach_letter.c.breach_id.not_in(had)
    )
    database.writing().execute(moved.values(subject_id=into_subject))

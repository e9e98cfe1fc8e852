"""Pages of the register of breaches: the list, one breach with its clock and its steps, and the authority's notice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # its types are a version behind
from wtforms.form import BaseForm

from asklater import clock
from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.forms import inputs_of
from asklater.i18n import gettext
from asklater.kinds.base import InputError
from asklater.privacy.breaches import register
from asklater.privacy.breaches.forms import STEP_FORMS, ListForm, step_form
from asklater.privacy.breaches.labels import (
    authority_label,
    event_label,
    extent_label,
    persons_label,
    risk_label,
    step_label,
    step_text,
)
from asklater.privacy.breaches.letters import concerned_labels, letter_text, part_label
from asklater.privacy.breaches.register import Breach
from asklater.privacy.breaches.scope import is_narrowed, tables_of_people
from asklater.privacy.leak_impact.leaks import database_leak, plain_columns
from asklater.privacy.officer_forms import OfficerForm
from asklater.privacy.record_of_processing.generation import NONE


@dataclass(frozen=True)
class BreachLine:
    """A breach in the list. `when` says in words what the clock says, or when it was closed."""

    title: str
    url: str
    noticed_at: datetime
    when: str
    is_overdue: bool
    people: str


@dataclass(frozen=True)
class PartLine:
    """A field or a kind of record that is concerned, of how many people, and in how many records."""

    label: str
    people: int
    records: int
    note: str


@dataclass(frozen=True)
class LogLine:
    """One step of the log."""

    at: datetime
    text: str
    who: str
    note: str


@dataclass(frozen=True)
class BreachPage:
    """One breach. `letter` is the letter as it will be sent, "" while there is none; `sent` what was sent of it."""

    line: BreachLine
    deadline: datetime
    facts: tuple[tuple[str, str], ...]
    people: int
    parts: tuple[PartLine, ...]
    empty_parts: int
    counted_at: datetime | None
    letter_title: str
    letter: str
    sent: str
    steps: tuple[OfficerForm, ...]
    list_form: OfficerForm | None
    log: tuple[LogLine, ...]
    notice_url: str
    error: str

    @property
    def errors(self) -> tuple[InputError, ...]:
        forms = (*self.steps, *((self.list_form,) if self.list_form else ()))
        return tuple(error for form in forms for error in form.errors)


@dataclass(frozen=True)
class NoticeElement:
    """One element of the notice to the authority, by its letter in Art. 33(3). `is_missing`: nothing was written."""

    letter: str
    label: str
    lines: tuple[str, ...]

    @property
    def is_missing(self) -> bool:
        return not any(self.lines)


@dataclass(frozen=True)
class AuthorityNoticePage:
    """What the authority is sent (Art. 33(3) GDPR). It prints; it names none of the people."""

    title: str
    controller: tuple[str, ...]
    authority: str
    elements: tuple[NoticeElement, ...]
    back_url: str
    made_at: datetime


def breach_line(found: Breach) -> BreachLine:
    return BreachLine(
        title=found.title,
        url=url_for("officer.breach", public_id=found.public_id),
        noticed_at=found.noticed_at,
        when=clock_text(found),
        is_overdue=found.is_overdue,
        people=f"{found.counts.people:,}" if found.counted_at else gettext("not counted yet"),
    )


def clock_text(found: Breach) -> str:
    """Says how much of the 72 hours is left, or why they do not run any more."""
    if found.closed_at is not None:
        return gettext("closed on %(day)s", day=found.closed_at.date().isoformat())
    if found.notified_at is not None:
        return gettext("authority notified on %(moment)s UTC", moment=_moment(found.notified_at))
    if not found.awaits_authority:
        return gettext("the authority need not be notified")
    minutes = int(abs(found.deadline - clock.now()).total_seconds() // 60)
    hours = ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    span = hours if minutes >= 60 else ngettext("%(num)s minute", "%(num)s minutes", minutes)
    if found.is_overdue:
        return gettext("overdue for %(span)s: notify the authority, and say why it is late", span=span)
    return gettext("%(span)s left to notify the authority", span=span)


def breach_page(
    engine: Engine, found: Breach, *, sent: tuple[str, BaseForm] | None = None, error: str = ""
) -> BreachPage:
    """Returns the page; `sent` is a step and its form that was refused."""
    step, form = sent or ("", None)
    is_open = found.closed_at is None
    return BreachPage(
        line=breach_line(found),
        deadline=found.deadline,
        facts=tuple(_facts(found)),
        people=found.counts.people,
        parts=tuple(_part_lines(engine, found)),
        empty_parts=sum(not records for _people, records in found.counts.parts.values()),
        counted_at=found.counted_at,
        letter_title=found.words.get("letter_title", ""),
        letter=letter_text(found) if found.words.get("letter") else "",
        sent=_sent_text(found),
        steps=tuple(_steps(engine, found, step, form)) if is_open else (),
        list_form=_list_form(found, form if step == "list" else None) if found.counts.people else None,
        log=tuple(
            LogLine(event.at, event_label(event.event), event.by or gettext("the application"), event.note)
            for event in register.events_of(found)
        ),
        notice_url=url_for("officer.breach_notice", public_id=found.public_id),
        error=error,
    )


def scope_choices(engine: Engine) -> dict[str, list[SelectChoice]]:
    """Returns the fields and records that can be chosen, each with what a leak of the database shows of it."""
    tables = tables_of_people(engine)
    fields = [
        SelectChoice(key, f"{gettext(one.label)} ({database_leak(one, tables)})")
        for key, one in engine.manifest.fields.items()
    ]
    return {"fields": fields, "tables": [SelectChoice(table.key, _table_label(table)) for table in tables]}


def authority_notice_page(engine: Engine, found: Breach) -> AuthorityNoticePage:
    controller, words, counts = engine.manifest.controller, found.words, found.counts
    officer = controller.data_protection_officer
    counted = gettext(
        "People: about %(people)s. Records: about %(records)s. Counted on %(moment)s UTC.",
        people=f"{counts.people:,}",
        records=f"{counts.records:,}",
        moment=_moment(found.counted_at) if found.counted_at else "",
    )
    persons = gettext("Categories of people: %(persons)s", persons="; ".join(_persons(engine, found)))
    data = gettext("Categories of records: %(data)s", data="; ".join(concerned_labels(engine, found)))
    reached = [part for part in (officer.name, officer.contact) if part] if officer else []
    late = words.get("delay_reason", "")
    return AuthorityNoticePage(
        title=found.title,
        controller=tuple(
            gettext(part)
            for part in (controller.name, controller.contact, controller.representative)
            if part and not part.lower().startswith(NONE)
        ),
        authority=gettext(controller.supervisory_authority) if controller.supervisory_authority else "",
        elements=(
            NoticeElement("", gettext("When"), tuple(_moments(found))),
            NoticeElement("a", gettext("What happened"), (words.get("happened", ""),)),
            NoticeElement(
                "a", gettext("People and records concerned"), (counted, persons, data) if found.counted_at else ()
            ),
            NoticeElement("b", gettext("Who can say more"), (", ".join(reached) or controller.contact,)),
            NoticeElement("c", gettext("What can follow from it"), (words.get("consequences", ""), *_risk(found))),
            NoticeElement("d", gettext("What was done, and what will be"), (words.get("measures", ""),)),
            *(
                (NoticeElement("", gettext("Why it is later than 72 hours"), (late,)),)
                if late or found.is_overdue
                else ()
            ),
        ),
        back_url=url_for("officer.breach", public_id=found.public_id),
        made_at=clock.now(),
    )


def _facts(found: Breach) -> Iterable[tuple[str, str]]:
    words = found.words
    yield gettext("What happened"), words.get("happened", "")
    for name, label in (("consequences", gettext("What can follow from it")), ("measures", gettext("What was done"))):
        if words.get(name):
            yield label, words[name]
    if found.risk:
        yield gettext("Risk"), _because(risk_label(found.risk), words.get("risk_reason", ""))
    if found.authority:
        yield gettext("Authority"), _because(authority_label(found.authority), words.get("authority_reason", ""))
    if found.notified_at:
        more = " · ".join(filter(None, (words.get("reference", ""), words.get("delay_reason", ""))))
        yield gettext("Notified"), _because(f"{_moment(found.notified_at)} UTC", more)
    if found.persons:
        yield gettext("People"), _because(persons_label(found.persons), words.get("persons_reason", ""))
    if found.closed_at:
        yield gettext("Closed"), words.get("closing", "")


def _because(what: str, why: str) -> str:
    return f"{what}\n{why}" if why else what


def _part_lines(engine: Engine, found: Breach) -> Iterable[PartLine]:
    """Yields what something is held of; the page says how many other parts there are."""
    has_days = found.scope.recorded_from is not None or found.scope.recorded_until is not None
    for key, (people, records) in found.counts.parts.items():
        if records:
            whole = has_days and not is_narrowed(engine, found.scope, key)
            note = gettext("of all days: its rows bear no date") if whole else ""
            yield PartLine(part_label(engine, key), people, records, note)


def _steps(engine: Engine, found: Breach, step: str, refused: BaseForm | None) -> Iterable[OfficerForm]:
    choices, next_step = scope_choices(engine), _next_step(found)
    for name in STEP_FORMS:
        if not _can_take(found, name):
            continue
        form = refused if name == step and refused is not None else step_form(name, found, choices, formdata=None)
        yield OfficerForm(
            key=name,
            title=step_label(name),
            text=step_text(name, found),
            post_url=url_for("officer.breach_step", public_id=found.public_id, step=name),
            label=step_label(name),
            inputs=inputs_of(form, name),
            look={"send": "primary", "stop": "danger"}.get(name, "secondary"),
            is_next=name == next_step and not step,
        )


def _next_step(found: Breach) -> str:
    """Returns the step that is to be taken next, "" where all is done but the closing."""
    if found.counted_at is None:
        return "scope"
    missing = register.missing_for_closing(found)
    if missing[:1] == ("letters",):
        return "send" if _can_send(found) else "letter"
    return missing[0] if missing else ""


def _can_take(found: Breach, step: str) -> bool:
    """Tells whether a step is of use now."""
    return {
        "notified": found.authority != register.NOT,
        "letter": found.persons == register.WRITE,
        "send": _can_send(found),
        "stop": found.is_sending,
    }.get(step, True)


def _can_send(found: Breach) -> bool:
    return found.persons == register.WRITE and bool(found.words.get("letter")) and not found.is_sending


def _list_form(found: Breach, refused: BaseForm | None) -> OfficerForm:
    return OfficerForm(
        key="list",
        title=gettext("Download the list of addresses"),
        text=gettext(
            "For letters on paper, or for calls. It holds addresses of people: keep it only as long as you need it."
        ),
        post_url=url_for("officer.breach_list", public_id=found.public_id),
        label=gettext("Download as CSV"),
        inputs=inputs_of(refused or ListForm(formdata=None), "list"),
    )


def _sent_text(found: Breach) -> str:
    if found.letters_began_at is None:
        return ""
    text = gettext(
        "Letters written: %(posted)s. People without an address: %(unreachable)s.",
        posted=f"{found.letters_posted:,}",
        unreachable=f"{found.letters_unreachable:,}",
    )
    state = gettext("The worker goes on.") if found.is_sending else gettext("No more are being written.")
    return f"{text} {state}"


def _table_label(table: object) -> str:
    words = table.words()  # type: ignore[attr-defined]
    plain = plain_columns(table)  # type: ignore[arg-type]
    return (
        gettext("%(table)s (in clear: %(columns)s)", table=words.label, columns=", ".join(plain))
        if plain
        else words.label
    )


def _persons(engine: Engine, found: Breach) -> list[str]:
    fields, tables, purposes = engine.manifest.fields, engine.registry.personal_tables, engine.manifest.purposes
    keys = {fields[key].purpose for key in found.scope.fields if key in fields}
    keys |= {tables[key].purpose for key in found.scope.tables if key in tables}
    found_persons = (person for key, purpose in purposes.items() if key in keys for person in purpose.persons)
    return list(dict.fromkeys(gettext(person) for person in found_persons))


def _moments(found: Breach) -> Iterable[str]:
    yield gettext("Noticed on %(moment)s UTC", moment=_moment(found.noticed_at))
    if found.notified_at:
        yield gettext("Sent on %(moment)s UTC", moment=_moment(found.notified_at))
    yield extent_label(found.scope.extent)


def _risk(found: Breach) -> tuple[str, ...]:
    return (_because(risk_label(found.risk), found.words.get("risk_reason", "")),) if found.risk else ()


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"

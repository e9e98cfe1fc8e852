"""Searches of officers for a person: by an address, over proved and unproved accounts and visitors; by a number; or by
the address of a public page. Each is noted with its reason, and whoever is found can read that it was made.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, insert, select, update

from asklater import clock
from asklater.database.access import table_of
from asklater.email_addresses import parse_address
from asklater.engine import Engine
from asklater.identity import current_identity
from asklater.messages.sealing import address_mark
from asklater.messages.tables import OutgoingMail
from asklater.privacy.register_tables import person_search, person_search_match, search_label
from asklater.privacy.tables import privacy_request
from asklater.rate_limits import RateLimit, spend
from asklater.tables import subject

VALID_FOR = timedelta(hours=8)
"""So long its officer sees what was found; after that they search again, with a reason."""
KEPT_FOR = timedelta(days=3 * 365)
MOST_FOUND = 50
PAGE_SIZE = 100
OUTGOING = table_of(OutgoingMail)
SEARCHES = RateLimit("searches of one officer for people", 60, timedelta(hours=1))


@dataclass(frozen=True)
class Search:
    """One search. What was searched for is not kept; `reason` is the officer's, `found` how many people there were."""

    id: int
    public_id: str
    at: datetime
    by: str
    reason: str
    found: int


def search_people(engine: Engine, typed: str, reason: str, by: str) -> Search:
    """Search, and note that. Raises Invalid for what is no address, number or public page, and Unable: too often."""
    spend(SEARCHES, by)
    numbers = list(dict.fromkeys(_subjects(engine, typed)))[:MOST_FOUND]
    known = select(subject.c.id).where(subject.c.id.in_(numbers), subject.c.erased_at.is_(None))
    there = set(engine.database.reading().execute(known).scalars())
    name, moment = secrets.token_urlsafe(18), clock.now()
    row = {"public_id": name, "at": moment, "by": by, "found": len(there)}
    row["reason"] = engine.seal(None, search_label(name), reason)
    connection = engine.database.writing()
    made: int = connection.execute(insert(person_search).values(row).returning(person_search.c.id)).scalar_one()
    matches = [{"search_id": made, "subject_id": number, "at": moment} for number in numbers if number in there]
    if matches:
        connection.execute(insert(person_search_match), matches)
    return Search(made, name, moment, by, reason, len(there))


def find_search(engine: Engine, public_id: str, by: str) -> Search | None:
    """Returns an officer's own search while it is valid."""
    it = person_search.c
    mine = it.public_id == public_id, it.by == by, it.at > clock.now() - VALID_FOR
    found = _searches(engine, select(person_search).where(*mine))
    return found[0] if found else None


def people_found(engine: Engine, search: Search) -> list[int]:
    """Returns the subjects that a search has found and that are there still."""
    matches = select(person_search_match.c.subject_id).where(person_search_match.c.search_id == search.id)
    return list(engine.database.reading().execute(matches.order_by(person_search_match.c.subject_id)).scalars())


def newest_searches(engine: Engine) -> list[Search]:
    """Returns the newest searches of all officers, newest first."""
    return _searches(engine, select(person_search).order_by(person_search.c.id.desc()).limit(PAGE_SIZE))


def forget_searches(engine: Engine) -> int:
    """Delete a portion of the searches whose time is over, once nobody whom they found is there; returns how many."""
    found = exists().where(person_search_match.c.search_id == person_search.c.id)
    return engine.database.delete_some(person_search, (person_search.c.at <= clock.now() - KEPT_FOR) & ~found)


def move_matches(engine: Engine, from_subject: int, into_subject: int) -> None:
    """Let searches that found one subject have found another who turned out to be the same person."""
    it = person_search_match.c
    had = select(it.search_id).where(it.subject_id == into_subject)
    moved = update(person_search_match).where(it.subject_id == from_subject, it.search_id.not_in(had))
    engine.database.writing().execute(moved.values(subject_id=into_subject))
    engine.database.writing().execute(delete(person_search_match).where(it.subject_id == from_subject))


def _subjects(engine: Engine, typed: str) -> Iterator[int]:
    """Yields who is meant, whoever has proved the address first."""
    if typed.isascii() and typed.isdigit():
        yield from [int(typed)] if len(typed) < 10 else []
    elif "/" in typed and "@" not in typed:
        finds = [sort.find for sort in engine.registry.publications.values() if sort.find is not None]
        yield from (found[0] for find in finds if (found := find(typed)) is not None)
    else:
        yield from _subjects_of_address(engine, parse_address(typed))


def _subjects_of_address(engine: Engine, address: str) -> Iterator[int]:
    """Yields who gave the address: for an account, in a request, or as a visitor who was sent a mail."""
    owner = current_identity().owner_of_address(address)
    yield from [] if owner is None else [owner]
    yield from current_identity().unproved_accounts(address)
    mark, mails = address_mark(address), OUTGOING.c
    asked, mailed = (
        (privacy_request.c.subject_id, privacy_request.c.address_mark),
        (mails.subject_id, mails.recipient_mark),
    )
    for number, marked in (asked, mailed):
        wanted = select(number).where(marked == mark, number.is_not(None)).distinct().order_by(number)
        yield from engine.database.reading().execute(wanted).scalars()


def _searches(engine: Engine, wanted: Select[object]) -> list[Search]:
    rows = engine.database.reading().execute(wanted).mappings().all()
    opened = engine.open(None, {search_label(row["public_id"]): row["reason"] for row in rows})
    names = [name for name in Search.__dataclass_fields__ if name != "reason"]
    return [
        Search(**{name: row[name] for name in names}, reason=opened[search_label(row["public_id"])]) for row in rows
    ]

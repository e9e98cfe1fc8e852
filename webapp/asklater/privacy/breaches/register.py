"""The register of breaches (Art. 33 and 34 GDPR): a breach from its notice to its closing, and its log."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, insert, select, update

from asklater import clock
from asklater.database.access import current_database, microseconds
from asklater.engine import current_engine
from asklater.privacy.breaches.scope import CHOSEN, Scope, ScopeCounts, count_concerned, leaked_by
from asklater.privacy.register_tables import breach, breach_event

TIME_TO_NOTIFY = timedelta(hours=72)
"""From the notice of a breach until the authority has to know of it (Art. 33(1) GDPR)."""
NOTIFY, NOT = "notify", "not"
WRITE, PUBLIC = "write", "public"
RISKS = ("none", "risk", "high")


@dataclass(frozen=True)
class Breach:
    """One breach. `words` are what officers wrote of it, by the names of their inputs."""

    id: int
    public_id: str
    noticed_at: datetime
    entered_at: datetime
    entered_by: str
    words: Mapping[str, str]
    scope: Scope
    counts: ScopeCounts
    counted_at: datetime | None
    risk: str
    authority: str
    notified_at: datetime | None
    persons: str
    letters_began_at: datetime | None
    letters_ended_at: datetime | None
    letters_posted: int
    letters_unreachable: int
    closed_at: datetime | None

    @property
    def title(self) -> str:
        return self.words["title"]

    @property
    def deadline(self) -> datetime:
        return self.noticed_at + TIME_TO_NOTIFY

    @property
    def awaits_authority(self) -> bool:
        """Whether the clock runs: the authority was not notified, and nobody decided that it need not be."""
        return self.closed_at is None and self.notified_at is None and self.authority != NOT

    @property
    def is_overdue(self) -> bool:
        return self.awaits_authority and self.deadline <= clock.now()

    @property
    def is_sending(self) -> bool:
        return self.letters_began_at is not None and self.letters_ended_at is None


@dataclass(frozen=True)
class BreachEvent:
    """One step of the log. `by` is an officer's pseudonym, "" for the application."""

    at: datetime
    event: str
    by: str
    note: str


class BreachClosed(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The breach is closed: nothing of it is changed any more."""


def enter_breach(noticed_at: datetime, words: Mapping[str, str], by: str) -> Breach:
    """Enter a breach, and return it."""
    name, moment = secrets.token_urlsafe(18), clock.now()
    row = {
        "public_id": name,
        "noticed_at": noticed_at,
        "entered_at": moment,
        "entered_by": by,
        "words": _seal_words(name, words),
        "extent": CHOSEN,
        "parts": json.dumps({"fields": [], "tables": []}),
        "counts": json.dumps(asdict(ScopeCounts())),
        **dict.fromkeys(("risk", "authority", "persons"), ""),
        **dict.fromkeys(("letters_after", "letters_posted", "letters_unreachable"), 0),
    }
    made = current_database().writing().execute(insert(breach).values(row).returning(breach)).one()
    found = _breach(made)
    add_event(found, "entered", by)
    return found


def find_breach(public_id: str) -> Breach | None:
    """Returns the breach of that name."""
    rows = _breaches(select(breach).where(breach.c.public_id == public_id))
    return rows[0] if rows else None


def all_breaches() -> list[Breach]:
    """Returns every breach, those that are open first, each group with the newest first."""
    open_first = breach.c.closed_at.is_not(None), breach.c.noticed_at.desc()
    return _breaches(select(breach).order_by(*open_first))


def open_breaches() -> list[Breach]:
    """Returns the breaches that are not closed, in the order in which their time ends."""
    return _breaches(select(breach).where(breach.c.closed_at.is_(None)).order_by(breach.c.noticed_at))


def events_of(found: Breach) -> list[BreachEvent]:
    """Returns the log, oldest first."""
    rows = (
        current_database()
        .reading()
        .execute(select(breach_event).where(breach_event.c.breach_id == found.id).order_by(breach_event.c.id))
        .all()
    )
    sealed = {_note_label(found, row.event, row.at): row.note for row in rows if row.note is not None}
    notes = current_engine().open(None, sealed)
    return [
        BreachEvent(row.at, row.event, row.by, notes.get(_note_label(found, row.event, row.at), "")) for row in rows
    ]


def change_breach(
    found: Breach, event: str, by: str, *, note: str = "", words: Mapping[str, str] | None = None, **columns: object
) -> Breach:
    """Change an open breach and log it; what else officers wrote meanwhile stays. Raises BreachClosed."""
    connection = current_database().writing()
    one = breach.c.id == found.id
    row = connection.execute(select(breach).where(one, breach.c.closed_at.is_(None)).with_for_update()).first()
    if row is None:
        raise BreachClosed
    sealed = _seal_words(found.public_id, {**_breach(row).words, **(words or {})}) if words else row.words
    changed = connection.execute(update(breach).where(one).values(words=sealed, **columns).returning(breach)).one()
    add_event(found, event, by, note)
    return _breach(changed)


def set_scope(found: Breach, scope: Scope, by: str) -> Breach:
    """Note what got out, and count the people and records that are concerned by now. Raises BreachClosed."""
    engine = current_engine()
    if scope.extent != CHOSEN:
        fields, tables = leaked_by(engine, scope.extent)
        scope = Scope(scope.extent, fields, tables, scope.recorded_from, scope.recorded_until)
    return change_breach(
        found,
        "counted",
        by,
        extent=scope.extent,
        parts=json.dumps({"fields": scope.fields, "tables": scope.tables}),
        recorded_from=scope.recorded_from,
        recorded_until=scope.recorded_until,
        counts=json.dumps(asdict(count_concerned(engine, scope))),
        counted_at=clock.now(),
    )


def add_event(found: Breach, event: str, by: str = "", note: str = "") -> None:
    """Add a step to the log, of a closed breach too."""
    moment = clock.now()
    sealed = current_engine().seal(None, _note_label(found, event, moment), note) if note else None
    row = {"breach_id": found.id, "at": moment, "event": event, "by": by, "note": sealed}
    current_database().writing().execute(insert(breach_event), row)


def close_breach(found: Breach, closing: str, by: str) -> Breach:
    """Close a breach: nothing of it is changed any more. Raises BreachClosed."""
    return change_breach(found, "close", by, note=closing, words={"closing": closing}, closed_at=clock.now())


def missing_for_closing(found: Breach) -> tuple[str, ...]:
    """Returns what has to be done before the breach can be closed, as keys of its steps, in their order."""
    done = {
        "assess": bool(found.risk),
        "authority": bool(found.authority),
        "notified": found.authority != NOTIFY or found.notified_at is not None,
        "persons": bool(found.persons),
        "letters": found.persons != WRITE or found.letters_ended_at is not None,
    }
    return tuple(step for step, is_done in done.items() if not is_done)


def _breaches(wanted: Select[Any]) -> list[Breach]:
    return [_breach(row) for row in current_database().reading().execute(wanted)]


def _breach(row: Any) -> Breach:
    parts, counts, label = json.loads(row.parts), json.loads(row.counts), _words_label(row.public_id)
    words = json.loads(current_engine().open(None, {label: row.words})[label])
    own = {name: getattr(row, name) for name in Breach.__dataclass_fields__ if name in row._fields}
    fields, tables = tuple(parts["fields"]), tuple(parts["tables"])
    scope = Scope(row.extent, fields, tables, row.recorded_from, row.recorded_until)
    by_part = {key: (people, records) for key, (people, records) in counts["parts"].items()}
    counted = ScopeCounts(counts["people"], counts["records"], by_part)
    return Breach(**{**own, "words": words, "scope": scope, "counts": counted})


def _seal_words(public_id: str, words: Mapping[str, str]) -> bytes:
    return current_engine().seal(None, _words_label(public_id), json.dumps(dict(words), ensure_ascii=False))


def _words_label(public_id: str) -> str:
    return f"breach:{public_id}:words"


def _note_label(found: Breach, event: str, at: datetime) -> str:
    return f"breach:{found.public_id}:{event}:{microseconds(at)}"

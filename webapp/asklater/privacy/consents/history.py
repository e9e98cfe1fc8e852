"""The history of a person's consents: what they said, when, where, and under which words, read from the events of
their answers.

The engine writes an event in the transaction of each change; merges take events along, an erasure deletes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from asklater.engine import Engine
from asklater.kinds.consent import YES
from asklater.manifest.consent_terms import confirmed_by
from asklater.records.answers import WITHDRAWAL
from asklater.records.consents import OUTDATED
from asklater.subjects.rights import consents
from asklater.tables import answer_event

EventState = Literal[
    "given", "pending", "confirmed", "withdrawn", "refused", "removed", "expired", "lapsed", "outdated"
]
"""`pending` is a yes that waits for the proof which makes it `confirmed`; one that waited in vain is `lapsed`. One is
`outdated` by other terms."""
ENDING_STATES: dict[str, EventState] = {
    "expired": "expired",
    "removed": "removed",
    "merged": "removed",
    OUTDATED: OUTDATED,
}
NOES = frozenset({"withdrawn", "refused"})
PROOF_ENDS = frozenset({"removed", "expired"})


@dataclass(frozen=True)
class ConsentEvent:
    """One statement, its confirmation, or the end of one. `context` is the action, the placement, or the engine's own
    reason; `terms_version` is "" where terms were not noted yet."""

    at: datetime
    state: EventState
    context: str
    notice_version: str
    language: str
    terms_version: str = ""
    removed: tuple[str, ...] = ()
    """The fields that were deleted with a withdrawal, since they rested on the consent."""


def consent_histories(engine: Engine, subject_id: int) -> dict[str, tuple[ConsentEvent, ...]]:
    """Returns the events of each consent, oldest first, without consents to which nothing was ever said. One
    statement."""
    fields = consents(engine)
    proofs = {key: confirmed_by(engine.field(key)) for key in fields}
    resting = {key: engine.resting_on(key) for key in fields}
    read = {*fields, *filter(None, proofs.values()), *(one for rests in resting.values() for one in rests)}
    wanted = select(answer_event).where(answer_event.c.subject_id == subject_id, answer_event.c.field.in_(read))
    rows = engine.database.reading().execute(wanted.order_by(answer_event.c.id)).all() if fields else []
    said = {row.field for row in rows}
    return {
        key: _with_removals(
            list(_events(key, [row for row in rows if row.field in {key, proofs[key]}], proofs[key])),
            [row for row in rows if row.field in resting[key] and row.action == WITHDRAWAL],
        )
        for key in fields
        if key in said
    }


def _events(field: str, rows: list[Any], proof: str) -> Iterable[ConsentEvent]:
    """Yields the events of these rows, which are of the consent and of its proof. An answer that a merge of two
    sessions carried over did not end."""
    is_given, is_proved, waits = False, not proof, False
    before: Any = None
    for row in rows:
        if row.field != field:
            is_proved = row.change not in PROOF_ENDS
            if waits and is_proved:
                waits = False
                yield _event(row, "confirmed")
            continue
        ends_by_merge = not row.stated and row.change == "merged"
        carried = ends_by_merge and before is not None and before.change == "merged"
        before = row
        if carried:
            continue
        if row.stated == YES:
            state: EventState = "given" if is_proved else "pending"
        elif row.stated:
            state = "withdrawn" if is_given else "refused"
        else:
            state = "lapsed" if waits and row.change == "expired" else ENDING_STATES[row.change]
        is_given = row.stated == YES
        waits = state == "pending"
        yield _event(row, state)


def _with_removals(events: list[ConsentEvent], gone: list[Any]) -> tuple[ConsentEvent, ...]:
    """Returns the events, each withdrawal with what was deleted along with it, right after it."""
    for row in gone:
        ends = [place for place, one in enumerate(events) if one.state in NOES and one.at <= row.at]
        if ends:
            events[ends[-1]] = replace(events[ends[-1]], removed=(*events[ends[-1]].removed, row.field))
    return tuple(events)


def _event(row: Any, state: EventState) -> ConsentEvent:
    """Returns the event. A confirmation says nothing by itself: the words are those of the yes."""
    if state == "confirmed":
        return ConsentEvent(row.at, state, row.action, "", row.language)
    return ConsentEvent(row.at, state, row.action, row.notice_version, row.language, row.terms_version or "")

"""The history of a person's consents: what they said, when, where, and under which words, read from the events of
their answers.

The engine writes an event in the transaction of each change; merges take events along, an erasure deletes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import select

from asklater.engine import Engine
from asklater.kinds.consent import YES
from asklater.rights import consents
from asklater.tables import answer_event

ConsentState = Literal["given", "withdrawn", "refused", "removed", "expired"]
ENDING_STATES: dict[str, ConsentState] = {"expired": "expired", "removed": "removed", "merged": "removed"}


@dataclass(frozen=True)
class ConsentEvent:
    """One statement, or the end of one. `context` is the action, the placement, or the engine's own reason."""

    at: datetime
    state: ConsentState
    context: str
    notice_version: str
    language: str


def consent_histories(engine: Engine, subject_id: int) -> dict[str, tuple[ConsentEvent, ...]]:
    """Returns the events of each consent, oldest first, without consents to which nothing was ever said. One
    statement."""
    fields = consents(engine)
    wanted = select(answer_event).where(answer_event.c.subject_id == subject_id, answer_event.c.field.in_(fields))
    rows = engine.database.reading().execute(wanted.order_by(answer_event.c.id)).all() if fields else []
    by_field = {key: [row for row in rows if row.field == key] for key in fields}
    return {key: tuple(_events(found)) for key, found in by_field.items() if found}


def _events(rows: list[Any]) -> Iterable[ConsentEvent]:
    """Yields the events of these rows. An answer that a merge of two sessions carried over did not end."""
    given = False
    for row, before in _with_before(rows):
        if not row.stated and row.change == "merged" and before is not None and before.change == "merged":
            continue
        said: ConsentState = "given" if row.stated == YES else "withdrawn" if given else "refused"
        state = said if row.stated else ENDING_STATES[row.change]
        given = state == "given"
        yield ConsentEvent(row.at, state, row.action, row.notice_version, row.language)


def _with_before(rows: list[Any]) -> Iterable[tuple[Any, Any]]:
    return ((row, before) for before, row in pairwise([None, *rows]))

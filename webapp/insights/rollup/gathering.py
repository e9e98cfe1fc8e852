"""Reading raw rows for the roll-up: which persons have something to count, and everything mature of theirs.

An episode counts once it is mature: its window has ended, so its outcome is settled and nothing moves it any more.
Each raw row says under which subject it was counted (`rolled_as`). So what the totals hold is always the rows that
say so, grouped by what they say; and what is left to do is told by the rows alone, in whatever order they were
committed and wherever a worker was stopped.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Connection, Select, Table, bindparam, select, type_coerce

from webapp.db import MICROSECOND, UTCDateTime, microseconds
from webapp.insights.rollup.changes import Changes
from webapp.insights.rollup.keys import ANY, NO_EXPERIMENT, Series
from webapp.insights.rollup.records import Episode, Person, Prompt
from webapp.profiling.tables import MOVED, prompt, prompt_field, subject

DAY = timedelta(days=1) // MICROSECOND
AT_ONCE = 400
"""Persons in one statement: SQLite takes some thousand parameters, and no list grows with the data."""

_HORIZON = bindparam("horizon", type_=UTCDateTime)
_PERSONS: BindParameter[int] = bindparam("persons", expanding=True)


@dataclass(frozen=True)
class Gathered:
    """What is to be done: the changes that it makes, and the raw rows that are counted by it.

    `episodes` and `prompts` are (row's id, the subject to note as `rolled_as`); 0 for who belongs into no figure.
    """

    changes: Changes
    episodes: tuple[tuple[int, int], ...]
    prompts: tuple[tuple[int, int], ...]


def gather(
    connection: Connection, persons: Collection[int], uncounted: Collection[int], at: datetime, window: timedelta
) -> Gathered:
    """Everything mature of `persons` that the totals do not hold yet, or hold under somebody else.

    `persons` has to name, for a row that moved, both who has it and whom it was counted under.
    """
    horizon, length = microseconds(at - window), window // MICROSECOND
    episodes, prompts = _rows(connection, _EPISODES, persons), _rows(connection, _PROMPTS, persons)
    of_prompt: defaultdict[int, list[Any]] = defaultdict(list)
    for row in episodes:
        of_prompt[row.prompt_id].append(row)
    mature = [row for row in episodes if row.opened <= horizon]
    shown = [row for row in prompts if row.opened <= horizon]
    before, after = _People(), _People()
    for row in mature:
        episode = _episode(row, length)
        for number in _was(row):
            before[number].episodes.append(episode)
        for number in _is(row, uncounted):
            after[number].episodes.append(episode)
    for row in shown:
        asked = _prompt(row, of_prompt[row.id], length)
        for number in _was(row):
            before[number].prompts.append(asked)
        for number in _is(row, uncounted):
            after[number].prompts.append(asked)
    changes = Changes()
    changes.count(before.values(), -1)
    changes.count(after.values())
    return Gathered(changes, _to_note(mature, uncounted), _to_note(shown, uncounted))


def waiting(
    connection: Connection, uncounted: Collection[int], at: datetime, window: timedelta, most: int | None = None
) -> list[int]:
    """Persons with something to count: all whose rows moved, and those of the oldest `most` rows of each table."""
    binds = {"horizon": at - window}
    found: dict[int, None] = {}
    for table in (prompt_field, prompt):
        moved = select(table.c.subject_id, table.c.rolled_as).where(MOVED)
        for now, then in connection.execute(moved):
            if now not in uncounted or then:
                found.update(dict.fromkeys(number for number in (now, then) if number))
        if uncounted:
            staff = select(table.c.subject_id).where(table.c.subject_id.in_(uncounted), table.c.rolled_as > 0)
            found.update(dict.fromkeys(connection.scalars(staff.distinct())))
    for oldest in (_OLDEST_EPISODES, _OLDEST_PROMPTS):
        found.update(dict.fromkeys(connection.scalars(oldest.limit(most), binds)))
    return list(found)


def oldest_waiting(connection: Connection, at: datetime, window: timedelta) -> datetime | None:
    """Since when the oldest ask that is due has been waiting to be counted; None where none is."""
    it = prompt_field.c
    due = select(it.opened_at).where(it.rolled_as.is_(None), it.opened_at <= _HORIZON)
    opened = connection.scalar(due.order_by(it.opened_at).limit(1), {"horizon": at - window})
    return None if opened is None else opened + window


def _rows(connection: Connection, statement: Select[Any], persons: Collection[int]) -> list[Any]:
    numbers = sorted(persons)
    return [
        row
        for start in range(0, len(numbers), AT_ONCE)
        for row in connection.execute(statement, {"persons": numbers[start : start + AT_ONCE]})
    ]


class _People(defaultdict[int, Person]):
    """Persons by number; new ones have nothing yet."""

    def __missing__(self, number: int) -> Person:
        self[number] = found = Person([], [])
        return found


def _was(row: Any) -> tuple[int, ...]:
    """Whom the totals hold the row under."""
    return (row.rolled_as,) if row.rolled_as else ()


def _is(row: Any, uncounted: Collection[int]) -> tuple[int, ...]:
    """Whom they should hold it under."""
    return () if row.subject_id in uncounted else (row.subject_id,)


def _to_note(rows: Sequence[Any], uncounted: Collection[int]) -> tuple[tuple[int, int], ...]:
    wanted = ((row, 0 if row.subject_id in uncounted else row.subject_id) for row in rows)
    return tuple((row.id, person) for row, person in wanted if row.rolled_as != person)


def _episode(row: Any, window: int) -> Episode:
    in_time = row.closed is not None and row.closed <= row.opened + window
    outcome = row.outcome if in_time else "abandoned"
    took = row.closed - row.opened if in_time else window
    series = Series(row.simulated, row.field, row.action, row.variant or NO_EXPERIMENT, row.device, row.visitor)
    return Episode(
        series, row.opened // DAY, outcome, max(took, 0), row.impressions, row.submissions, row.rejections, row.unable
    )


def _prompt(row: Any, episodes: Sequence[Any], window: int) -> Prompt:
    """Settled once its own window has ended, although a field that a later step showed may be open for longer."""
    end = row.opened + window
    acted = row.completed is not None and row.completed <= end
    held = [it.outcome in {"completed", "superseded"} and it.closed <= end for it in episodes]
    given = acted or (bool(held) and all(held))
    submitted = given or any(it.submissions for it in episodes if it.opened == row.opened)
    series = Series(row.simulated, ANY, row.action, row.variant or NO_EXPERIMENT, row.device, row.visitor)
    return Prompt(series, row.opened // DAY, submitted, given, acted)


def _moment(column: Any) -> Any:
    """A moment as the microseconds that it is kept as."""
    return type_coerce(column, BigInteger)


_EPISODES = (
    select(
        prompt_field.c.id,
        prompt_field.c.prompt_id,
        prompt_field.c.subject_id,
        prompt_field.c.rolled_as,
        prompt_field.c.field,
        prompt_field.c.action,
        prompt_field.c.outcome,
        _moment(prompt_field.c.opened_at).label("opened"),
        _moment(prompt_field.c.closed_at).label("closed"),
        prompt_field.c.impressions,
        prompt_field.c.submissions,
        prompt_field.c.rejections,
        prompt_field.c.unable,
        prompt.c.variant,
        prompt.c.device,
        prompt.c.visitor,
        subject.c.simulated,
    )
    .join_from(prompt_field, prompt, prompt.c.id == prompt_field.c.prompt_id)
    .join(subject, subject.c.id == prompt_field.c.subject_id)
    .where(prompt_field.c.subject_id.in_(_PERSONS))
)
_PROMPTS = (
    select(
        prompt.c.id,
        prompt.c.subject_id,
        prompt.c.rolled_as,
        prompt.c.action,
        _moment(prompt.c.opened_at).label("opened"),
        _moment(prompt.c.completed_at).label("completed"),
        prompt.c.variant,
        prompt.c.device,
        prompt.c.visitor,
        subject.c.simulated,
    )
    .join_from(prompt, subject)
    .where(prompt.c.subject_id.in_(_PERSONS))
)


def _oldest(table: Table) -> Select[Any]:
    it = table.c
    return select(it.subject_id).where(it.rolled_as.is_(None), it.opened_at <= _HORIZON).order_by(it.opened_at)


_OLDEST_EPISODES, _OLDEST_PROMPTS = _oldest(prompt_field), _oldest(prompt)

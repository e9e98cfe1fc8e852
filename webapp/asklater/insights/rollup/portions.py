"""A portion of what is due, counted by a few whole statements: the asks of everybody whose earlier ones stay counted
as they are. Whatever needs a closer look is left to extraction.py, which knows what to make of anything.

Of such a person the totals only gain: what is due now recurs to what was counted before, and to each other. So no row
that was counted is taken out and put in again, and rows are noted by one statement, without their numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
    update,
)

from asklater.clock import day_number
from asklater.db import MICROSECOND, UTCDateTime
from asklater.insights.postgres_hints import by_index
from asklater.insights.rollup.changes import MatureEpisode, MaturePrompt, TotalsChanges
from asklater.insights.rollup.extraction import fate, progress
from asklater.insights.rollup.recurrences import HistoryEntry
from asklater.insights.rollup.series import ANY, NO_EXPERIMENT, Series
from asklater.insights.statistics.histogram import LANE_BITS, bucket_of
from asklater.insights.tables import TIMED_OUTCOMES
from asklater.tables import prompt, prompt_field, subject

# The statements

_UNTIL = bindparam("until", type_=UTCDateTime)


def _as_kept(column: Any) -> ColumnElement[int]:
    """A moment, or a truth, as the number that it is kept as."""
    return type_coerce(column, BigInteger)


def _is_due(table: Any) -> tuple[ColumnElement[bool], ...]:
    return table.c.rolled_as.is_(None), table.c.opened_at <= _UNTIL, table.c.closed_at.is_not(None)


def _of_due(table: Table) -> ColumnElement[bool]:
    """Whether a row was counted already, of somebody of whom others are due."""
    due = table.alias()
    return table.c.subject_id.in_(select(due.c.subject_id).where(*_is_due(due))) & table.c.rolled_as.is_not(None)


def _of_its_asks(what: ColumnElement[int]) -> Any:
    return select(what).where(prompt_field.c.prompt_id == prompt.c.id).scalar_subquery()


_MET = (_as_kept(subject.c.simulated), prompt.c.action, prompt.c.variant, prompt.c.device, prompt.c.visitor)
_FATE = (prompt_field.c.outcome, _as_kept(prompt_field.c.opened_at), _as_kept(prompt_field.c.closed_at))
_PROGRESS = (_as_kept(prompt.c.opened_at), _as_kept(prompt.c.completed_at))
_OPTIONAL = _as_kept(prompt_field.c.optional)

_DUE_PROMPTS = (
    select(
        *(prompt.c.id, prompt.c.subject_id, *_PROGRESS, _as_kept(subject.c.objected_at)),
        *(_of_its_asks(func.count()), *_MET),
    )
    .join_from(prompt, subject)
    .where(*_is_due(prompt))
)
_DUE_ASKS = select(
    *(prompt_field.c.prompt_id, prompt_field.c.subject_id),
    *(*_FATE, _OPTIONAL, prompt_field.c.submissions),
    *(prompt_field.c.field, prompt_field.c.impressions, prompt_field.c.rejections, prompt_field.c.unable),
).where(*_is_due(prompt_field))
_EARLIER_PROMPTS = (
    select(prompt.c.subject_id, *_PROGRESS, _of_its_asks(func.min(cast(prompt_field.c.optional, Integer))), *_MET)
    .join_from(prompt, subject)
    .where(_of_due(prompt))
)
_EARLIER_ASKS = (
    select(prompt_field.c.subject_id, *_FATE, _OPTIONAL, prompt_field.c.field, *_MET)
    .join_from(prompt_field, prompt, prompt.c.id == prompt_field.c.prompt_id)
    .join(subject, subject.c.id == prompt_field.c.subject_id)
    .where(_of_due(prompt_field))
)

# Reading

Met = tuple[Any, ...]
"""Whether a person is simulated, and a prompt's action, variant, device and visitor."""


@dataclass(frozen=True)
class Portion:
    """What became due, counted into `changes`; what is due of the people who are `left` is not in it."""

    changes: TotalsChanges
    left: frozenset[int]


Row = tuple[Any, ...]
Due = list[Row]
"""A prompt that is due, as _DUE_PROMPTS reads it, and after it its asks that are, as _DUE_ASKS does."""


def read_portion(
    connection: Connection, until: datetime, window: timedelta, apart: Collection[int], zone: tzinfo = UTC
) -> Portion:
    """Count what opened by `until` and is over, by days of the `zone`. The connection has to see one moment.

    Left are those of the people `apart` of whom something is due, and others who need a closer look: who objects,
    whose prompt is due without all of its asks, and of whom something opened before what was counted already.
    """
    binds = {"until": until}
    counting = _Counting(window // MICROSECOND, zone)
    with by_index(connection):
        due, left = _read_due(connection, binds, apart)
        counting.read_earlier(connection, binds)
    left |= {it[0][1] for it in due if counting.is_late(it)}
    counting.count(it for it in due if it[0][1] not in left)
    return Portion(counting.changes, frozenset(left))


def note_portion(connection: Connection, until: datetime) -> int:
    """Note all that opened by `until` and is over as counted, under whom it is of; how many rows those were."""
    noted = 0
    with by_index(connection):
        for table in (prompt_field, prompt):
            counted = update(table).where(*_is_due(table)).values(rolled_as=table.c.subject_id)
            noted += connection.execute(counted, {"until": until}).rowcount
    return noted


def _read_due(
    connection: Connection, binds: Mapping[str, datetime], apart: Collection[int]
) -> tuple[Collection[Due], set[int]]:
    """The prompts that are due, and who is left."""
    shown: dict[int, Due] = {}
    left: set[int] = set()
    for row in _rows(connection, _DUE_PROMPTS, binds):
        shown[row[0]] = [row]
        if row[4] is not None or row[1] in apart:
            left.add(row[1])
    for row in _rows(connection, _DUE_ASKS, binds):
        if row[0] in shown:
            shown[row[0]].append(row)
        else:
            left.add(row[1])
    left.update(it[0][1] for it in shown.values() if len(it) - 1 != it[0][5])
    return shown.values(), left


def _rows(connection: Connection, statement: Select[Any], binds: Mapping[str, datetime]) -> Iterable[Row]:
    """The rows as the driver has them: there are many, and the statements ask for nothing but numbers and keys."""
    cursor: Iterable[Row] = connection.execute(statement, binds).cursor  # type: ignore[assignment]
    return cursor


# Counting


class _Counting:
    """Counts prompts into `changes`, with what recurs in them to what their people were asked before."""

    def __init__(self, window: int, zone: tzinfo) -> None:
        self.changes = TotalsChanges()
        self._window = window
        self._zone = zone
        self._numbers: defaultdict[Met, dict[tuple[str, int], int]] = defaultdict(dict)
        self._asked: defaultdict[int, list[HistoryEntry]] = defaultdict(list)
        self._shown: defaultdict[int, list[HistoryEntry]] = defaultdict(list)

    def read_earlier(self, connection: Connection, binds: Mapping[str, datetime]) -> None:
        """Read what was counted before, into histories whose days are moments still."""
        for subject_id, outcome, opened, closed, optional, key, *met in _rows(connection, _EARLIER_ASKS, binds):
            success = fate(outcome, opened, closed, self._window)[0] == "completed"
            self._asked[subject_id].append((opened, self._number(tuple(met), key, optional), success))
        for subject_id, opened, completed, optional, *met in _rows(connection, _EARLIER_PROMPTS, binds):
            acted = completed is not None and completed <= opened + self._window
            self._shown[subject_id].append((opened, self._number(tuple(met), ANY, optional or 0), acted))

    def is_late(self, due: Due) -> bool:
        """Whether something of its person that opened later was counted already."""
        shown, *asks = due
        if shown[1] not in self._asked and shown[1] not in self._shown:
            return False
        before = max((*self._asked.get(shown[1], ()), *self._shown.get(shown[1], ())))
        return bool(before[0] > min((shown[2], *(ask[3] for ask in asks))))

    def count(self, due: Iterable[Due]) -> None:
        tallies: defaultdict[Row, int] = defaultdict(int)
        took: defaultdict[tuple[int, int, str], list[int]] = defaultdict(list)
        prompts: defaultdict[tuple[int, int, bool, bool, bool], int] = defaultdict(int)
        asked: defaultdict[int, list[HistoryEntry]] = defaultdict(list)
        shown: defaultdict[int, list[HistoryEntry]] = defaultdict(list)
        window, zone = self._window, self._zone
        for (_, subject_id, since, completed, _, _, *rest), *asks in due:
            met, day = tuple(rest), day_number(since, zone)
            numbers = self._numbers[met]
            optional, submitted, given, acted = progress(since, completed, window, [ask[2:7] for ask in asks])
            number = self._number(met, ANY, optional)
            prompts[number, day, submitted, given, acted] += 1
            shown[subject_id].append((day, number, acted))
            for _, _, outcome, opened, closed, optional, submissions, key, *counts in asks:
                number = numbers.get((key, optional)) or self._number(met, key, optional)
                on = day if opened == since else day_number(opened, zone)
                end, time = fate(outcome, opened, closed, window)
                tallies[number, on, end, submissions, *counts] += 1
                if end in TIMED_OUTCOMES:
                    took[number, on, end].append(time)
                asked[subject_id].append((on, number, end == "completed"))
        self._add_counts(tallies, took, prompts)
        self._add_histories(asked, self._asked, self.changes.recurrences.add_asks)
        self._add_histories(shown, self._shown, self.changes.recurrences.add_prompts)

    def _add_counts(
        self,
        tallies: Mapping[tuple[Any, ...], int],
        took: Mapping[tuple[int, int, str], list[int]],
        prompts: Mapping[tuple[int, int, bool, bool, bool], int],
    ) -> None:
        series_of = self.changes.recurrences.series_of
        for (number, day, outcome, submissions, impressions, rejections, unable), times in tallies.items():
            alike = MatureEpisode(series_of(number), day, outcome, None, impressions, submissions, rejections, unable)
            self.changes.episode(alike, times)
        for (number, day, outcome), times_taken in took.items():
            counts = Counter(map(bucket_of, times_taken))
            lanes = sum(count << LANE_BITS * bucket for bucket, count in counts.items())
            self.changes.took(series_of(number), day, outcome, lanes)
        for (number, day, *reached), times in prompts.items():
            self.changes.prompt(MaturePrompt(series_of(number), day, *reached), times)

    def _add_histories(
        self,
        due: Mapping[int, list[HistoryEntry]],
        earlier: Mapping[int, list[HistoryEntry]],
        add: Callable[[Sequence[HistoryEntry], int, int], None],
    ) -> None:
        """Add what recurs in what is due; those who come for the first time, and do alike, at once."""
        new: Counter[tuple[HistoryEntry, ...]] = Counter()
        for subject_id, entries in due.items():
            if subject_id in earlier:
                before = sorted(earlier[subject_id])
                days = [(day_number(opened, self._zone), number, success) for opened, number, success in before]
                add([*days, *sorted(entries)], 1, len(before))
            elif len(entries) > 1:
                new[tuple(sorted(entries))] += 1
        for history, times in new.items():
            add(history, times, 0)

    def _number(self, met: Met, key: str, optional: int) -> int:
        """The number that stands for a series in histories."""
        number = self._numbers[met].get((key, optional))
        if number is None:
            simulated, action, variant, device, visitor = met
            series = Series(bool(simulated), key, action, variant or NO_EXPERIMENT, device, visitor, bool(optional))
            number = self._numbers[met][key, optional] = self.changes.recurrences.number_of(series)
        return number

"""A portion of what is due, counted by a few whole statements: the asks of everybody whose earlier ones stay counted
as they are. Whatever needs a closer look is left to extraction.py, which knows what to make of anything.

Of such a person the totals only gain: what is due now recurs to what was counted before, and to each other. So no row
that was counted is taken out and put in again, and rows are noted by one statement, without their numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache, partial
from typing import Any

from sqlalchemy import Connection, update

from asklater.clock import MICROSECONDS_A_DAY, QUARTER, day_number
from asklater.database.access import MICROSECOND
from asklater.insights.postgres_hints import by_index
from asklater.insights.rollup.changes import MatureEpisode, MaturePrompt, TotalsChanges
from asklater.insights.rollup.extraction import AT_ONCE, AskProgress, progress
from asklater.insights.rollup.portion_statements import (
    COMPLETED,
    COUNTED,
    DUE,
    HELD,
    OPTIONAL,
    PROMPTS_OF_SEVERAL,
    SUBMITTED,
    UNLIKE_THEIR_ASKS,
    Row,
    TextAsk,
    alike_asks,
    asks_of,
    is_due,
    lone_prompts,
)
from asklater.insights.rollup.recurrences import HistoryEntry
from asklater.insights.rollup.series import ANY, NO_EXPERIMENT, Series
from asklater.insights.statistics.histogram import LANE_BITS, bucket_counts
from asklater.tables import prompt, prompt_field

# Reading

Binds = Mapping[str, Any]


@dataclass(frozen=True)
class Portion:
    """What became due, counted into `changes`; what is due of the people who are `left` is not in it."""

    changes: TotalsChanges
    left: frozenset[int]


def read_portion(
    connection: Connection, until: datetime, window: timedelta, apart: Collection[int], zone: tzinfo = UTC
) -> Portion:
    """Count what opened by `until` and is over, by days of the `zone`. The connection has to see one moment.

    Left are the people `apart`, and others who need a closer look: who objects, whose prompt is due without all of its
    asks, and of whom something opened before what was counted already. All are counted at first, and then these are
    taken out by the same statements.
    """
    slot = MICROSECONDS_A_DAY if zone is UTC else QUARTER
    binds = {"until": until, "window": window // MICROSECOND, "slot": slot}
    counting = _Counting(slot, zone)
    with by_index(connection):
        left = {*apart, *(number for (number,) in _rows(connection, UNLIKE_THEIR_ASKS, binds))}
        left |= counting.count_several(_rows(connection, PROMPTS_OF_SEVERAL, binds), left)
        counting.count_asks(_rows(connection, alike_asks(), binds), 1)
        counting.count_lone(_rows(connection, lone_prompts(), binds), 1)
        taken_out = sorted(left)
        for start in range(0, len(taken_out), AT_ONCE):
            of_them = {**binds, "persons": taken_out[start : start + AT_ONCE]}
            counting.count_asks(_rows(connection, alike_asks(of_persons=True), of_them), -1)
            counting.count_lone(_rows(connection, lone_prompts(of_persons=True), of_them), -1)
    return Portion(counting.changes, frozenset(left))


def note_portion(connection: Connection, until: datetime) -> int:
    """Note all that opened by `until` and is over as counted, under whom it is of; how many rows those were."""
    noted = 0
    with by_index(connection):
        for table in (prompt_field, prompt):
            counted = update(table).where(*is_due(table)).values(rolled_as=table.c.subject_id)
            noted += connection.execute(counted, {"until": until}).rowcount
    return noted


def _rows(connection: Connection, statement: Any, binds: Binds) -> Iterable[Row]:
    """The rows as the driver has them."""
    cursor: Iterable[Row] = connection.execute(statement, binds).cursor  # type: ignore[assignment]
    return cursor


# Counting

Met = tuple[Any, ...]
"""Whether a person is simulated, and a prompt's action, variant, device and visitor."""
AddHistory = Callable[[Sequence[HistoryEntry], int, int], None]
Shown = tuple[Met, int, tuple[TextAsk, ...], bool]
"""A prompt: how it was met, its day, its asks, and whether it acted."""


@dataclass
class _History:
    """What one person has of asks and of prompts, by moments: what was counted, and what is due."""

    counted_asks: list[HistoryEntry] = field(default_factory=list)
    counted_prompts: list[HistoryEntry] = field(default_factory=list)
    asks: list[HistoryEntry] = field(default_factory=list)
    prompts: list[HistoryEntry] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)

    @property
    def is_late(self) -> bool:
        """Whether something that opened later than what is due was counted already."""
        counted = (*self.counted_asks, *self.counted_prompts)
        return bool(counted) and max(counted)[0] > min((*self.asks, *self.prompts))[0]


class _Counting:
    """Counts prompts and asks into `changes`, with what recurs in them to what their people were asked before."""

    def __init__(self, slot: int, zone: tzinfo) -> None:
        self.changes = TotalsChanges()
        self._slot = slot
        self._day_of = partial(day_number, zone=zone)
        self._numbers: dict[tuple[Met, str, bool], int] = {}

    def count_asks(self, rows: Iterable[Row], times: int) -> None:
        """Count asks so many times; each row tells how many of them are alike, and what they took."""
        texts: defaultdict[tuple[Series, int, str], list[str]] = defaultdict(list)
        for simulated, action, variant, device, visitor, key, optional, slot, outcome, *counts, alike, took in rows:
            number = self._number((simulated, action, variant, device, visitor), key, optional=bool(optional))
            series, day = self.changes.recurrences.series_of(number), self._day_of(slot * self._slot)
            self.changes.episode(MatureEpisode(series, day, outcome, None, *counts), times * alike)
            if took:
                texts[series, day, outcome].append(took)
        for (series, day, outcome), told in texts.items():
            counted = bucket_counts(map(int, ",".join(told).split(",")))
            lanes = sum(count << LANE_BITS * bucket for bucket, count in counted.items())
            self.changes.took(series, day, outcome, times * lanes)

    def count_lone(self, rows: Iterable[Row], times: int) -> None:
        """Count the only prompts of their people, so many times; what was asked in one recurs to each other."""
        histories: Counter[tuple[HistoryEntry, ...]] = Counter()
        asks_by_text = cache(asks_of)
        for (slot, *parts, acted, text), alike in Counter(rows).items():
            met, asks, day = tuple(parts), asks_by_text(text), self._day_of(slot * self._slot)
            self._count_prompt((met, day, asks, bool(acted)), times * alike)
            if len(asks) > 1:
                days = (self._day_of((slot + ask.moment) * self._slot) for ask in asks)
                entries = (self._entry(met, ask, at) for ask, at in zip(asks, days, strict=True))
                histories[tuple(sorted(entries))] += alike
        for history, alike in histories.items():
            self.changes.recurrences.add_asks(history, times * alike)

    def count_several(self, rows: Iterable[Row], left: Collection[int]) -> set[int]:
        """Count the due prompts of people who have several, but of those who are left; who is left besides."""
        histories: defaultdict[int, _History] = defaultdict(_History)
        for subject_id, state, opened, *met, acted, text in rows:
            if subject_id not in left:
                self._add_to(histories[subject_id], state, opened, (tuple(met), 0, asks_of(text), bool(acted)))
        late = {subject_id for subject_id, history in histories.items() if history.is_late}
        recurrences = self.changes.recurrences
        for subject_id in histories.keys() - late:
            history = histories[subject_id]
            for shown in history.shown:
                self._count_prompt(shown, 1)
            self._add_history(recurrences.add_asks, history.counted_asks, history.asks)
            self._add_history(recurrences.add_prompts, history.counted_prompts, history.prompts)
        return late

    def _add_to(self, history: _History, state: int, opened: int, prompt: Shown) -> None:
        """Add a prompt with its asks, whose moments are told; what is neither counted nor due is in no history."""
        met, _, asks, acted = prompt
        if state:
            number = self._number(met, ANY, optional=_progress_of(asks, acted=acted)[0])
            (history.counted_prompts if state == COUNTED else history.prompts).append((opened, number, acted))
        if state == DUE:
            history.shown.append((met, self._day_of(opened), asks, acted))
        for ask in asks:
            if ask.marks & COUNTED:
                history.counted_asks.append(self._entry(met, ask, ask.moment))
            elif ask.marks & DUE:
                history.asks.append(self._entry(met, ask, ask.moment))

    def _add_history(self, add: AddHistory, counted: list[HistoryEntry], due: list[HistoryEntry]) -> None:
        ordered = [*sorted(counted), *sorted(due)]
        add([(self._day_of(moment), number, success) for moment, number, success in ordered], 1, len(counted))

    def _count_prompt(self, prompt: Shown, times: int) -> None:
        met, day, asks, acted = prompt
        optional, *reached = _progress_of(asks, acted=acted)
        series = self.changes.recurrences.series_of(self._number(met, ANY, optional=optional))
        self.changes.prompt(MaturePrompt(series, day, *reached), times)

    def _entry(self, met: Met, ask: TextAsk, at: int) -> HistoryEntry:
        number = self._number(met, ask.field, optional=bool(ask.marks & OPTIONAL))
        return at, number, bool(ask.marks & COMPLETED)

    def _number(self, met: Met, key: str, *, optional: bool) -> int:
        """The number that stands for a series in histories."""
        number = self._numbers.get((met, key, optional))
        if number is None:
            simulated, action, variant, device, visitor = met
            series = Series(bool(simulated), key, action, variant or NO_EXPERIMENT, device, visitor, optional)
            number = self._numbers[met, key, optional] = self.changes.recurrences.number_of(series)
        return number


def _progress_of(asks: Sequence[TextAsk], *, acted: bool) -> tuple[bool, bool, bool, bool]:
    return _progress(tuple(ask.marks for ask in asks), acted)


@lru_cache
def _progress(marks: tuple[int, ...], acted: bool) -> tuple[bool, bool, bool, bool]:
    return progress(acted, [AskProgress(bool(it & HELD), bool(it & OPTIONAL), bool(it & SUBMITTED)) for it in marks])

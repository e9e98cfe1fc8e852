"""Reading raw rows for the roll-up: which persons have something to count, and everything mature of theirs.

An episode counts once it is mature: its window has ended. It is settled once it is closed as well: nothing moves it.
Each raw row says under which subject it was counted (`rolled_as`). So what the totals hold is always the rows that
say so, grouped by what they say; and what is left to do is told by the rows alone, in whatever order they were
committed and wherever a worker was stopped.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BigInteger, BindParameter, Connection, Select, bindparam, or_, select, type_coerce

from asklater.clock import day_number
from asklater.database.access import MICROSECOND, UTCDateTime, microseconds
from asklater.insights.rollup.changes import (
    MatureEpisode,
    MaturePrompt,
    RawEpisode,
    RawPrompt,
    TotalsChanges,
)
from asklater.insights.rollup.recurrences import HistoryEntry
from asklater.insights.rollup.series import ANY, NO_EXPERIMENT, Series
from asklater.tables import prompt, prompt_field, subject

Raw = TypeVar("Raw", RawEpisode, RawPrompt)
ANSWERED_OUTCOMES = frozenset({"completed", "superseded", "skipped"})
"""Outcomes after which nothing is left to ask: the field is held, or left empty beside others."""
AT_ONCE = 4000
"""Persons in one statement: databases take some ten thousand parameters, and no list grows with the data."""

_SETTLED_BY = bindparam("settled_by", type_=UTCDateTime)
_PERSONS: BindParameter[int] = bindparam("persons", expanding=True)


@dataclass(frozen=True)
class ExtractionScope:
    """What is to be counted: what opened by `until`, for the persons who have something of it, by days of the `zone`.

    With `settled`, only what is closed: nothing can happen to it any more, whoever is on their way. Without, what is
    open still is counted as abandoned.
    """

    persons: Collection[int]
    uncounted: Collection[int]
    until: datetime
    settled: bool = False
    zone: tzinfo = UTC


@dataclass(frozen=True)
class Extraction:
    """What is to be done: the changes that it makes, and the raw rows that are counted by it.

    `episodes` and `prompts` are the ids of rows to be noted under the subject that they have, and the `passed` ones
    those of rows that belong into no figure.
    """

    changes: TotalsChanges
    episodes: tuple[int, ...]
    uncounted_episodes: tuple[int, ...]
    prompts: tuple[int, ...]
    uncounted_prompts: tuple[int, ...]


def extract(
    connection: Connection, due: ExtractionScope, window: timedelta, changes: TotalsChanges | None = None
) -> Extraction:
    """What is due and the totals do not hold yet, or hold under somebody else; with other `changes` if there are any.

    The connection has to see one moment. `due.persons` has to name, for a row that moved, both who has it and whom it
    was counted under.
    """
    length = window // MICROSECOND
    binds = {"settled_by": due.until + window}  # a prompt's further steps open later than it does
    episodes = [RawEpisode(*row) for row in _rows(connection, _EPISODES, due.persons, binds)]
    prompts = [RawPrompt(*row) for row in _rows(connection, _PROMPTS, due.persons, binds)]
    of_prompt: defaultdict[int, list[RawEpisode]] = defaultdict(list)
    for episode in episodes:
        of_prompt[episode.prompt_id].append(episode)
    counted = _with_whose(episodes, due)
    shown = _with_whose(prompts, due)
    changes = TotalsChanges() if changes is None else changes
    _count_episodes(changes, counted, length, due.zone)
    _count_prompts(changes, shown, of_prompt, length, due.zone)
    return Extraction(changes, *_to_note(counted), *_to_note(shown))


def _rows(
    connection: Connection, statement: Select[Any], persons: Collection[int], binds: Mapping[str, datetime]
) -> list[Any]:
    numbers = sorted(persons)
    return [
        row
        for start in range(0, len(numbers), AT_ONCE)
        for row in connection.execute(statement, {**binds, "persons": numbers[start : start + AT_ONCE]}).all()
    ]


def _with_whose(rows: Iterable[Raw], due: ExtractionScope) -> list[tuple[Raw, int]]:
    """The rows that are due, each with whom the totals should hold it under."""
    until = microseconds(due.until)
    return [
        (row, _is(row, due))
        for row in rows
        if row.rolled_as is not None or (row.opened <= until and not (due.settled and row.closed is None))
    ]


def _is(row: RawEpisode | RawPrompt, due: ExtractionScope) -> int:
    """Whom the totals should hold a row under, 0 for nobody; `rolled_as` is whom they do.

    What somebody who objects has, earlier versions wrote; it waits to be deleted.
    """
    return 0 if row.objected is not None or row.subject_id in due.uncounted else row.subject_id


def _count_episodes(changes: TotalsChanges, rows: Iterable[tuple[RawEpisode, int]], window: int, zone: tzinfo) -> None:
    histories = _Histories()
    for row, is_ in rows:
        was = row.rolled_as or 0
        episode = _episode(row, window, zone)
        number = changes.recurrences.number_of(episode.series)
        histories.add(was, is_, (episode.day, number, episode.outcome == "completed"))
        if was != is_:
            for subject_id, times in ((was, -1), (is_, 1)):
                if subject_id:
                    changes.episode(episode, times)
    histories.count(changes.recurrences.add_asks)


def _count_prompts(
    changes: TotalsChanges,
    rows: Iterable[tuple[RawPrompt, int]],
    of_prompt: Mapping[int, Sequence[RawEpisode]],
    window: int,
    zone: tzinfo,
) -> None:
    histories = _Histories()
    for row, is_ in rows:
        was = row.rolled_as or 0
        asked = _prompt(row, of_prompt.get(row.id, ()), window, zone)
        histories.add(was, is_, (asked.day, changes.recurrences.number_of(asked.series), asked.acted))
        if was != is_:
            for subject_id, times in ((was, -1), (is_, 1)):
                if subject_id:
                    changes.prompt(asked, times)
    histories.count(changes.recurrences.add_prompts)


class _Histories:
    """What each person has, as the totals hold it and as they should."""

    def __init__(self) -> None:
        self._before: defaultdict[int, list[HistoryEntry]] = defaultdict(list)
        self._after: defaultdict[int, list[HistoryEntry]] = defaultdict(list)

    def add(self, was: int, is_: int, entry: HistoryEntry) -> None:
        """Counted under the subject `was`, and to be counted under `is_`; 0 for nobody."""
        if was:
            self._before[was].append(entry)
        if is_:
            self._after[is_].append(entry)

    def count(self, add: Callable[[Sequence[HistoryEntry], int], None]) -> None:
        """Take out what recurred in what each person had, and put in what does in what they have."""
        for histories, times in ((self._before, -1), (self._after, 1)):
            for history in histories.values():
                add(sorted(history), times)


def _to_note(rows: Iterable[tuple[RawEpisode | RawPrompt, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The ids of rows to note under their subject, and of those to pass over."""
    new = [(row.id, is_) for row, is_ in rows if row.rolled_as != is_]
    return tuple(number for number, is_ in new if is_), tuple(number for number, is_ in new if not is_)


def fate(outcome: str | None, opened: int, closed: int | None, window: int) -> tuple[str, int]:
    """How an episode ended within its window, and after how many microseconds."""
    if closed is None or outcome is None or closed > opened + window:
        return "abandoned", window
    return outcome, max(closed - opened, 0)


class AskProgress(NamedTuple):
    """Of an ask of a prompt: whether it was held by the end of the prompt's window, whether it was optional, and
    whether it was submitted with the prompt's first view."""

    held: bool
    optional: bool
    submitted: bool


def progress(acted: bool, asks: Sequence[AskProgress]) -> tuple[bool, bool, bool, bool]:
    """Whether a prompt counts as an optional one, was submitted, was given all that it needed, and acted.

    Settled once its own window has ended, although a field that a later step showed may be open for longer. Only
    what was sent with the prompt was submitted; what was missing may have been given by another way.

    It counts by what was needed; where nothing of it was, it is one of the optional asks, and counts by these.
    """
    needed = [ask.held for ask in asks if not ask.optional]
    given = all(needed) if needed else bool(asks) and all(ask.held for ask in asks)
    return bool(asks) and not needed, any(ask.submitted for ask in asks), acted or given, acted


def _episode(row: RawEpisode, window: int, zone: tzinfo) -> MatureEpisode:
    outcome, took = fate(row.outcome, row.opened, row.closed, window)
    variant = row.variant or NO_EXPERIMENT
    series = Series(row.simulated, row.field, row.action, variant, row.device, row.visitor, row.optional)
    counts = (row.impressions, row.submissions, row.rejections, row.unable)
    return MatureEpisode(series, day_number(row.opened, zone), outcome, took, *counts)


def _prompt(row: RawPrompt, episodes: Sequence[RawEpisode], window: int, zone: tzinfo) -> MaturePrompt:
    end = row.opened + window
    acted = row.completed is not None and row.completed <= end
    optional, *reached = progress(acted, [_progress_by(row, it, end) for it in episodes])
    variant = row.variant or NO_EXPERIMENT
    series = Series(row.simulated, ANY, row.action, variant, row.device, row.visitor, optional)
    return MaturePrompt(series, day_number(row.opened, zone), *reached)


def _progress_by(row: RawPrompt, ask: RawEpisode, end: int) -> AskProgress:
    held = ask.closed is not None and ask.closed <= end and ask.outcome in ANSWERED_OUTCOMES
    return AskProgress(held, ask.optional, ask.opened == row.opened and ask.submissions > 0)


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
        subject.c.objected_at.label("objected"),
        prompt_field.c.optional,
    )
    .join_from(prompt_field, prompt, prompt.c.id == prompt_field.c.prompt_id)
    .join(subject, subject.c.id == prompt_field.c.subject_id)
    .where(
        prompt_field.c.subject_id.in_(_PERSONS),
        or_(prompt_field.c.opened_at <= _SETTLED_BY, prompt_field.c.rolled_as.is_not(None)),
    )
)
_PROMPTS = (
    select(
        prompt.c.id,
        prompt.c.subject_id,
        prompt.c.rolled_as,
        prompt.c.action,
        _moment(prompt.c.opened_at).label("opened"),
        _moment(prompt.c.closed_at).label("closed"),
        _moment(prompt.c.completed_at).label("completed"),
        prompt.c.variant,
        prompt.c.device,
        prompt.c.visitor,
        subject.c.simulated,
        subject.c.objected_at.label("objected"),
    )
    .join_from(prompt, subject)
    .where(
        prompt.c.subject_id.in_(_PERSONS),
        or_(prompt.c.opened_at <= _SETTLED_BY, prompt.c.rolled_as.is_not(None)),
    )
)

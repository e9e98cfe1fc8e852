"""What prompts and their episodes add to the totals, or take from them, by series and day. Pure arithmetic on plain
rows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from operator import add
from typing import NamedTuple

from asklater.insights.rollup.series import GROUPINGS, Grouping, Series, wider_series
from asklater.insights.statistics.histogram import LANE_BITS, bucket_of
from asklater.insights.tables import COUNTERS, TIMED_OUTCOMES

# Rows, as they are counted


class RawEpisode(NamedTuple):
    """A row of an ask, with what its prompt and its person add. Moments are whole microseconds since 1970."""

    id: int
    prompt_id: int
    subject_id: int
    rolled_as: int | None
    field: str
    action: str
    outcome: str | None
    opened: int
    closed: int | None
    impressions: int
    submissions: int
    rejections: int
    unable: int
    variant: str
    device: str
    visitor: str
    simulated: bool
    objected: datetime | None
    optional: bool


class RawPrompt(NamedTuple):
    """A row of a prompt, with what its person adds."""

    id: int
    subject_id: int
    rolled_as: int | None
    action: str
    opened: int
    closed: int | None
    completed: int | None
    variant: str
    device: str
    visitor: str
    simulated: bool
    objected: datetime | None


class MatureEpisode(NamedTuple):
    """A mature episode. `series` is the narrowest that it belongs to; `day` counts days since 1970, in the zone that
    the totals are by.

    `took` is microseconds from the first impression to the close, of whatever outcome.
    """

    series: Series
    day: int
    outcome: str
    took: int
    impressions: int
    submissions: int
    rejections: int
    unable: int


class MaturePrompt(NamedTuple):
    """A mature prompt; its series names no field.

    An action that ran to success had everything given, by whatever means: with this prompt's form, or another way.
    """

    series: Series
    day: int
    submitted: bool
    given: bool
    acted: bool


class HistoryEntry(NamedTuple):
    """One episode in its person's history: what counting persons once takes of it."""

    day: int
    series: Series
    completed: bool


# Changes by series and day

LONGEST_RANGE = 400
"""Days: no range is longer, so of two episodes of one person that lie further apart nobody will ask."""

_PLACE_BY_OUTCOME = {
    name: COUNTERS.index(name) for name in ("completed", "dismissed", "superseded", "skipped", "abandoned")
}
_IMPRESSIONS, _SUBMITTED, _REJECTED, _REJECTIONS, _UNABLE, _FIRST_PROMPT_PLACE = (
    COUNTERS.index(name) for name in ("impressions", "submitted", "rejected", "rejections", "unable", "prompts")
)

RECURRENCES = (
    "asked_again",
    "completed_again",
    *("pairs", "pair_successes", "pairs_of_successes"),
    *("prompt_pairs", "prompt_pair_actions", "prompt_pairs_of_actions"),
)
"""What is counted by the days that lie between two of a person's asks, in this order. The first two count an ask by
the one before it; the others every pair of asks, or of prompts: the pairs, the successes in them, and pairs of two."""
PAIRS, PROMPT_PAIRS = RECURRENCES.index("pairs"), RECURRENCES.index("prompt_pairs")

LagCounts = defaultdict[int, int]
"""Counts by `lag_key`. Made by the hundred, which takes several times as long with a Counter."""
History = tuple[HistoryEntry, ...]
"""In the order of days."""


@dataclass(slots=True)
class TotalsChange:
    """What one series' totals gain on one day; all of it may be negative.

    `counts` are in the order of COUNTERS. `times` are histograms as lanes of one number,
    in the order of TIMED_OUTCOMES. `again` counts RECURRENCES in this series, by `lag_key`; they belong to the day of
    the later one.
    """

    counts: list[int] = field(default_factory=lambda: [0] * len(COUNTERS))
    times: list[int] = field(default_factory=lambda: [0] * len(TIMED_OUTCOMES))
    again: LagCounts = field(default_factory=lambda: LagCounts(int))

    def add(self, other: "TotalsChange") -> None:
        self.counts = list(map(add, self.counts, other.counts))
        self.times = list(map(add, self.times, other.times))
        for key, count in other.again.items():
            self.again[key] += count

    @property
    def inverse(self) -> "TotalsChange":
        """The change that undoes this one."""
        again = LagCounts(int, {key: -count for key, count in self.again.items()})
        return TotalsChange([-count for count in self.counts], [-lanes for lanes in self.times], again)

    @property
    def is_nothing(self) -> bool:
        return not (any(self.counts) or any(self.times) or any(self.again.values()))


def lag_key(kind: int, lag: int) -> int:
    """The key of what is counted as RECURRENCES[kind], so many days apart; `divmod` by LONGEST_RANGE undoes it."""
    return kind * LONGEST_RANGE + lag


ChangesFound = defaultdict[Series, defaultdict[int, TotalsChange]]


class TotalsChanges:
    """Changes by series and day. What is counted with `times` -1 is taken out again.

    Whoever counts an episode, or a prompt, takes the history of these that its person had before out, and the one with
    it in.
    """

    def __init__(self) -> None:
        self._narrow: defaultdict[tuple[Series, int], TotalsChange] = defaultdict(TotalsChange)
        self._prompts: defaultdict[tuple[Series, int], TotalsChange] = defaultdict(TotalsChange)
        self._histories: Counter[History] = Counter()
        self._prompt_histories: Counter[History] = Counter()

    def episode(self, episode: MatureEpisode, times: int) -> None:
        _count_episode(self._narrow[episode.series, episode.day], episode, times)

    def prompt(self, prompt: MaturePrompt, times: int) -> None:
        _count_prompt(self._prompts[prompt.series, prompt.day], prompt, times)

    def history(self, asked: Iterable[HistoryEntry], times: int) -> None:
        """All that one person was asked, in any order. Histories that are alike are worked out once, at the end."""
        self._histories[tuple(sorted(asked))] += times

    def prompt_history(self, shown: Iterable[HistoryEntry], times: int) -> None:
        """All prompts that one person was shown, in any order; one that acted is `completed`."""
        self._prompt_histories[tuple(sorted(shown))] += times

    def by_series(self, views: tuple[Grouping, ...] = GROUPINGS) -> dict[Series, dict[int, TotalsChange]]:
        """Every change that is one, in every series of these views that it shows in."""
        of_prompts = tuple(view for view in views if not view[0])  # each asks for several fields, so is in no field's
        found: ChangesFound = defaultdict(lambda: defaultdict(TotalsChange))
        for changes, shown in ((self._narrow, views), (self._prompts, of_prompts)):
            for (key, day), change in changes.items():
                if not change.is_nothing:
                    for series in wider_series(key, shown):
                        found[series][day].add(change)
        for history, times in self._histories.items():
            if times and len(history) > 1:
                _count_returns(found, history, views, times)
                _count_pairs(found, history, views, times, PAIRS)
        for history, times in self._prompt_histories.items():
            if times and len(history) > 1:
                _count_pairs(found, history, of_prompts, times, PROMPT_PAIRS)
        pruned = {
            series: {day: change for day, change in days.items() if not change.is_nothing}
            for series, days in found.items()
        }
        return {series: days for series, days in pruned.items() if days}


def _count_episode(change: TotalsChange, episode: MatureEpisode, times: int) -> None:
    counts = change.counts
    counts[0] += times
    counts[_PLACE_BY_OUTCOME[episode.outcome]] += times
    counts[_IMPRESSIONS] += times * episode.impressions
    if episode.submissions:
        counts[_SUBMITTED] += times
        if episode.rejections:
            counts[_REJECTED] += times
    counts[_REJECTIONS] += times * episode.rejections
    counts[_UNABLE] += times * episode.unable
    if episode.outcome in TIMED_OUTCOMES:
        change.times[TIMED_OUTCOMES.index(episode.outcome)] += times << LANE_BITS * bucket_of(episode.took)


def _count_prompt(change: TotalsChange, prompt: MaturePrompt, times: int) -> None:
    for place, reached in enumerate((True, prompt.submitted, prompt.given, prompt.acted)):
        change.counts[_FIRST_PROMPT_PLACE + place] += times * reached


def _count_returns(found: ChangesFound, history: History, views: tuple[Grouping, ...], times: int) -> None:
    """Each episode that is not its person's first in a series, by the days since the one before."""
    for kind, asks in enumerate((history, tuple(asked for asked in history if asked.completed))):
        before: dict[Series, int] = {}
        for asked in asks:
            day = asked.day
            for series in wider_series(asked.series, views):
                last = before.get(series)
                if last is not None and day - last < LONGEST_RANGE:
                    found[series][day].again[lag_key(kind, day - last)] += times
                before[series] = day


def _count_pairs(
    found: ChangesFound, history: History, views: tuple[Grouping, ...], times: int, first_kind: int
) -> None:
    """Every pair of a person's in a series, by the days between the two; those of one day are added up first."""
    seen: defaultdict[Series, dict[int, tuple[int, int]]] = defaultdict(dict)
    for asked in history:
        day, success = asked.day, int(asked.completed)
        for series in wider_series(asked.series, views):
            days = seen[series]
            if days:
                again = found[series][day].again
                for earlier, (cases, successes) in days.items():
                    if day - earlier < LONGEST_RANGE:
                        key = lag_key(first_kind, day - earlier)
                        again[key] += times * cases
                        again[key + LONGEST_RANGE] += times * (successes + success * cases)
                        again[key + 2 * LONGEST_RANGE] += times * success * successes
            cases, successes = days.get(day, (0, 0))
            days[day] = cases + 1, successes + success

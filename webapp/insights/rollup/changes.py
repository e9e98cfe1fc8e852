"""What asks add to the totals, or take from them, by series and day. Pure arithmetic."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import add

from webapp.insights.rollup.keys import VIEWS, Series, View, wider
from webapp.insights.rollup.records import Asked, Episode, Prompt
from webapp.insights.rollup.tables import COUNTERS, TIMES
from webapp.insights.statistics.histogram import bucket_of
from webapp.insights.statistics.lanes import BITS

REACH = 400
"""Days: no range is longer, so of two episodes of one person that lie further apart nobody will ask."""

_OUTCOMES = tuple(COUNTERS.index(name) for name in ("completed", "dismissed", "superseded", "abandoned"))
_OUTCOME = dict(zip(("completed", "dismissed", "superseded", "abandoned"), _OUTCOMES, strict=True))
_PROMPTS = COUNTERS.index("prompts")

Lags = defaultdict[int, int]
"""Counts by days. Made by the hundred, which takes several times as long with a Counter."""
History = tuple[Asked, ...]
"""In the order of days."""


@dataclass(slots=True)
class Change:
    """What one series' totals gain on one day; all of it may be negative.

    `counts` are in the order of COUNTERS. `times` are histograms as lanes of one number, in the order of TIMES.
    `asked_again` counts episodes by the days since their person's one before, in this series; `completed_again` the
    same among completed ones.
    """

    counts: list[int] = field(default_factory=lambda: [0] * len(COUNTERS))
    times: list[int] = field(default_factory=lambda: [0] * len(TIMES))
    asked_again: Lags = field(default_factory=lambda: Lags(int))
    completed_again: Lags = field(default_factory=lambda: Lags(int))

    def add(self, other: "Change") -> None:
        self.counts = list(map(add, self.counts, other.counts))
        self.times = list(map(add, self.times, other.times))
        for lag, count in other.asked_again.items():
            self.asked_again[lag] += count
        for lag, count in other.completed_again.items():
            self.completed_again[lag] += count

    @property
    def taken_back(self) -> "Change":
        """The change that undoes this one."""
        again = (
            Lags(int, {lag: -count for lag, count in counted.items()})
            for counted in (self.asked_again, self.completed_again)
        )
        return Change([-count for count in self.counts], [-lanes for lanes in self.times], *again)

    @property
    def is_nothing(self) -> bool:
        again = self.asked_again, self.completed_again
        return not (any(self.counts) or any(self.times) or any(any(counted.values()) for counted in again))


class Changes:
    """Changes by series and day. What is counted with `times` -1 is taken out again.

    Whoever counts an episode takes the history that its person had before out, and the one with it in.
    """

    def __init__(self) -> None:
        self._narrow: defaultdict[tuple[Series, int], Change] = defaultdict(Change)
        self._prompts: defaultdict[tuple[Series, int], Change] = defaultdict(Change)
        self._histories: Counter[History] = Counter()

    def episode(self, episode: Episode, times: int) -> None:
        _count_episode(self._narrow[episode.series, episode.day], episode, times)

    def prompt(self, prompt: Prompt, times: int) -> None:
        _count_prompt(self._prompts[prompt.series, prompt.day], prompt, times)

    def history(self, asked: Iterable[Asked], times: int) -> None:
        """All that one person was asked, in any order. Histories that are alike are worked out once, at the end."""
        self._histories[tuple(sorted(asked))] += times

    def by_series(self, views: tuple[View, ...] = VIEWS) -> dict[Series, dict[int, Change]]:
        """Every change that is one, in every series of these views that it shows in."""
        of_prompts = tuple(view for view in views if not view[0])  # each asks for several fields, so is in no field's
        found: defaultdict[Series, defaultdict[int, Change]] = defaultdict(lambda: defaultdict(Change))
        for changes, shown in ((self._narrow, views), (self._prompts, of_prompts)):
            for (key, day), change in changes.items():
                if not change.is_nothing:
                    for series in wider(key, shown):
                        found[series][day].add(change)
        for history, times in self._histories.items():
            if times and len(history) > 1:
                for series, day, lag in _repeated(history, views):
                    found[series][day].asked_again[lag] += times
                completed = tuple(asked for asked in history if asked.completed)
                for series, day, lag in _repeated(completed, views):
                    found[series][day].completed_again[lag] += times
        pruned = {
            series: {day: change for day, change in days.items() if not change.is_nothing}
            for series, days in found.items()
        }
        return {series: days for series, days in pruned.items() if days}


def _count_episode(change: Change, episode: Episode, times: int) -> None:
    counts = change.counts
    counts[0] += times
    counts[_OUTCOME[episode.outcome]] += times
    counts[5] += times * episode.impressions
    if episode.submissions:
        counts[6] += times
        if episode.rejections:
            counts[7] += times
    counts[8] += times * episode.rejections
    counts[9] += times * episode.unable
    if episode.outcome in TIMES:
        change.times[TIMES.index(episode.outcome)] += times << BITS * bucket_of(episode.took)


def _count_prompt(change: Change, prompt: Prompt, times: int) -> None:
    for place, reached in enumerate((True, prompt.submitted, prompt.given, prompt.acted)):
        change.counts[_PROMPTS + place] += times * reached


def _repeated(history: History, views: tuple[View, ...]) -> Iterator[tuple[Series, int, int]]:
    """(series, day, days since the one before) of each episode that is not its person's first in the series."""
    before: dict[Series, int] = {}
    for asked in history:
        day = asked.day
        for series in wider(asked.series, views):
            last = before.get(series)
            if last is not None and day - last < REACH:
                yield series, day, day - last
            before[series] = day

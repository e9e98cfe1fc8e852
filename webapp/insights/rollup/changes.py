"""What a set of persons adds to the totals, or takes from them, by series and day. Pure arithmetic."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from webapp.insights.rollup.keys import VIEWS, VIEWS_OF_PROMPTS, Series, wider
from webapp.insights.rollup.records import Episode, Person, Prompt
from webapp.insights.rollup.tables import COUNTERS, TIMES
from webapp.insights.statistics.histogram import bucket_of
from webapp.insights.statistics.lanes import BITS

REACH = 400
"""Days: no range is longer, so of two episodes of one person that lie further apart nobody will ask."""

_OUTCOMES = tuple(COUNTERS.index(name) for name in ("completed", "dismissed", "superseded", "abandoned"))
_OUTCOME = dict(zip(("completed", "dismissed", "superseded", "abandoned"), _OUTCOMES, strict=True))
_PROMPTS = COUNTERS.index("prompts")


@dataclass
class Change:
    """What one series' totals gain on one day; all of it may be negative.

    `counts` are in the order of COUNTERS. `times` are histograms as lanes of one number, in the order of TIMES.
    `asked_again` counts episodes by the days since their person's one before, in this series; `completed_again` the
    same among completed ones.
    """

    counts: list[int] = field(default_factory=lambda: [0] * len(COUNTERS))
    times: list[int] = field(default_factory=lambda: [0] * len(TIMES))
    asked_again: Counter[int] = field(default_factory=Counter)
    completed_again: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Change") -> None:
        self.counts = [mine + others for mine, others in zip(self.counts, other.counts, strict=True)]
        self.times = [mine + others for mine, others in zip(self.times, other.times, strict=True)]
        for mine, others in (
            (self.asked_again, other.asked_again),
            (self.completed_again, other.completed_again),
        ):
            for lag, count in others.items():
                mine[lag] += count

    @property
    def is_nothing(self) -> bool:
        again = (*self.asked_again.values(), *self.completed_again.values())
        return not (any(self.counts) or any(self.times) or any(again))


class Changes:
    """Changes by series and day. `count` takes persons in, each whole; with `sign` -1 it takes them out again."""

    def __init__(self) -> None:
        self._narrow: defaultdict[tuple[Series, int], Change] = defaultdict(Change)
        self._prompts: defaultdict[tuple[Series, int], Change] = defaultdict(Change)
        self._again: defaultdict[tuple[Series, int], Change] = defaultdict(Change)

    def count(self, persons: Iterable[Person], sign: int = 1) -> None:
        for person in persons:
            for episode in person.episodes:
                _count_episode(self._narrow[episode.series, episode.day], episode, sign)
            for prompt in person.prompts:
                _count_prompt(self._prompts[prompt.series, prompt.day], prompt, sign)
            if len(person.episodes) > 1:
                self._count_again(person.episodes, sign)

    def by_series(self) -> dict[Series, dict[int, Change]]:
        """Every change that is one, in every series that it shows in."""
        found: defaultdict[Series, defaultdict[int, Change]] = defaultdict(lambda: defaultdict(Change))
        for changes, views in ((self._narrow, VIEWS), (self._prompts, VIEWS_OF_PROMPTS)):
            for (key, day), change in changes.items():
                if not change.is_nothing:
                    for series in wider(key, views):
                        found[series][day].add(change)
        for (series, day), change in self._again.items():
            found[series][day].add(change)
        pruned = {
            series: {day: change for day, change in days.items() if not change.is_nothing}
            for series, days in found.items()
        }
        return {series: days for series, days in pruned.items() if days}

    def _count_again(self, episodes: list[Episode], sign: int) -> None:
        ordered = sorted(episodes, key=lambda episode: episode.day)
        completed = [episode for episode in ordered if episode.outcome == "completed"]
        for view in VIEWS:
            for series, day, lag in _repeated(ordered, view):
                self._again[series, day].asked_again[lag] += sign
            for series, day, lag in _repeated(completed, view):
                self._again[series, day].completed_again[lag] += sign


def _count_episode(change: Change, episode: Episode, sign: int) -> None:
    counts = change.counts
    counts[0] += sign
    counts[_OUTCOME[episode.outcome]] += sign
    counts[5] += sign * episode.impressions
    if episode.submissions:
        counts[6] += sign
        if episode.rejections:
            counts[7] += sign
    counts[8] += sign * episode.rejections
    counts[9] += sign * episode.unable
    if episode.outcome in TIMES:
        change.times[TIMES.index(episode.outcome)] += sign << BITS * bucket_of(episode.took)


def _count_prompt(change: Change, prompt: Prompt, sign: int) -> None:
    for place, reached in enumerate((True, prompt.submitted, prompt.given, prompt.acted)):
        change.counts[_PROMPTS + place] += sign * reached


def _repeated(ordered: list[Episode], view: tuple[bool, ...]) -> Iterator[tuple[Series, int, int]]:
    """(series, day, days since the one before) of each episode that is not its person's first in the series."""
    before: dict[Series, int] = {}
    for episode in ordered:
        series, day = episode.series.seen_as(view), episode.day
        if series in before and day - before[series] < REACH:
            yield series, day, day - before[series]
        before[series] = day

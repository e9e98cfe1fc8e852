"""What prompts and their episodes add to the totals, or take from them, by series and day. Pure arithmetic on plain
rows.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import add
from typing import NamedTuple

from asklater.insights.rollup.recurrences import Recurrences, lag_key
from asklater.insights.rollup.series import GROUPINGS, Grouping, Series, groupings_within, in_each
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
    segments: str
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
    segments: str
    simulated: bool
    objected: datetime | None


class MatureEpisode(NamedTuple):
    """A mature episode. `series` is the narrowest that it belongs to, but for that of each of its `segments`; `day`
    counts days since 1970, in the zone that the totals are by.

    `took` is microseconds from the first impression to the close, of whatever outcome; None where it is counted apart.
    """

    series: Series
    day: int
    outcome: str
    took: int | None
    impressions: int
    submissions: int
    rejections: int
    unable: int
    segments: tuple[str, ...] = ()


class MaturePrompt(NamedTuple):
    """A mature prompt; its series names no field.

    An action that ran to success had everything given, by whatever means: with this prompt's form, or another way.
    """

    series: Series
    day: int
    submitted: bool
    given: bool
    acted: bool
    segments: tuple[str, ...] = ()


# Changes by series and day

_PLACE_BY_OUTCOME = {
    name: COUNTERS.index(name) for name in ("completed", "dismissed", "superseded", "skipped", "abandoned")
}
_IMPRESSIONS, _SUBMITTED, _REJECTED, _REJECTIONS, _UNABLE, _FIRST_PROMPT_PLACE = (
    COUNTERS.index(name) for name in ("impressions", "submitted", "rejected", "rejections", "unable", "prompts")
)

LagCounts = defaultdict[int, int]
"""Counts by `lag_key`. Made by the hundred, which takes several times as long with a Counter."""


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


class TotalsChanges:
    """Changes by series and day. What is counted with `times` -1 is taken out again.

    Whoever counts an episode, or a prompt, counts in `recurrences` what it recurs to.
    """

    def __init__(self) -> None:
        self._narrow: defaultdict[tuple[Series, int], TotalsChange] = defaultdict(TotalsChange)
        self._prompts: defaultdict[tuple[Series, int], TotalsChange] = defaultdict(TotalsChange)
        self.recurrences = Recurrences()

    def episode(self, episode: MatureEpisode, times: int) -> None:
        for series in in_each(episode.series, episode.segments):
            _count_episode(self._narrow[series, episode.day], episode, times)

    def prompt(self, prompt: MaturePrompt, times: int) -> None:
        for series in in_each(prompt.series, prompt.segments):
            _count_prompt(self._prompts[series, prompt.day], prompt, times)

    def took(self, number: int, day: int, outcome: str, lanes: int) -> None:
        """A histogram of what episodes of one of the TIMED_OUTCOMES took, as lanes of one number; of the series and
        segments of that `number` in `recurrences`."""
        for series in in_each(self.recurrences.series_of(number), self.recurrences.segments_of(number)):
            self._narrow[series, day].times[TIMED_OUTCOMES.index(outcome)] += lanes

    def by_series(self, views: tuple[Grouping, ...] = GROUPINGS) -> dict[Series, dict[int, TotalsChange]]:
        """Every change that is one, in every series of these views that it shows in."""
        of_prompts = tuple(view for view in views if not view[0])  # each asks for several fields, so is in no field's
        found: defaultdict[Series, defaultdict[int, TotalsChange]] = defaultdict(lambda: defaultdict(TotalsChange))
        for changes, shown in ((self._narrow, views), (self._prompts, of_prompts)):
            for of_segment in (False, True):
                apart = {key: change for key, change in changes.items() if key[0].is_of_segment is of_segment}
                for (series, day), change in _widened(apart, groupings_within(shown, of_segment=of_segment)).items():
                    found[series][day].add(change)
        for series_of_gain, day, kind, lag, times in self.recurrences.gains(views):
            key = lag_key(kind, lag)
            for series in series_of_gain:
                found[series][day].again[key] += times
        pruned = {
            series: {day: change for day, change in days.items() if not change.is_nothing}
            for series, days in found.items()
        }
        return {series: days for series, days in pruned.items() if days}


def _widened(
    changes: Mapping[tuple[Series, int], TotalsChange], views: tuple[Grouping, ...]
) -> Mapping[tuple[Series, int], TotalsChange]:
    """The changes in the series of these views, which are every choice among what each part may be. One part after
    the other is given up, so that what is alike by then is added up but once."""
    for place in range(len(GROUPINGS[0])) if views else ():
        kept = {view[place] for view in views}
        if False in kept:
            wider: defaultdict[tuple[Series, int], TotalsChange] = defaultdict(TotalsChange)
            for (series, day), change in changes.items():
                if True in kept:
                    wider[series, day].add(change)
                wider[series.without(place), day].add(change)
            changes = wider
    return changes if views else {}


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
    if episode.took is not None and episode.outcome in TIMED_OUTCOMES:
        change.times[TIMED_OUTCOMES.index(episode.outcome)] += times << LANE_BITS * bucket_of(episode.took)


def _count_prompt(change: TotalsChange, prompt: MaturePrompt, times: int) -> None:
    for place, reached in enumerate((True, prompt.submitted, prompt.given, prompt.acted)):
        change.counts[_FIRST_PROMPT_PLACE + place] += times * reached

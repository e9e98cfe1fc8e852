"""Figures: tallies of counted prompts by field and context, and the shares and times that are read off a tally."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import NamedTuple

from asklater.insights.rollup.ranges import (
    EMPTY_HISTOGRAM,
    EMPTY_SUM,
    NO_PAIR_COUNTS,
    PairCounts,
    RangeSum,
    TimeHistogram,
)
from asklater.insights.statistics.clusters import clustered_interval, effective_size
from asklater.insights.statistics.histogram import HistogramQuantiles
from asklater.insights.tables import COUNTERS
from asklater.policy.formulas import normal_quantile, rate, wilson, wilson_around

# What is counted


@dataclass(frozen=True)
class Tally:
    """Mature episodes of one field and context ("" where the tally is not split by it), counted.

    `submitted` and `rejected` are episodes with at least one; `rejections` counts each one. Persons are
    counted once in each tally, so those of several tallies do not add up. The counts of prompts are 0 where the
    tally is of one field: a prompt asks for several. `times` are those of the completed episodes; `pairs` are those of
    one person's episodes, `prompt_pairs` those of prompts.
    """

    field: str
    context: str
    persons: int
    simulated_persons: int
    completed_persons: int
    episodes: int
    completed: int
    dismissed: int
    superseded: int
    skipped: int
    abandoned: int
    impressions: int
    submitted: int
    rejected: int
    rejections: int
    unable: int
    prompts: int = 0
    prompts_submitted: int = 0
    prompts_given: int = 0
    actions: int = 0
    times: TimeHistogram = EMPTY_HISTOGRAM
    pairs: PairCounts = NO_PAIR_COUNTS
    prompt_pairs: PairCounts = NO_PAIR_COUNTS


# Tallies by field and context

TallyTable = Mapping[tuple[str, str], Tally]
"""Tallies by (field, context), "" standing for all of them. What was never asked is not in it."""


def tally(field: str, context: str, sums: Mapping[bool, RangeSum]) -> Tally:
    """The sums of real (False) and simulated (True) people as one; zeros where there are none."""
    total = reduce(RangeSum.__add__, sums.values()) if sums else EMPTY_SUM
    simulated = sums[True].persons if True in sums else 0
    counts = dict(zip(COUNTERS, total.counts, strict=True))
    times = total.times[0] if total.times else EMPTY_HISTOGRAM
    return Tally(
        field,
        context,
        total.persons,
        simulated,
        total.completed_persons,
        **counts,
        times=times,
        pairs=total.pairs,
        prompt_pairs=total.prompt_pairs,
    )


def tally_table(sums: Mapping[tuple[str, str], Mapping[bool, RangeSum]]) -> TallyTable:
    return {(field, context): tally(field, context, of_people) for (field, context), of_people in sums.items()}


def cell_tallies(tallies: TallyTable, field: str = "", context: str = "") -> list[Tally]:
    """Returns the tallies of one field in one context, narrowed to a field and a context where these are given."""
    return [
        found
        for (of_field, in_context), found in tallies.items()
        if of_field and in_context and field in {"", of_field} and context in {"", in_context} and found.episodes
    ]


def context_tallies(tallies: TallyTable, field: str = "", context: str = "") -> list[Tally]:
    """Returns the tallies of contexts over all their fields, or over the one that is given."""
    return [
        found
        for (of_field, in_context), found in tallies.items()
        if of_field == field and in_context and context in {"", in_context}
    ]


# Figures of a tally


class Share(NamedTuple):
    """`part` of `whole`, as a rate from 0 to 1 with its 95 % interval, Wilson's of `size` independent cases: of the
    whole, or of fewer where several are one person's.

    A tuple, as a page has hundreds of them, and tuples are made several times as fast as other frozen objects.
    """

    part: int
    whole: int
    rate: float
    low: float
    high: float
    size: float


@dataclass(frozen=True)
class Figures:
    """What is said of one set of mature episodes. A rate of nothing is None; times are seconds.

    Each is worked out when it is first asked for: of most sets a page shows but the first. Times are read off a
    histogram, so they miss the exact ones by at most `histogram.RELATIVE_ERROR`.
    """

    tally: Tally

    @cached_property
    def completion(self) -> Share:
        it = self.tally
        return clustered_share(it.completed, it.episodes, it.persons, it.pairs)

    @cached_property
    def persons(self) -> Share:
        return share_of_some(self.tally.completed_persons, self.tally.persons)

    @cached_property
    def rejection(self) -> Share | None:
        """How alike a person's asks are is that of completing them."""
        it = self.tally
        if not it.submitted:
            return None
        return share_of_fewer(it.rejected, it.submitted, self.completion.size / self.completion.whole)

    @property
    def impression_yield(self) -> float | None:
        """It has no interval: the impressions of one person are not independent."""
        return rate(self.tally.completed, self.tally.impressions)

    @cached_property
    def median(self) -> float | None:
        return self._seconds(0.5)

    @cached_property
    def p90(self) -> float | None:
        return self._seconds(0.9)

    def _seconds(self, q: float) -> float | None:
        microseconds = self._times.quantile(q)
        return None if microseconds is None else microseconds / 1e6

    @cached_property
    def _times(self) -> HistogramQuantiles:
        return HistogramQuantiles(self.tally.times.counts_in_order())


def share(part: int, whole: int) -> Share | None:
    """Returns the share; None where there is nothing to take one of."""
    return share_of_some(part, whole) if whole else None


def share_of_some(part: int, whole: int) -> Share:
    """Raises ValueError where there is nothing to take a share of."""
    interval = wilson(part, whole)
    if interval is None:
        raise ValueError("nothing has no share")
    return Share(part, whole, part / whole, interval.low, interval.high, whole)


def clustered_share(part: int, whole: int, persons: int, pairs: PairCounts) -> Share:
    """Of cases of so many persons, some of whom have several. Raises ValueError where there is nothing to share."""
    if persons >= whole:
        return share_of_some(part, whole)
    interval = clustered_interval(part, whole, persons, pairs.sums)
    if interval is None:
        raise ValueError("nothing has no share")
    size = effective_size(part, whole, persons, pairs.sums)
    return Share(part, whole, part / whole, interval.low, interval.high, size)


def share_of_fewer(part: int, whole: int, independent: float) -> Share:
    """Of cases that tell as much as `independent` (0..1) times as many that are independent."""
    rate, size = part / whole, whole * independent
    interval = wilson_around(rate, size, normal_quantile(0.95))
    return Share(part, whole, rate, interval.low, interval.high, size)

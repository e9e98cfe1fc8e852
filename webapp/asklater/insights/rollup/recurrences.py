"""What recurs in one person's history: how lately somebody was asked before, and every pair of their asks. Pure
arithmetic on whole numbers.

Two asks are in one series together in every view whose parts they share. So a pair is counted once, with its views
as the bits of a number, and goes into the series of these views at the end, with all pairs that are alike.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from asklater.insights.rollup.series import GROUPINGS, Grouping, Series, groupings_within

LONGEST_RANGE = 400
"""Days: no range is longer, so of two episodes of one person that lie further apart nobody will ask."""
RECURRENCES = (
    "asked_again",
    "completed_again",
    *("pairs", "pair_successes", "pairs_of_successes"),
    *("prompt_pairs", "prompt_pair_actions", "prompt_pairs_of_actions"),
)
"""What is counted by the days that lie between two of a person's asks, in this order. The first two count an ask by
the one before it; the others every pair of asks, or of prompts: the pairs, the successes in them, and pairs of two."""
PAIRS, PROMPT_PAIRS = RECURRENCES.index("pairs"), RECURRENCES.index("prompt_pairs")


def lag_key(kind: int, lag: int) -> int:
    """The key of what is counted as RECURRENCES[kind], so many days apart; `divmod` by LONGEST_RANGE undoes it."""
    return kind * LONGEST_RANGE + lag


HistoryEntry = tuple[int, int, bool]
"""One ask, or prompt, in its person's history: its day, the number that `Recurrences.number_of` gave its series, and
whether it was a success. Plain, since there are as many as there are asks."""


class Gain(NamedTuple):
    """So many `times` RECURRENCES[kind], `lag` days apart, in each of these series, on the day of the later one."""

    series: tuple[Series, ...]
    day: int
    kind: int
    lag: int
    times: int


class Recurrences:
    """The sum of many histories."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Series, tuple[str, ...]], int] = {}
        self._series: list[Series] = []
        self._segments: dict[int, dict[str, int]] = {}
        self._shared: dict[tuple[int, int], tuple[int, int]] = {}
        self._counts: defaultdict[tuple[int, int, int, int], int] = defaultdict(int)

    def number_of(self, series: Series, segments: tuple[str, ...] = ()) -> int:
        """The number that stands for a series in histories, together with what is in these segments as well."""
        number = self._numbers.get((series, segments))
        if number is None:
            number = self._numbers[series, segments] = len(self._series)
            self._series.append(series)
            if segments:
                self._segments[number] = {one: self.number_of(series.within(one)) for one in segments}
        return number

    def series_of(self, number: int) -> Series:
        """The series that a number stands for."""
        return self._series[number]

    def segments_of(self, number: int) -> tuple[str, ...]:
        """The segments that it stands for, too."""
        return tuple(self._segments.get(number, ()))

    def add_asks(self, history: Sequence[HistoryEntry], times: int = 1, first: int = 0) -> None:
        """Count what one person was asked, in the order of days: each from the place `first` on, by all before it."""
        self._add_asks(history, times, first)
        for part, place in self._by_segment(history, first):
            self._add_asks(part, times, place)

    def add_prompts(self, history: Sequence[HistoryEntry], times: int = 1, first: int = 0) -> None:
        """Count the prompts that one person was shown, in the same way; those that acted are successes."""
        self._add_prompts(history, times, first)
        for part, place in self._by_segment(history, first):
            self._add_prompts(part, times, place)

    def _by_segment(self, history: Sequence[HistoryEntry], first: int) -> Iterator[tuple[list[HistoryEntry], int]]:
        """What of a history is in each segment, and from which place on it is to be counted."""
        found: defaultdict[str, list[HistoryEntry]] = defaultdict(list)
        earlier: defaultdict[str, int] = defaultdict(int)
        for place, (day, number, success) in enumerate(history if self._segments else ()):
            for segment, within in self._segments.get(number, {}).items():
                found[segment].append((day, within, success))
                earlier[segment] += place < first
        return ((part, earlier[segment]) for segment, part in found.items())

    def _add_asks(self, history: Sequence[HistoryEntry], times: int, first: int) -> None:
        counts, shared = self._counts, self._shared
        for place in range(max(first, 1), len(history)):
            day, series, success = history[place]
            asked = completed = 0
            for earlier in range(place - 1, -1, -1):
                day_before, series_before, success_before = history[earlier]
                lag = day - day_before
                if lag >= LONGEST_RANGE:
                    break
                pair = series_before, series
                common, views = shared.get(pair) or self._share(pair)
                successes = success + success_before
                counts[common, views, day, (PAIRS + successes) * LONGEST_RANGE + lag] += times
                if views & ~asked:
                    counts[common, views & ~asked, day, lag] += times
                    asked |= views
                if successes == 2 and views & ~completed:
                    counts[common, views & ~completed, day, LONGEST_RANGE + lag] += times
                    completed |= views

    def _add_prompts(self, history: Sequence[HistoryEntry], times: int, first: int) -> None:
        counts, shared = self._counts, self._shared
        for place in range(max(first, 1), len(history)):
            day, series, success = history[place]
            for earlier in range(place - 1, -1, -1):
                day_before, series_before, success_before = history[earlier]
                lag = day - day_before
                if lag >= LONGEST_RANGE:
                    break
                pair = series_before, series
                common, views = shared.get(pair) or self._share(pair)
                counts[common, views, day, (PROMPT_PAIRS + success + success_before) * LONGEST_RANGE + lag] += times

    def gains(self, views: tuple[Grouping, ...] = GROUPINGS) -> Iterator[Gain]:
        """What was counted, in the series of these views."""
        shown_by_sort = [
            tuple(map(_bits, (shown, tuple(view for view in shown if not view[0]))))
            for shown in (groupings_within(views, of_segment=of_segment) for of_segment in (False, True))
        ]
        for (common, seen_in, day, key), times in self._counts.items():
            kind, lag = divmod(key, LONGEST_RANGE)
            of_asks, of_prompts = shown_by_sort[self._series[common].is_of_segment]
            shown = seen_in & (of_asks if kind < PROMPT_PAIRS else of_prompts)
            if times and shown:
                series = _wider(self._series[common], shown)
                if kind < PAIRS:
                    yield Gain(series, day, kind, lag, times)
                    continue
                first = PROMPT_PAIRS if kind >= PROMPT_PAIRS else PAIRS
                successes = kind - first
                yield Gain(series, day, first, lag, times)
                if successes:
                    yield Gain(series, day, first + 1, lag, successes * times)
                if successes == 2:
                    yield Gain(series, day, first + 2, lag, times)

    def _share(self, pair: tuple[int, int]) -> tuple[int, int]:
        """The narrowest series that both are in, and the views that show both in one; of unlike sorts none does."""
        one, other = (self._series[number] for number in pair)
        alike = one.simulated == other.simulated and one.optional == other.optional
        keep = tuple(mine == theirs for mine, theirs in zip(one[1:6], other[1:6], strict=True))
        found = self.number_of(other.grouped_by(keep)), _narrower(keep) if alike else 0
        self._shared[pair] = found
        return found


@lru_cache
def _narrower(keep: Grouping) -> int:
    """The views that keep none but these parts, as bits."""
    return _bits(
        tuple(view for view in GROUPINGS if all(here or not kept for kept, here in zip(view, keep, strict=True)))
    )


@lru_cache
def _bits(views: tuple[Grouping, ...]) -> int:
    return sum(1 << GROUPINGS.index(view) for view in views)


@lru_cache(maxsize=10_000)
def _wider(series: Series, views: int) -> tuple[Series, ...]:
    return tuple(series.grouped_by(view) for place, view in enumerate(GROUPINGS) if views >> place & 1)

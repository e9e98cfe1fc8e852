"""Differences to the control as charts, on a scale that shows what is known of them by now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from asklater.i18n import gettext
from asklater.insights.experiments.analysis import DifferenceByDay, DifferenceToControl
from asklater.insights.experiments.lifecycle import variant_label
from asklater.insights.experiments.presenters import DifferenceChart, DifferenceRow, DifferenceTick, IntervalBar
from asklater.insights.labels import day, points_interval_label, points_label, whole_number
from asklater.insights.statistics.differences import Difference
from asklater.insights.timeseries import day_ticks, span_values

# The scale

STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Differences from one tick to the next: the smallest of which few make the scale."""
MOST_STEPS = 5


@dataclass(frozen=True)
class DifferenceScale:
    """From `low` to `high`, whole steps, with zero between them."""

    low: float
    high: float
    step: float

    def place(self, difference: float) -> float:
        """How far along it is, 0..100; what lies beyond stands at the end."""
        return max(0.0, min(100.0, 100 * (difference - self.low) / (self.high - self.low)))

    @property
    def ticks(self) -> tuple[float, ...]:
        return tuple(self.low + self.step * number for number in range(round((self.high - self.low) / self.step) + 1))


def difference_scale(differences: Iterable[float]) -> DifferenceScale:
    """As short a scale as holds all of them, and zero."""
    found = [0.0, *differences]
    low, high = min(found), max(found)
    step = next((step for step in STEPS if (high - low) / step <= MOST_STEPS - 1), STEPS[-1])
    first, last = floor(round(low / step, 6)), ceil(round(high / step, 6))
    return DifferenceScale(first * step, (last if last > first else first + 1) * step, step)


# Intervals now


def difference_rows(against: Sequence[DifferenceToControl]) -> tuple[DifferenceRow, ...]:
    """All on one scale."""
    found = [each for row in against for each in (row.one_look, row.many_looks) if each is not None]
    scale = difference_scale(end for each in found for end in (each.low, each.high))
    return tuple(
        DifferenceRow(
            label=variant_label(row.variant),
            estimate=points_label(row.one_look.estimate) if row.one_look else "",
            one_look=_interval_bar(row.one_look, scale) if row.one_look else None,
            many_looks=_interval_bar(row.many_looks, scale) if row.many_looks else None,
        )
        for row in against
    )


def _interval_bar(difference: Difference, scale: DifferenceScale) -> IntervalBar:
    start, end, mark, zero = map(scale.place, (difference.low, difference.high, difference.estimate, 0))
    return IntervalBar(
        points_interval_label(difference), round(start, 1), round(end - start, 1), round(mark, 1), round(zero, 1)
    )


# The course by day

HEIGHT, WIDTH = 40.0, 100.0


def difference_chart(variant: str, moments: Sequence[DifferenceByDay]) -> DifferenceChart:
    """The always-valid interval at the end of each day; two days at least make a chart.

    The interval of the last day and the estimates of the later half set the scale; wide intervals of days on which
    hardly anything was known are cut off at the frame.
    """
    scale = _course_scale(moments)
    width = WIDTH / max(1, len(moments))

    def corners(ends: Iterable[float]) -> list[str]:
        return [f"{(place + 0.5) * width:.1f},{_height(scale, end):.1f}" for place, end in enumerate(ends)]

    tops, bottoms = (corners(getattr(moment.always, end) for moment in moments) for end in ("high", "low"))
    drawn = len(moments) > 1
    return DifferenceChart(
        label=variant_label(variant),
        summary=_summary(moments),
        band=" ".join([*tops, *reversed(bottoms)]) if drawn else "",
        line=" ".join(corners(moment.always.estimate for moment in moments)) if drawn else "",
        zero=_height(scale, 0),
        scale=tuple(
            DifferenceTick(100 - scale.place(tick), points_label(tick) if tick else "0") for tick in scale.ticks
        ),
        days=day_ticks([moment.day for moment in moments]),
        values=span_values([f"{day(moment.day)}: {_difference_label(moment)}" for moment in moments]),
        rows=tuple(
            (
                day(moment.day),
                whole_number(moment.persons),
                points_label(moment.always.estimate),
                points_interval_label(moment.always),
            )
            for moment in reversed(moments)
        ),
    )


def _course_scale(moments: Sequence[DifferenceByDay]) -> DifferenceScale:
    if not moments:
        return difference_scale(())
    now = moments[-1].always
    return difference_scale([now.low, now.high, *(moment.always.estimate for moment in moments[len(moments) // 2 :])])


def _height(scale: DifferenceScale, difference: float) -> float:
    return HEIGHT * (1 - scale.place(difference) / 100)


def _difference_label(moment: DifferenceByDay) -> str:
    return gettext(
        "%(difference)s, between %(low)s and %(high)s",
        difference=points_label(moment.always.estimate),
        low=points_label(moment.always.low),
        high=points_label(moment.always.high),
    )


def _summary(moments: Sequence[DifferenceByDay]) -> str:
    if not moments:
        return gettext("No day has enough people of both yet.")
    first = next((moment for moment in moments if moment.always.excludes_zero), None)
    if first is None:
        return gettext("On every day so far the interval holds zero: no difference is shown.")
    return gettext("Since %(day)s a difference has been shown: the interval left zero out.", day=day(first.day))

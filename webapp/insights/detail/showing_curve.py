"""Putting the cumulative incidence together: its lines, its times, and the same in figures."""

from collections import Counter
from datetime import timedelta

from webapp.db import MICROSECOND
from webapp.insights.detail.curves import across, reached, steps
from webapp.insights.detail.fresh_times import FreshTimes
from webapp.insights.detail.pages import CurveChart, CurveLine, Tick
from webapp.insights.rollup.ranges import Sum
from webapp.insights.rollup.tables import TIMES
from webapp.insights.statistics.grouped_incidence import Bounded, GroupedCurve, grouped_incidence
from webapp.insights.wording import ngettext, percent, span
from webapp.profiling.words import gettext

NO_CURVE = CurveChart("", (), (), ())
SECONDS = (1, 10, 60, 600, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600, 30 * 24 * 3600)

CROWDED = 86
"""Further to the right than this, a time below the curve would run into that of the edge on a phone."""


def incidence(total: Sum, fresh: FreshTimes) -> GroupedCurve:
    """The estimate from what is mature, and from the fresh for as long as each was watched."""
    ended = {
        ending: Counter(times.counted()) + Counter(fresh.ended.get(ending, {}))
        for ending, times in zip(TIMES, total.times, strict=True)
    }
    return grouped_incidence(ended, total["abandoned"], still_open=fresh.still_open)


def times_until(end: int) -> list[int]:
    """The times that are told in figures, in microseconds; the last one is the end."""
    return [seconds * 10**6 for seconds in SECONDS if seconds * 10**6 < end] + [end]


def curve_chart(total: Sum, fresh: FreshTimes, window: timedelta) -> CurveChart:
    curve, end = incidence(total, fresh), window // MICROSECOND
    labels = {
        "completed": gettext("Completed"),
        "dismissed": gettext("Dismissed"),
        "superseded": gettext("Superseded"),
    }
    times = times_until(end)
    return CurveChart(
        says=_says(reached(curve, "completed", end), fresh.count, window),
        lines=tuple(
            CurveLine(key, label, _points(curve, key, end), percent(reached(curve, key, end).estimate))
            for key, label in labels.items()
        ),
        ticks=tuple(_tick(time, end) for time in times if time == end or across(time, end) < CROWDED),
        rows=tuple((_time(time), *(_told(reached(curve, key, time)) for key in labels)) for time in times),
    )


def _says(completed: Bounded, fresh: int, window: timedelta) -> str:
    counted_too = ngettext(
        "%(num)s fresh ask counts for as long as it was watched.",
        "%(num)s fresh asks count for as long as they were watched.",
        fresh,
    )
    says = gettext(
        "Within %(window)s of being asked, an estimated %(share)s complete; the other endings compete with that.",
        window=span(window),
        share=percent(completed.estimate),
    )
    return f"{says} {counted_too}" if fresh else says


def _points(curve: GroupedCurve, ending: str, end: int) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in steps(curve.times, curve.shares[ending], end))


def _tick(time: int, end: int) -> Tick:
    x = across(time, end)
    return Tick(_time(time), x, "start" if x < 1 else "end" if x > 99 else "middle")


def _time(microseconds: int) -> str:
    length = timedelta(microseconds=microseconds)
    if length < timedelta(minutes=1):
        return gettext("%(seconds)s s", seconds=length.seconds)
    if length < timedelta(hours=1):
        return gettext("%(minutes)s min", minutes=length.seconds // 60)
    if length < timedelta(days=1):
        return gettext("%(hours)s h", hours=length.seconds // 3600)
    return gettext("%(days)s d", days=length.days)


def _told(share: Bounded) -> str:
    """The estimate, and where the exact one lies as far as the buckets tell."""
    if share.high - share.low < 0.0005:
        return percent(share.estimate)
    return gettext(
        "%(share)s (%(low)s–%(high)s)", share=percent(share.estimate), low=percent(share.low), high=percent(share.high)
    )

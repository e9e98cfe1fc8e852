"""The cumulative incidence of a cell, as a chart and in figures; and how long its fresh prompts have been watched,
which belongs into it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from asklater.database.access import MICROSECOND, Database
from asklater.i18n import gettext
from asklater.insights.charts import share_reached, step_corners, time_position
from asklater.insights.detail.presenters import IncidenceChart, IncidenceLine, TimeTick, outcome_labels
from asklater.insights.filters import Uncounted, query_conditions
from asklater.insights.labels import ngettext, percent, window_length
from asklater.insights.pending import LOOK_LIMIT
from asklater.insights.query import Query
from asklater.insights.rollup.ranges import RangeSum
from asklater.insights.statistics.histogram import bucket_of
from asklater.insights.statistics.incidence import ENDINGS, BoundedShare, GroupedIncidenceCurve, grouped_incidence
from asklater.insights.tables import TIMED_OUTCOMES
from asklater.tables import prompt, prompt_field, subject

# Times of fresh prompts


@dataclass(frozen=True)
class FreshTimes:
    """Counts by bucket of time: of those that ended, by how; and of those that are still open."""

    ended: Mapping[str, Mapping[int, int]]
    still_open: Mapping[int, int]

    @property
    def count(self) -> int:
        return sum(self.still_open.values()) + sum(sum(counts.values()) for counts in self.ended.values())


def read_fresh_times(database: Database, window: timedelta, query: Query, uncounted: Uncounted = ()) -> FreshTimes:
    """Reads the times of fresh prompts in the query's range, field and context, as of its moment.

    The oldest LOOK_LIMIT are looked through: they were watched longest, and leaving out later ones favours no outcome.
    """
    now = query.as_of
    looked_through = (
        select(prompt_field)
        .where(
            prompt_field.c.rolled_as.is_(None),  # none of these is counted yet, and their index is short
            prompt_field.c.opened_at >= query.start,
            prompt_field.c.opened_at < query.end,
            prompt_field.c.opened_at > now - window,
        )
        .order_by(prompt_field.c.opened_at)
        .limit(LOOK_LIMIT)
        .subquery()
    )
    it = looked_through.c
    rows = database.reading().execute(
        select(it.opened_at, it.closed_at, it.outcome)
        .join_from(looked_through, prompt, prompt.c.id == it.prompt_id)
        .join(subject, subject.c.id == it.subject_id)
        .where(
            *query_conditions(
                query, uncounted, context=it.action, field=it.field, optional=it.optional, prompts=prompt.c
            )
        )
    )
    ended: dict[str, Counter[int]] = {ending: Counter() for ending in ENDINGS}
    still_open: Counter[int] = Counter()
    for opened, closed, outcome in rows:
        is_over = outcome in ended and closed <= now
        span = max((closed if is_over else now) - opened, timedelta(0))
        (ended[outcome] if is_over else still_open)[bucket_of(span // MICROSECOND)] += 1
    return FreshTimes(ended, still_open)


# The chart

NO_INCIDENCE_CHART = IncidenceChart("", (), (), ())
SECONDS = (1, 10, 60, 600, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600, 30 * 24 * 3600)

LEAST_TICK_DISTANCE = 86
"""Further to the right than this, a time below the curve would run into that of the edge on a phone."""


def incidence_curve(total: RangeSum, fresh: FreshTimes) -> GroupedIncidenceCurve:
    """The estimate from what is mature, and from the fresh for as long as each was watched."""
    ended = {
        ending: Counter(times.counts_by_bucket()) + Counter(fresh.ended.get(ending, {}))
        for ending, times in zip(TIMED_OUTCOMES, total.times, strict=True)
    }
    return grouped_incidence(ended, total["abandoned"], still_open=fresh.still_open)


def times_until(end: int) -> list[int]:
    """The times that are told in figures, in microseconds; the last one is the end."""
    return [seconds * 10**6 for seconds in SECONDS if seconds * 10**6 < end] + [end]


def incidence_chart(
    total: RangeSum, fresh: FreshTimes, window: timedelta, *, optional: bool = False
) -> IncidenceChart:
    """Nothing but an `optional` field is ever skipped."""
    curve, end = incidence_curve(total, fresh), window // MICROSECOND
    shown = outcome_labels(optional=optional)
    labels = {key: label for key, label in shown.items() if key in TIMED_OUTCOMES}
    times = times_until(end)
    return IncidenceChart(
        summary=_summary(share_reached(curve, "completed", end, end), fresh.count, window),
        lines=tuple(
            IncidenceLine(key, label, _points(curve, key, end), percent(share_reached(curve, key, end, end).estimate))
            for key, label in labels.items()
        ),
        ticks=tuple(
            _tick(time, end) for time in times if time == end or time_position(time, end) < LEAST_TICK_DISTANCE
        ),
        rows=tuple(
            (_time(time), *(_share_label(share_reached(curve, key, time, end)) for key in labels)) for time in times
        ),
    )


def _summary(completed: BoundedShare, fresh: int, window: timedelta) -> str:
    fresh_note = ngettext(
        "%(num)s fresh ask counts for as long as it was watched.",
        "%(num)s fresh asks count for as long as they were watched.",
        fresh,
    )
    sentence = gettext(
        "Within %(window)s of being asked, an estimated %(share)s complete; the other endings compete with that.",
        window=window_length(window),
        share=percent(completed.estimate),
    )
    return f"{sentence} {fresh_note}" if fresh else sentence


def _points(curve: GroupedIncidenceCurve, ending: str, end: int) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in step_corners(curve.times, curve.shares[ending], end))


def _tick(time: int, end: int) -> TimeTick:
    x = time_position(time, end)
    return TimeTick(_time(time), x, "start" if x < 1 else "end" if x > 99 else "middle")


def _time(microseconds: int) -> str:
    length = timedelta(microseconds=microseconds)
    if length < timedelta(minutes=1):
        return gettext("%(seconds)s s", seconds=length.seconds)
    if length < timedelta(hours=1):
        return gettext("%(minutes)s min", minutes=length.seconds // 60)
    if length < timedelta(days=1):
        return gettext("%(hours)s h", hours=length.seconds // 3600)
    return gettext("%(days)s d", days=length.days)


def _share_label(share: BoundedShare) -> str:
    """The estimate, and where the exact one lies as far as the buckets tell."""
    if share.high - share.low < 0.0005:
        return percent(share.estimate)
    return gettext(
        "%(share)s (%(low)s–%(high)s)", share=percent(share.estimate), low=percent(share.low), high=percent(share.high)
    )

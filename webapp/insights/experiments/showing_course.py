"""Differences as charts: spans around zero, and their course by day."""

from collections.abc import Sequence

from webapp.insights.differences import between, points
from webapp.insights.experiments.pages import Course, DifferenceRow, Span
from webapp.insights.experiments.results import Against, Moment
from webapp.insights.experiments.wording import variant_label
from webapp.insights.statistics.arms import Difference
from webapp.insights.wording import day, whole
from webapp.profiling.words import gettext

HEIGHT, WIDTH = 40.0, 100.0


def difference_rows(against: Sequence[Against]) -> tuple[DifferenceRow, ...]:
    """All on one scale, as wide as the widest of them."""
    found = [each for row in against for each in (row.once, row.always) if each is not None]
    reach = _reach(found)
    return tuple(
        DifferenceRow(
            label=variant_label(row.variant),
            estimate=points(row.once.estimate) if row.once else "",
            once=_span(row.once, reach) if row.once else None,
            always=_span(row.always, reach) if row.always else None,
        )
        for row in against
    )


def course(variant: str, moments: Sequence[Moment]) -> Course:
    """The always-valid interval at the end of each day; two days at least make a chart.

    The first quarter, in which hardly anything is known, does not set the scale: it is cut off at the frame.
    """
    reach = _reach([moment.always for moment in moments[len(moments) // 4 :]])
    step = WIDTH / max(1, len(moments) - 1)
    tops = [f"{place * step:.1f},{_height(moment.always.high, reach):.1f}" for place, moment in enumerate(moments)]
    bottoms = [f"{place * step:.1f},{_height(moment.always.low, reach):.1f}" for place, moment in enumerate(moments)]
    middles = [
        f"{place * step:.1f},{_height(moment.always.estimate, reach):.1f}" for place, moment in enumerate(moments)
    ]
    return Course(
        label=variant_label(variant),
        says=_says(moments),
        band=" ".join([*tops, *reversed(bottoms)]) if len(moments) > 1 else "",
        line=" ".join(middles) if len(moments) > 1 else "",
        zero=_height(0, reach),
        top=points(reach),
        bottom=points(-reach),
        rows=tuple(
            (day(moment.day), whole(moment.persons), points(moment.always.estimate), between(moment.always))
            for moment in reversed(moments)
        ),
    )


def _says(moments: Sequence[Moment]) -> str:
    if not moments:
        return gettext("No day has enough persons of both yet.")
    first = next((moment for moment in moments if moment.always.excludes_zero), None)
    if first is None:
        return gettext("On every day so far the interval holds zero: no difference is shown.")
    return gettext("Since %(day)s a difference has been shown: the interval left zero out.", day=day(first.day))


def _reach(differences: Sequence[Difference]) -> float:
    """How far the scale goes to each side of zero: in steps of five points."""
    furthest = max((max(abs(each.low), abs(each.high)) for each in differences), default=0.05)
    return min(1.0, -(-furthest // 0.05) * 0.05)


def _span(difference: Difference, reach: float) -> Span:
    start, end, mark = (50 + 50 * place / reach for place in (difference.low, difference.high, difference.estimate))
    return Span(between(difference), round(start, 1), round(end - start, 1), round(mark, 1))


def _height(place: float, reach: float) -> float:
    return HEIGHT / 2 * (1 - max(-1.0, min(1.0, place / reach)))

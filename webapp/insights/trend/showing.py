"""Putting a trend together from the totals of one series."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce

from webapp.insights.figures import Figures, Share, figures
from webapp.insights.filing import Files
from webapp.insights.hiding import hidden
from webapp.insights.question import Question
from webapp.insights.rollup.ranges import NOTHING, Line, Sum
from webapp.insights.tallying import tally
from webapp.insights.trend.drawing import runs
from webapp.insights.trend.pages import Trend, TrendRow
from webapp.insights.trend.spans import Span, Unit, spans, unit_of
from webapp.insights.wording import day, percent, words
from webapp.profiling.words import gettext


def trend(lines: Mapping[bool, Line], question: Question, whole_range: int, url: Callable[[Question], str]) -> Trend:
    """Of the question's field and context in its days. `whole_range` are the persons of all of them, who may be shown.

    `lines` are what `Reading.line` gives for the question; `url` makes the address of the same for other days.
    """
    rows = tuple(_rows(lines, question, whole_range, url))
    shares = [row.figures.completion if row.figures else None for row in rows]
    unit = unit_of(question.first, question.last)
    return Trend(
        title=_title(unit),
        says=_says(unit, [share for share in shares if share], gaps=None in shares),
        first=day(question.first),
        last=day(question.last),
        runs=runs(shares),
        rows=tuple(row for row in reversed(rows) if row.asked),
        files=Files(question.arguments()),
    )


def _rows(
    lines: Mapping[bool, Line], question: Question, whole_range: int, url: Callable[[Question], str]
) -> Sequence[TrendRow]:
    sums = {span: _sum(lines, span) for span in spans(question.first, question.last)}
    persons: dict[Span | None, int] = {span: total.persons for span, total in sums.items()}
    hide = hidden(persons | {None: whole_range}, [[*sums, None]])
    shown = {
        span: None if span in hide else figures(tally(question.field, question.context, {False: total}))
        for span, total in sums.items()
    }
    return [
        TrendRow(
            label=_label(span),
            url=url(replace(question, first=span.first, last=span.last)),
            first=span.first,
            last=span.last,
            figures=it,
            told=_told(it) if it else (),
            asked=bool(sums[span].persons),
        )
        for span, it in shown.items()
    ]


def _told(it: Figures) -> tuple[str, ...]:
    said, rate = words(), it.completion
    counts = (it.tally.persons, it.tally.episodes)
    return (*map(said.whole, counts), *map(said.percent, (rate.rate, rate.low, rate.high)))


def _sum(lines: Mapping[bool, Line], span: Span) -> Sum:
    sums = [line.between(span.first, span.last) for line in lines.values()]
    return reduce(Sum.__add__, sums) if sums else NOTHING


def _label(span: Span) -> str:
    if span.first == span.last:
        return day(span.first)
    return gettext("%(first)s to %(last)s", first=day(span.first), last=day(span.last))


def _title(unit: Unit) -> str:
    match unit:
        case "day":
            return gettext("Completion rate by day")
        case "week":
            return gettext("Completion rate by week")
        case "month":
            return gettext("Completion rate by month")


def _says(unit: Unit, shares: Sequence[Share], *, gaps: bool) -> str:
    if not shares:
        return gettext("Too few persons were asked at any one time to draw how the rate went.")
    low, high = min(share.rate for share in shares), max(share.rate for share in shares)
    says = gettext(
        "By the day of the first time shown. The rate lay between %(low)s and %(high)s; it ended at %(last)s. The "
        "band is the 95-percent interval.",
        low=percent(low),
        high=percent(high),
        last=percent(shares[-1].rate),
    )
    if not gaps:
        return says
    explained = {
        "day": gettext("A gap is a day with nobody asked, or with too few persons to be shown."),
        "week": gettext("A gap is a week with nobody asked, or with too few persons to be shown."),
        "month": gettext("A gap is a month with nobody asked, or with too few persons to be shown."),
    }
    return f"{says} {explained[unit]}"

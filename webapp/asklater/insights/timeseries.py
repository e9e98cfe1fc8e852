"""A completion rate over time, by days, weeks or months: as a drawing, and as the table beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from typing import Literal, get_args

from asklater.i18n import gettext
from asklater.insights.chart_notes import NO_NOTES, ChartNotes, DayMark, WantedRate
from asklater.insights.charts import RateLine, rate_height, rate_lines
from asklater.insights.figures import Figures, Share, tally
from asklater.insights.labels import day, number_labels, percent, short_day, window_length
from asklater.insights.query import Query
from asklater.insights.rollup.ranges import EMPTY_SUM, RangeSum, SeriesByDay
from asklater.insights.suppression import figures_of, suppressed_parts
from asklater.insights.urls import DownloadLinks

# Days, weeks and months

SpanUnit = Literal["day", "week", "month"]
SPAN_UNITS: tuple[SpanUnit, ...] = get_args(SpanUnit)
MOST_DAYS = 60
"""Ranges of up to so many days are told day by day."""
MOST_IN_WEEKS = 200
"""Ranges of up to so many days are told in weeks, longer ones in calendar months."""
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class DaySpan:
    """Both days included."""

    first: date
    last: date


def span_units(first: date, last: date) -> tuple[SpanUnit, ...]:
    """The units that the range may be told in, the finest first."""
    length = (last - first).days + 1
    finest = 0 if length <= MOST_DAYS else 1 if length <= MOST_IN_WEEKS else 2
    return SPAN_UNITS[finest:]


def day_spans(first: date, last: date, unit: SpanUnit) -> tuple[DaySpan, ...]:
    """The range, cut without gaps, the oldest first. Weeks are counted back from the last day, which ends a whole one;
    the first span may be shorter than the others, and so may the last month."""
    match unit:
        case "day":
            return tuple(
                DaySpan(day, day) for day in (first + A_DAY * place for place in range((last - first).days + 1))
            )
        case "week":
            return _weeks(first, last)
        case "month":
            return _months(first, last)


def _weeks(first: date, last: date) -> tuple[DaySpan, ...]:
    found = []
    while last >= first:
        found.append(DaySpan(max(first, last - A_WEEK + A_DAY), last))
        last -= A_WEEK
    return tuple(reversed(found))


def _months(first: date, last: date) -> tuple[DaySpan, ...]:
    found = []
    while first <= last:
        next_one = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        found.append(DaySpan(first, min(last, next_one - A_DAY)))
        first = next_one
    return tuple(found)


# Page objects


@dataclass(frozen=True)
class TrendRow:
    """One span of time in which anything was asked; no figures where they are hidden. `url` leads to it alone.

    `figures_label` are persons, asks, the rate and the ends of its interval, in words.
    """

    label: str
    url: str
    first: date
    last: date
    figures: Figures | None
    figures_label: tuple[str, ...] = ()
    asked: bool = True
    change: str = ""


@dataclass(frozen=True)
class TrendMark:
    """A day on which something became different: a line at `x`, and what it is called below the drawing."""

    x: float
    number: str
    day: str
    label: str
    url: str


@dataclass(frozen=True)
class TrendTick:
    """A date on the scale of days, at `x` from 0 to 100."""

    x: float
    label: str


@dataclass(frozen=True)
class TrendValue:
    """What is told of one span where a reader points at it: from `x` on, `width` wide, both of 100."""

    x: float
    width: float
    text: str


@dataclass(frozen=True)
class TrendGoal:
    """The rate that is wanted: a line at the height `y`, 0 at the top, and what it is called below the drawing."""

    y: float
    label: str


@dataclass(frozen=True)
class Trend:
    """A completion rate over time. `summary` tells what the drawing shows; no runs where there is nothing to draw.

    `ticks` are dates below the drawing; `rows` are the same in figures, the newest first, `values` in words. `marks`
    are numbered, the oldest first; `goal` is None where none is set.
    """

    title: str
    summary: str
    ticks: tuple[TrendTick, ...]
    values: tuple[TrendValue, ...]
    runs: tuple[RateLine, ...]
    rows: tuple[TrendRow, ...]
    files: DownloadLinks
    marks: tuple[TrendMark, ...] = ()
    goal: TrendGoal | None = None


# The trend of one series


def trend(
    lines: Mapping[bool, SeriesByDay],
    query: Query,
    window: timedelta,
    url: Callable[[Query], str],
    notes: ChartNotes = NO_NOTES,
) -> Trend:
    """Draws the query's field and context over its days, to the last one whose asks are all older than the window. Of
    the range the whole is told, later asks included.

    It is told in the finest unit of which most can be; where none can be told, nothing is, since when anything was
    asked would tell too much of the whole.

    `lines` are what `TotalsReader.series_by_day` returns for the query; `url` makes the page's address for other
    days; `notes` are what else stands in the chart.
    """
    first, last = query.first, last_mature_day(query, window)
    if last < first:
        return Trend(_title("day"), _too_early(window), (), (), (), (), DownloadLinks(query.arguments()))
    units = span_units(first, last)
    by_unit: dict[SpanUnit, Sequence[TrendRow]] = {}
    for unit in units:
        by_unit[unit] = _rows(lines, query, day_spans(first, last, unit), url)
        if _mostly_told(by_unit[unit]):
            break
    else:
        unit = max(units, key=lambda it: _told(by_unit[it]))
    rows = by_unit[unit]
    shares = [row.figures.completion if row.figures else None for row in rows]
    sentences = [_summary(unit, [share for share in shares if share], gaps=None in shares)]
    if unit != units[0]:
        sentences.append(_coarser(unit))
    if last < query.last_come:
        sentences.append(_ends_early(last, window))
    return Trend(
        title=_title(unit),
        summary=" ".join(sentences),
        ticks=day_ticks([row.first for row in rows]),
        values=span_values([_value_label(row) for row in rows]) if any(shares) else (),
        runs=rate_lines(shares),
        rows=tuple(row for row in reversed(rows) if row.asked) if any(shares) else (),
        files=DownloadLinks(query.arguments()),
        marks=_trend_marks([mark for mark in notes.marks if mark.day <= last], rows),
        goal=_trend_goal(notes.wanted),
    )


def last_mature_day(query: Query, window: timedelta) -> date:
    """The last day of the range whose every ask is older than the window; the day before the range where none is."""
    judged = (query.as_of - window).astimezone(query.zone).date() - A_DAY
    return max(min(query.last_come, judged), query.first - A_DAY)


MOST_TICKS = 6


def day_ticks(days: Sequence[date]) -> tuple[TrendTick, ...]:
    """Dates of spans that are as far from each other, at the middle of each."""
    step = max(1, -(-len(days) // MOST_TICKS))
    places = range(0, len(days), step)
    return tuple(TrendTick(100 * (place + 0.5) / len(days), short_day(days[place])) for place in places)


def span_values(texts: Sequence[str]) -> tuple[TrendValue, ...]:
    """What is told of each span, all of one width."""
    width = 100 / max(1, len(texts))
    return tuple(TrendValue(place * width, width, text) for place, text in enumerate(texts))


def _value_label(row: TrendRow) -> str:
    if not row.figures_label:
        return gettext("%(days)s: nobody asked, or too few people to be shown", days=row.label)
    _persons, asks, rate, low, high = row.figures_label
    return gettext(
        "%(days)s: %(rate)s, between %(low)s and %(high)s, %(asks)s asks",
        days=row.label,
        rate=rate,
        low=low,
        high=high,
        asks=asks,
    )


def _too_early(window: timedelta) -> str:
    return gettext(
        "No day of this range is over for %(window)s yet, so there is nothing to draw.", window=window_length(window)
    )


def _ends_early(last: date, window: timedelta) -> str:
    return gettext(
        "It ends with %(day)s, the last day whose asks are all older than %(window)s.",
        day=day(last),
        window=window_length(window),
    )


def _trend_marks(marks: Sequence[DayMark], rows: Sequence[TrendRow]) -> tuple[TrendMark, ...]:
    """Each at the beginning of its day, within the span that it lies in."""
    return tuple(
        TrendMark(_day_position(mark.day, rows), str(number), day(mark.day), mark.label, mark.url)
        for number, mark in enumerate(marks, 1)
    )


def _day_position(it: date, rows: Sequence[TrendRow]) -> float:
    """From 0 at the left edge to 100; all spans are as wide as each other."""
    place, row = next((place, row) for place, row in enumerate(rows) if row.first <= it <= row.last)
    return 100 * (place + (it - row.first).days / ((row.last - row.first).days + 1)) / len(rows)


def _trend_goal(wanted: WantedRate | None) -> TrendGoal | None:
    return TrendGoal(rate_height(wanted.rate), wanted.label) if wanted else None


def _mostly_told(rows: Sequence[TrendRow]) -> bool:
    """Whether it is a course at all, and half of it or more is told."""
    return _told(rows) > 1 and sum(row.asked for row in rows) <= 2 * _told(rows)


def _told(rows: Sequence[TrendRow]) -> int:
    return sum(row.figures is not None for row in rows)


def _rows(
    lines: Mapping[bool, SeriesByDay], query: Query, spans: Sequence[DaySpan], url: Callable[[Query], str]
) -> Sequence[TrendRow]:
    """What comes after the last span is told by the whole, so it is hidden with the others where it is of few."""
    rest = DaySpan(spans[-1].last + A_DAY, query.last)
    told = (*spans, rest) if rest.first <= rest.last else spans
    tallies = {span: tally(query.field, query.context, {False: _span_sum(lines, span)}) for span in told}
    hide = suppressed_parts(tallies)
    shown = {span: None if span in hide else figures_of(tallies[span]) for span in spans}
    return [
        TrendRow(
            label=_label(span),
            url=url(replace(query, first=span.first, last=span.last)),
            first=span.first,
            last=span.last,
            figures=it,
            figures_label=_figures_label(it) if it else (),
            asked=bool(tallies[span].persons),
        )
        for span, it in shown.items()
    ]


def _figures_label(it: Figures) -> tuple[str, ...]:
    said, rate = number_labels(), it.completion
    counts = (it.tally.persons, it.tally.episodes)
    return (*map(said.whole_number, counts), *map(said.percent, (rate.rate, rate.low, rate.high)))


def _span_sum(lines: Mapping[bool, SeriesByDay], span: DaySpan) -> RangeSum:
    sums = [line.between(span.first, span.last) for line in lines.values()]
    return reduce(RangeSum.__add__, sums) if sums else EMPTY_SUM


def _label(span: DaySpan) -> str:
    if span.first == span.last:
        return day(span.first)
    return gettext("%(first)s to %(last)s", first=day(span.first), last=day(span.last))


def _title(unit: SpanUnit) -> str:
    match unit:
        case "day":
            return gettext("Completion rate by day")
        case "week":
            return gettext("Completion rate by week")
        case "month":
            return gettext("Completion rate by month")


def _coarser(unit: SpanUnit) -> str:
    """Why it is not told day by day."""
    if unit == "month":
        return gettext("It is told by month, since most weeks have too few people to be shown.")
    return gettext("It is told by week, since most days have too few people to be shown.")


def _summary(unit: SpanUnit, shares: Sequence[Share], *, gaps: bool) -> str:
    if not shares:
        return gettext("Too few people were asked at any one time to draw how the rate went.")
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
        "day": gettext("A gap is a day with nobody asked, or with too few people to be shown."),
        "week": gettext("A gap is a week with nobody asked, or with too few people to be shown."),
        "month": gettext("A gap is a month with nobody asked, or with too few people to be shown."),
    }
    return f"{says} {explained[unit]}"

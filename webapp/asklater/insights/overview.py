"""The overview page: its alerts, its figures and tables, and the etag by which it refreshes itself."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from operator import attrgetter

from asklater.i18n import gettext
from asklater.insights.alerts import Alert, feature_alerts, review_alerts
from asklater.insights.comparisons import PeriodComparison, compare_periods
from asklater.insights.coverage import Coverage
from asklater.insights.definitions import definitions
from asklater.insights.download_links import DownloadLinks
from asklater.insights.figures import Figures, Tally, cell_tallies, context_tallies
from asklater.insights.forms import QueryForm
from asklater.insights.labels import day, key_labels, ngettext, percent, whole_number
from asklater.insights.navigation import filter_bar, real_people_link
from asklater.insights.overview_tables import (
    action_share,
    context_rows,
    coverage_note,
    coverage_rows,
    field_rows,
    overview_funnel,
)
from asklater.insights.pending import COUNT_LIMIT as MOST_FRESH, worker_lag_label
from asklater.insights.presenters import (
    AutoRefresh,
    FieldInContextRow,
    FieldRowGroup,
    HeadlineFigure,
    OverviewPage,
    headline_figures,
    no_figures_note,
    share_figure,
)
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.timeseries import trend
from asklater.insights.urls import page_url, query_url
from asklater.manifest.declarations import Manifest

# The etag


def page_etag(tallies: Iterable[Tally], *more: object) -> str:
    """The same in whatever order the tallies come, which is another one in each process that serves the page.

    Times are left out: they change with the counts only, and are long.
    """
    return hashlib.sha256(repr((sorted(map(_counts_of, tallies)), more)).encode()).hexdigest()[:16]


_counts_of = attrgetter(*(field.name for field in fields(Tally) if field.name != "times"))


# Alerts about figures


ALERT_FROM_ASKS = 30
"""Asks, or submitted asks, from which on a rate is worth a sentence."""


def figure_alerts(rows: Sequence[FieldInContextRow]) -> tuple[Alert, ...]:
    """At most three sentences; none where nothing stands out or there is too little to tell."""
    shown = [(row, row.figures) for row in rows if row.figures is not None]
    found = (_least_completed(shown), _most_rejected(shown), _most_unable(shown))
    return tuple(notice for notice in found if notice)


ShownRows = Sequence[tuple[FieldInContextRow, Figures]]


def _least_completed(shown: ShownRows) -> Alert | None:
    worst = _row_with_most(shown, lambda it: 1 - it.completion.rate if it.tally.episodes >= ALERT_FROM_ASKS else 0)
    if worst is None:
        return None
    row, figures = worst
    says = gettext(
        "%(field)s at “%(context)s” is completed least: %(part)s of %(whole)s asks, %(rate)s "
        "(between %(low)s and %(high)s).",
        field=row.field_label,
        context=row.context_label,
        part=whole_number(figures.completion.part),
        whole=whole_number(figures.completion.whole),
        rate=percent(figures.completion.rate),
        low=percent(figures.completion.low),
        high=percent(figures.completion.high),
    )
    return _alert(row, says)


def _most_rejected(shown: ShownRows) -> Alert | None:
    worst = _row_with_most(
        shown,
        lambda it: it.rejection.rate if it.rejection is not None and it.rejection.whole >= ALERT_FROM_ASKS else 0,
    )
    if worst is None or worst[1].rejection is None:
        return None
    row, rejection = worst[0], worst[1].rejection
    says = gettext(
        "%(field)s at “%(context)s” is rejected most: in %(part)s of %(whole)s submitted asks, %(rate)s.",
        field=row.field_label,
        context=row.context_label,
        part=whole_number(rejection.part),
        whole=whole_number(rejection.whole),
        rate=percent(rejection.rate),
    )
    return _alert(worst[0], says)


def _most_unable(shown: ShownRows) -> Alert | None:
    worst = _row_with_most(shown, lambda it: it.tally.unable)
    if worst is None:
        return None
    row, figures = worst
    says = gettext(
        "%(field)s at “%(context)s” could not be given %(count)s times: the prompt could only explain why.",
        field=row.field_label,
        context=row.context_label,
        count=whole_number(figures.tally.unable),
    )
    return _alert(row, says)


def _alert(row: FieldInContextRow, says: str) -> Alert:
    about = gettext("%(field)s at “%(context)s”", field=row.field_label, context=row.context_label)
    return Alert(says, row.url, gettext("What this is made of"), about)


def _row_with_most(shown: ShownRows, trouble: Callable[[Figures], float]) -> tuple[FieldInContextRow, Figures] | None:
    """The pair with the most trouble, None when nothing has any."""
    worst = max(shown, key=lambda pair: trouble(pair[1]), default=None)
    return worst if worst is not None and trouble(worst[1]) > 0 else None


# The page


OVERVIEW_ENDPOINT = "insights.overview"


@dataclass(frozen=True)
class RefreshState:
    """How the page is looked at: whether it refreshes itself, and the state that the browser shows, "" for none."""

    paused: bool = False
    state: str = ""


def overview_page(
    reading: TotalsReader, coverage: Coverage, fresh: int, manifest: Manifest, asked: QueryForm, look: RefreshState
) -> OverviewPage:
    """Everything of the first page; its number of statements does not depend on what was counted."""
    question, names = asked.question, key_labels(manifest)
    found = compare_periods(reading, question)
    rows = field_rows(found, question, names)
    total = found.now.tally(question.field, question.context)
    everything = found.now.figures(question.field, question.context)
    lines, late = reading.line(question), worker_lag_label(reading, question.as_of)
    urgent = (*review_alerts(manifest, question.as_of.date()), *feature_alerts(question), *figure_alerts(rows))
    simulated = bool(total.simulated_persons) or question.people == "simulated"
    return OverviewPage(
        filter=filter_bar(asked, OVERVIEW_ENDPOINT, days=True),
        title=gettext("Error: %(title)s", title=gettext("Insights")) if asked.errors else gettext("Insights"),
        banner=real_people_link(question, OVERVIEW_ENDPOINT) if simulated else None,
        fresh=_pending_note(fresh),
        behind=late,
        live_url=query_url("insights.live", question),
        files=DownloadLinks(question.arguments()),
        refreshing=_auto_refresh(found, question, look, everything, (fresh, late, urgent, coverage.held)),
        stats=_headline_figures(everything, found, question) if everything else (),
        nothing="" if everything else no_figures_note(total),
        compared=_comparison_note(question),
        trend=trend(lines, question, total.persons, _overview_url) if everything else None,
        attention=urgent,
        fields=tuple(
            FieldRowGroup(label, tuple(group)) for label, group in groupby(rows, lambda row: row.field_label)
        ),
        contexts=context_rows(found, question, names),
        funnel=overview_funnel(found, question, manifest, names),
        coverage=coverage_rows(coverage, question, names),
        covered=coverage_note(coverage),
        definitions=definitions(manifest.window),
    )


def _overview_url(question: Query) -> str:
    return query_url(OVERVIEW_ENDPOINT, question)


def _headline_figures(it: Figures, found: PeriodComparison, question: Query) -> tuple[HeadlineFigure, ...]:
    field, context, compare = question.field, question.context, question.compare
    before = found.earlier(field, context)
    first, second, *others = headline_figures(it, before, compare=compare)
    now = action_share(context_tallies(found.now.board, field, context))
    earlier = action_share(context_tallies(found.before.board, field, context)) if found.before and before else None
    return (first, second, share_figure("action_rate", now, earlier, compare=compare), *others)


def _comparison_note(question: Query) -> str:
    """What the figures are compared with; "" for nothing."""
    if not question.compare:
        return ""
    before = question.before()
    return gettext(
        "Compared with the days before, %(first)s to %(last)s. Each difference has its 95-percent interval, which "
        "holds for one look. Who came back in the meantime is on both sides, and what else changed is not known.",
        first=day(before.first),
        last=day(before.last),
    )


def _auto_refresh(
    found: PeriodComparison, question: Query, look: RefreshState, it: Figures | None, beside: tuple[object, ...]
) -> AutoRefresh:
    """The days stay as they are, also after midnight, since they are part of the address."""
    field, context = question.field, question.context
    shown = [*cell_tallies(found.now.board, field, context), *context_tallies(found.now.board, field, context)]
    state = page_etag(shown, *beside)
    here = question.arguments()
    news = look.state and state != look.state and it
    return AutoRefresh(
        state=state,
        paused=look.paused,
        poll_url=page_url(OVERVIEW_ENDPOINT, {**here, "state": state}),
        here_url=page_url(OVERVIEW_ENDPOINT, {**here, "paused": "1"} if look.paused else here),
        other_url=page_url(OVERVIEW_ENDPOINT, here if look.paused else {**here, "paused": "1"}),
        news=gettext(
            "The figures have changed: %(asks)s asks, %(rate)s completed.",
            asks=whole_number(it.tally.episodes),
            rate=percent(it.completion.rate),
        )
        if news and it
        else "",
    )


def _pending_note(count: int) -> str:
    if not count:
        return gettext("No fresh asks were left out.")
    if count > MOST_FRESH:
        return gettext(
            "More than %(most)s fresh asks are left out: they are too young to be judged.",
            most=whole_number(MOST_FRESH),
        )
    return ngettext(
        "%(num)s fresh ask is left out: it is too young to be judged.",
        "%(num)s fresh asks are left out: they are too young to be judged.",
        count,
    )

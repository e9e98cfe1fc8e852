"""The tables of the overview: every field where it is asked, contexts, the funnel, coverage."""

from collections.abc import Sequence

from asklater.i18n import gettext
from asklater.insights.comparisons import PeriodComparison
from asklater.insights.coverage import Coverage
from asklater.insights.figures import Figures, Share, Tally, cell_tallies, context_tallies, share
from asklater.insights.labels import KeyLabels, clock_time, ngettext, number_labels, whole_number
from asklater.insights.presenters import (
    ContextRow,
    CoverageRow,
    FieldInContextRow,
    Funnel,
    NumberCell,
    funnel_of,
    rate_cell,
)
from asklater.insights.query import Query
from asklater.insights.suppression import share_of_persons
from asklater.insights.urls import cell_url, context_url, field_url
from asklater.manifest.declarations import Manifest
from asklater.suppression import SMALLEST_CELL


def field_rows(found: PeriodComparison, question: Query, names: KeyLabels) -> tuple[FieldInContextRow, ...]:
    """One row per field and context, in the manifest's order."""
    tallies = cell_tallies(found.now.board, question.field, question.context)
    ordered = sorted(tallies, key=lambda it: names.place(it.field, it.context))
    return tuple(_field_row(it.field, it.context, found, question, names) for it in ordered)


def _field_row(
    field: str, context: str, found: PeriodComparison, question: Query, names: KeyLabels
) -> FieldInContextRow:
    shown = found.now.figures(field, context)
    field_label, context_label = names.field(field), names.context(context)
    label = gettext("Completion rate of %(field)s at %(context)s", field=field_label, context=context_label)
    return FieldInContextRow(
        field=field,
        field_label=field_label,
        context=context,
        context_label=context_label,
        url=cell_url(question, field, context),
        figures=shown,
        asked=(whole_number(shown.tally.persons), whole_number(shown.tally.episodes)) if shown else (),
        rate=rate_cell(shown.completion, label, found.change(field, context)) if shown else None,
        came=_outcome_cells(shown) if shown else (),
    )


def _outcome_cells(it: Figures) -> tuple[NumberCell, ...]:
    """What came of the asks, and what it took."""
    tally, said = it.tally, number_labels()
    whole, percent, duration = said.whole, said.percent, said.duration
    return (
        *(NumberCell(whole(count)) for count in (tally.completed, tally.dismissed, tally.superseded, tally.abandoned)),
        NumberCell(duration(it.median), gettext("p90 %(time)s", time=duration(it.p90))),
        NumberCell(
            percent(it.rejection.rate) if it.rejection else "–",
            gettext("%(part)s of %(whole)s", part=whole(tally.rejected), whole=whole(tally.submitted)),
        ),
        NumberCell(whole(tally.impressions), gettext("yield %(rate)s", rate=percent(it.impression_yield or 0))),
        NumberCell(whole(tally.unable)),
    )


def context_rows(found: PeriodComparison, question: Query, names: KeyLabels) -> tuple[ContextRow, ...]:
    tallies = context_tallies(found.now.board, question.field, question.context)
    return tuple(
        _context_row(it, found, question, names) for it in sorted(tallies, key=lambda it: names.place("", it.context))
    )


def _context_row(it: Tally, found: PeriodComparison, question: Query, names: KeyLabels) -> ContextRow:
    shown, label = found.now.figures(it.field, it.context), names.context(it.context)
    action = share(it.actions, it.prompts) if shown else None
    return ContextRow(
        context=it.context,
        label=label,
        url=context_url(question, it.context),
        persons=whole_number(it.persons) if shown else "",
        gave=rate_cell(shown.persons, gettext("Person rate at %(context)s", context=label)) if shown else None,
        acted=rate_cell(action, gettext("Action rate at %(context)s", context=label)) if action else None,
        action=action,
    )


def action_share(tallies: Sequence[Tally]) -> Share | None:
    """Of the prompts of these contexts; None of none."""
    return share(sum(it.actions for it in tallies), sum(it.prompts for it in tallies))


def overview_funnel(found: PeriodComparison, question: Query, manifest: Manifest, names: KeyLabels) -> Funnel:
    """Of the question's context, else of the manifest's goal, else of every action."""
    context = question.context or manifest.analytics.goal or ""
    shown = found.now.figures("", context) and found.now.tally("", context)
    return funnel_of(shown or None, names.context(context) if context else gettext("any action"))


def coverage_rows(found: Coverage, question: Query, names: KeyLabels) -> tuple[CoverageRow, ...]:
    """Of the declared fields; none where accounts are too few."""
    shares = {field: share_of_persons(found.held.get(field, 0), found.accounts) for field in names.fields}
    return tuple(
        CoverageRow(field, names.field(field), field_url(question, field), share)
        for field, share in shares.items()
        if share is not None
    )


def coverage_note(found: Coverage) -> str:
    """Of how many accounts the coverage is, and as of when; "" for too few."""
    if found.accounts < SMALLEST_CELL:
        return ""
    accounts = ngettext("%(num)s account", "%(num)s accounts", found.accounts)
    return gettext("%(accounts)s, as of %(time)s UTC", accounts=accounts, time=clock_time(found.as_of))

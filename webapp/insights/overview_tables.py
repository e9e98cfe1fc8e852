"""The tables of the overview: every field where it is asked, contexts, the funnel, coverage."""

from collections.abc import Sequence

from webapp.insights.addresses import cell_url, context_url, field_url
from webapp.insights.cells import Number, rate_of
from webapp.insights.comparison import Comparison
from webapp.insights.counts import Tally
from webapp.insights.coverage import Coverage
from webapp.insights.figures import SMALLEST, Figures, Share, share, share_of_many
from webapp.insights.funnels import funnel_of
from webapp.insights.names import Names
from webapp.insights.pages import ContextRow, CoverageRow, Funnel, Row
from webapp.insights.question import Question
from webapp.insights.tallying import cells, contexts
from webapp.insights.wording import clock_time, ngettext, whole, words
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext


def field_rows(found: Comparison, question: Question, names: Names) -> tuple[Row, ...]:
    """One row per field and context, in the manifest's order."""
    tallies = cells(found.now.board, question.field, question.context)
    ordered = sorted(tallies, key=lambda it: names.place(it.field, it.context))
    return tuple(_row(it.field, it.context, found, question, names) for it in ordered)


def _row(field: str, context: str, found: Comparison, question: Question, names: Names) -> Row:
    shown = found.now.figures(field, context)
    field_label, context_label = names.field(field), names.context(context)
    label = gettext("Completion rate of %(field)s at %(context)s", field=field_label, context=context_label)
    return Row(
        field=field,
        field_label=field_label,
        context=context,
        context_label=context_label,
        url=cell_url(question, field, context),
        figures=shown,
        asked=(whole(shown.tally.persons), whole(shown.tally.episodes)) if shown else (),
        rate=rate_of(shown.completion, label, found.change(field, context)) if shown else None,
        came=_came(shown) if shown else (),
    )


def _came(it: Figures) -> tuple[Number, ...]:
    """What came of the asks, and what it took."""
    tally, said = it.tally, words()
    whole, percent, duration = said.whole, said.percent, said.duration
    return (
        *(Number(whole(count)) for count in (tally.completed, tally.dismissed, tally.superseded, tally.abandoned)),
        Number(duration(it.median), gettext("p90 %(time)s", time=duration(it.p90))),
        Number(
            percent(it.rejection.rate) if it.rejection else "–",
            gettext("%(part)s of %(whole)s", part=whole(tally.rejected), whole=whole(tally.submitted)),
        ),
        Number(whole(tally.impressions), gettext("yield %(rate)s", rate=percent(it.impression_yield or 0))),
        Number(whole(tally.unable)),
    )


def context_rows(found: Comparison, question: Question, names: Names) -> tuple[ContextRow, ...]:
    tallies = contexts(found.now.board, question.field, question.context)
    return tuple(
        _context(it, found, question, names) for it in sorted(tallies, key=lambda it: names.place("", it.context))
    )


def _context(it: Tally, found: Comparison, question: Question, names: Names) -> ContextRow:
    shown, label = found.now.figures(it.field, it.context), names.context(it.context)
    action = share(it.actions, it.prompts) if shown else None
    return ContextRow(
        context=it.context,
        label=label,
        url=context_url(question, it.context),
        persons=whole(it.persons) if shown else "",
        gave=rate_of(shown.persons, gettext("Person rate at %(context)s", context=label)) if shown else None,
        acted=rate_of(action, gettext("Action rate at %(context)s", context=label)) if action else None,
        action=action,
    )


def action_share(tallies: Sequence[Tally]) -> Share | None:
    """Of the prompts of these contexts; None of none."""
    return share(sum(it.actions for it in tallies), sum(it.prompts for it in tallies))


def funnel(found: Comparison, question: Question, manifest: Manifest, names: Names) -> Funnel:
    """Of the question's context, else of the manifest's goal, else of every action."""
    context = question.context or manifest.analytics.goal or ""
    shown = found.now.figures("", context) and found.now.tally("", context)
    return funnel_of(shown or None, names.context(context) if context else gettext("any action"))


def coverage_rows(found: Coverage, question: Question, names: Names) -> tuple[CoverageRow, ...]:
    """Of the declared fields; none where accounts are too few."""
    shares = {field: share_of_many(found.held.get(field, 0), found.accounts) for field in names.fields}
    return tuple(
        CoverageRow(field, names.field(field), field_url(question, field), share)
        for field, share in shares.items()
        if share is not None
    )


def covered(found: Coverage) -> str:
    """Of how many accounts the coverage is, and as of when; "" for too few."""
    if found.accounts < SMALLEST:
        return ""
    accounts = ngettext("%(num)s account", "%(num)s accounts", found.accounts)
    return gettext("%(accounts)s, as of %(time)s UTC", accounts=accounts, time=clock_time(found.as_of))

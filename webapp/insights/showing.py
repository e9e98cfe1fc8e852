"""Putting the overview together: counts from what was read, figures from the counts, words for both."""

from collections.abc import Sequence
from itertools import groupby

from webapp.insights.attention import attention
from webapp.insights.counts import Tally
from webapp.insights.coverage import Coverage
from webapp.insights.definitions import definitions
from webapp.insights.figures import SMALLEST, Figures, Share, figures, share, share_of_many
from webapp.insights.filtering import address, filter_bar, real_people_only
from webapp.insights.forms import Asked
from webapp.insights.freshness import MOST as MOST_FRESH
from webapp.insights.funnels import funnel_of
from webapp.insights.names import Names, names_of
from webapp.insights.pages import ContextRow, CoverageRow, FieldRows, Funnel, Overview, Row, Stat
from webapp.insights.question import Question
from webapp.insights.reviewing import reviews_due, told
from webapp.insights.rollup.reading import Reading
from webapp.insights.standing import behind
from webapp.insights.tallying import Board, board_of, cells, contexts, tally
from webapp.insights.wording import clock_time, duration, ngettext, percent, whole
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext


def overview(reading: Reading, coverage: Coverage, fresh: int, manifest: Manifest, asked: Asked) -> Overview:
    """Everything of the first page; its number of statements does not depend on what was counted."""
    question, names = asked.question, names_of(manifest)
    board = board_of(reading.board(question))
    rows = field_rows(cells(board, question.field, question.context), names)
    total = board.get((question.field, question.context)) or tally(question.field, question.context, {})
    in_contexts = contexts(board, question.field, question.context)
    everything = figures(total)
    simulated = bool(total.simulated_persons) or question.people == "simulated"
    return Overview(
        filter=filter_bar(asked, "insights.overview", days=True),
        title=gettext("Error: %(title)s", title=gettext("Insights")) if asked.errors else gettext("Insights"),
        banner=real_people_only(question, "insights.overview") if simulated else None,
        fresh=_fresh(fresh),
        behind=behind(reading.standing(), question.as_of),
        live_url=address("insights.live", question.arguments()),
        csv_url=address("insights.episodes_csv", question.arguments()),
        stats=_stats(everything, _action_share(in_contexts)) if everything else (),
        attention=(*_reviews(manifest, question), *attention(rows)),
        fields=tuple(FieldRows(label, tuple(group)) for label, group in groupby(rows, lambda row: row.field_label)),
        contexts=_contexts(in_contexts, names),
        funnel=_funnel(board, question, manifest, names),
        coverage=_coverage(coverage, names),
        covered=_covered(coverage),
        definitions=definitions(manifest.window),
    )


def field_rows(tallies: Sequence[Tally], names: Names) -> tuple[Row, ...]:
    """One row per field and context, in the manifest's order."""
    ordered = sorted(tallies, key=lambda tally: names.place(tally.field, tally.context))
    return tuple(
        Row(
            field=tally.field,
            field_label=names.field(tally.field),
            context=tally.context,
            context_label=names.context(tally.context),
            figures=figures(tally),
        )
        for tally in ordered
    )


def _stats(it: Figures, action: Share | None) -> tuple[Stat, ...]:
    persons = ngettext("of %(num)s person", "of %(num)s persons", it.tally.persons)
    return (
        Stat("completion_rate", percent(it.completion.rate), _between(it.completion)),
        Stat("person_rate", percent(it.persons.rate), _between(it.persons)),
        Stat("action_rate", percent(action.rate) if action else "–", _of(action)),
        Stat("median", duration(it.median), gettext("nine in ten within %(p90)s", p90=duration(it.p90))),
        Stat("rejection_rate", percent(it.rejection.rate) if it.rejection else "–", _of(it.rejection)),
        Stat("episodes", whole(it.tally.episodes), persons),
    )


def _between(share: Share) -> str:
    return gettext("between %(low)s and %(high)s", low=percent(share.low), high=percent(share.high))


def _of(share: Share | None) -> str:
    if share is None:
        return ""
    return gettext("%(part)s of %(whole)s", part=whole(share.part), whole=whole(share.whole))


def _reviews(manifest: Manifest, question: Question) -> tuple[str, ...]:
    """Sentences about fields of the sign-up form whose review is due."""
    return tuple(told(review) for review in reviews_due(manifest, question.as_of.date()))


def _fresh(count: int) -> str:
    if not count:
        return gettext("No fresh asks were left out.")
    if count > MOST_FRESH:
        return gettext(
            "More than %(most)s fresh asks are left out: they are too young to be judged.", most=whole(MOST_FRESH)
        )
    return ngettext(
        "%(num)s fresh ask is left out: it is too young to be judged.",
        "%(num)s fresh asks are left out: they are too young to be judged.",
        count,
    )


def _action_share(tallies: Sequence[Tally]) -> Share | None:
    return share(sum(found.actions for found in tallies), sum(found.prompts for found in tallies))


def _contexts(tallies: Sequence[Tally], names: Names) -> tuple[ContextRow, ...]:
    rows = []
    for found in sorted(tallies, key=lambda tally: names.place("", tally.context)):
        shown = figures(found)
        action = share(found.actions, found.prompts) if shown else None
        rows.append(ContextRow(names.context(found.context), shown, action))
    return tuple(rows)


def _funnel(board: Board, question: Question, manifest: Manifest, names: Names) -> Funnel:
    context = question.context or manifest.analytics.goal or ""
    return funnel_of(board.get(("", context)), names.context(context) if context else gettext("any action"))


def _coverage(found: Coverage, names: Names) -> tuple[CoverageRow, ...]:
    shares = (
        (label, share_of_many(found.held.get(field, 0), found.accounts)) for field, label in names.fields.items()
    )
    return tuple(CoverageRow(label, share) for label, share in shares if share is not None)


def _covered(found: Coverage) -> str:
    """Of how many accounts the coverage is, and as of when; "" for too few."""
    if found.accounts < SMALLEST:
        return ""
    accounts = ngettext("%(num)s account", "%(num)s accounts", found.accounts)
    return gettext("%(accounts)s, as of %(time)s UTC", accounts=accounts, time=clock_time(found.as_of))

"""Putting the overview together: figures of what was read, words for them, and how the page refreshes itself."""

from dataclasses import dataclass
from itertools import groupby

from webapp.insights.addresses import address, question_url
from webapp.insights.attention import attention
from webapp.insights.comparison import Comparison, compared
from webapp.insights.coverage import Coverage
from webapp.insights.definitions import definitions
from webapp.insights.figures import Figures
from webapp.insights.filing import Files
from webapp.insights.filtering import filter_bar, real_people_only
from webapp.insights.forms import Asked
from webapp.insights.freshness import MOST as MOST_FRESH
from webapp.insights.headline import asks_and_times, nothing, part
from webapp.insights.names import names_of
from webapp.insights.notices import notices
from webapp.insights.overview_tables import action_share, context_rows, coverage_rows, covered, field_rows, funnel
from webapp.insights.pages import FieldRows, Overview, Refreshing, Stat
from webapp.insights.question import Question
from webapp.insights.refreshing import state_of
from webapp.insights.reviewing import reviews
from webapp.insights.rollup.reading import Reading
from webapp.insights.standing import behind
from webapp.insights.tallying import cells, contexts
from webapp.insights.trend.showing import trend
from webapp.insights.wording import day, ngettext, percent, whole
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext

HERE = "insights.overview"


@dataclass(frozen=True)
class Look:
    """How the page is looked at: whether it refreshes itself, and the state that the browser shows, "" for none."""

    paused: bool = False
    state: str = ""


def overview(
    reading: Reading, coverage: Coverage, fresh: int, manifest: Manifest, asked: Asked, look: Look
) -> Overview:
    """Everything of the first page; its number of statements does not depend on what was counted."""
    question, names = asked.question, names_of(manifest)
    found = compared(reading, question)
    rows = field_rows(found, question, names)
    total = found.now.tally(question.field, question.context)
    everything = found.now.figures(question.field, question.context)
    lines, late = reading.line(question), behind(reading, question.as_of)
    urgent = (*reviews(manifest, question.as_of.date()), *notices(question), *attention(rows))
    simulated = bool(total.simulated_persons) or question.people == "simulated"
    return Overview(
        filter=filter_bar(asked, HERE, days=True),
        title=gettext("Error: %(title)s", title=gettext("Insights")) if asked.errors else gettext("Insights"),
        banner=real_people_only(question, HERE) if simulated else None,
        fresh=_fresh(fresh),
        behind=late,
        live_url=question_url("insights.live", question),
        files=Files(question.arguments()),
        refreshing=_refreshing(found, question, look, everything, (fresh, late, urgent, coverage.held)),
        stats=_stats(everything, found, question) if everything else (),
        nothing="" if everything else nothing(total),
        compared=_compared(question),
        trend=trend(lines, question, total.persons, _url) if everything else None,
        attention=urgent,
        fields=tuple(FieldRows(label, tuple(group)) for label, group in groupby(rows, lambda row: row.field_label)),
        contexts=context_rows(found, question, names),
        funnel=funnel(found, question, manifest, names),
        coverage=coverage_rows(coverage, question, names),
        covered=covered(coverage),
        definitions=definitions(manifest.window),
    )


def _url(question: Question) -> str:
    return question_url(HERE, question)


def _stats(it: Figures, found: Comparison, question: Question) -> tuple[Stat, ...]:
    field, context, compare = question.field, question.context, question.compare
    before = found.earlier(field, context)
    first, second, *others = asks_and_times(it, before, compare=compare)
    now = action_share(contexts(found.now.board, field, context))
    earlier = action_share(contexts(found.before.board, field, context)) if found.before and before else None
    return (first, second, part("action_rate", now, earlier, compare=compare), *others)


def _compared(question: Question) -> str:
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


def _refreshing(
    found: Comparison, question: Question, look: Look, it: Figures | None, beside: tuple[object, ...]
) -> Refreshing:
    """The days stay as they are, also after midnight, since they are part of the address."""
    field, context = question.field, question.context
    shown = [*cells(found.now.board, field, context), *contexts(found.now.board, field, context)]
    state = state_of(shown, *beside)
    here = question.arguments()
    news = look.state and state != look.state and it
    return Refreshing(
        state=state,
        paused=look.paused,
        poll_url=address(HERE, {**here, "state": state}),
        here_url=address(HERE, {**here, "paused": "1"} if look.paused else here),
        other_url=address(HERE, here if look.paused else {**here, "paused": "1"}),
        news=gettext(
            "The figures have changed: %(asks)s asks, %(rate)s completed.",
            asks=whole(it.tally.episodes),
            rate=percent(it.completion.rate),
        )
        if news and it
        else "",
    )


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

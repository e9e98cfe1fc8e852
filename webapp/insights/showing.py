"""Putting the overview together: counts from the rows, figures from the counts, words for both."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from webapp.insights.attention import attention
from webapp.insights.counting import Counting
from webapp.insights.counts import FunnelCount, Prompts, Tally, Time
from webapp.insights.definitions import definitions
from webapp.insights.figures import SMALLEST, Figures, Share, figures, share, share_of_many
from webapp.insights.filtering import address, filter_bar, real_people_only
from webapp.insights.forms import Asked
from webapp.insights.names import Names
from webapp.insights.pages import ContextRow, CoverageRow, FieldRows, Funnel, Overview, Row, Stat, Step
from webapp.insights.question import Question
from webapp.insights.wording import duration, ngettext, percent, whole
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext


def overview(counting: Counting, manifest: Manifest, names: Names, asked: Asked) -> Overview:
    """Everything of the first page; its number of statements does not depend on what was counted."""
    question = asked.question
    times = counting.times(question)
    rows = field_rows(counting.by_field_and_context(question), times, names)
    total, prompts = counting.altogether(question), counting.prompts(question)
    everything = figures(total, [time.seconds for time in times])
    accounts = counting.accounts(question)
    simulated = bool(total.simulated_persons) or question.people == "simulated"
    return Overview(
        filter=filter_bar(asked, "insights.overview", days=True),
        title=gettext("Error: %(title)s", title=gettext("Insights")) if asked.errors else gettext("Insights"),
        banner=real_people_only(question, "insights.overview") if simulated else None,
        fresh=_fresh(counting.fresh(question)),
        overview_url=address("insights.overview", question.arguments()),
        live_url=address("insights.live", question.arguments()),
        csv_url=address("insights.episodes_csv", question.arguments()),
        stats=_stats(everything, _action_share(prompts)) if everything else (),
        attention=attention(rows),
        fields=tuple(FieldRows(label, tuple(group)) for label, group in groupby(rows, lambda row: row.field_label)),
        contexts=_contexts(counting.by_context(question), prompts, times, names),
        funnel=_funnel(counting, question, manifest, names),
        coverage=_coverage(counting, question, names, accounts),
        accounts=ngettext("%(num)s account", "%(num)s accounts", accounts) if accounts >= SMALLEST else "",
        definitions=definitions(manifest.window),
    )


def field_rows(tallies: Sequence[Tally], times: Sequence[Time], names: Names) -> tuple[Row, ...]:
    """One row per field and context, in the manifest's order."""
    took: dict[tuple[str, str], list[float]] = defaultdict(list)
    for time in times:
        took[time.field, time.context].append(time.seconds)
    ordered = sorted(tallies, key=lambda tally: names.place(tally.field, tally.context))
    return tuple(
        Row(
            field=tally.field,
            field_label=names.field(tally.field),
            context=tally.context,
            context_label=names.context(tally.context),
            figures=figures(tally, took[tally.field, tally.context]),
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


def _fresh(count: int) -> str:
    if not count:
        return gettext("No fresh asks were left out.")
    return ngettext(
        "%(num)s fresh ask is left out: it is too young to be judged.",
        "%(num)s fresh asks are left out: they are too young to be judged.",
        count,
    )


def _action_share(prompts: Sequence[Prompts]) -> Share | None:
    return share(sum(p.completed for p in prompts), sum(p.prompts for p in prompts))


def _contexts(
    tallies: Sequence[Tally], prompts: Sequence[Prompts], times: Sequence[Time], names: Names
) -> tuple[ContextRow, ...]:
    by_context = {count.context: count for count in prompts}
    rows = []
    for tally in sorted(tallies, key=lambda tally: names.place("", tally.context)):
        found = figures(tally, [time.seconds for time in times if time.context == tally.context])
        count = by_context.get(tally.context)
        action = share(count.completed, count.prompts) if count and found else None
        rows.append(ContextRow(names.context(tally.context), found, action))
    return tuple(rows)


def _funnel(counting: Counting, question: Question, manifest: Manifest, names: Names) -> Funnel:
    field, goal = manifest.signup.fields[0].field, manifest.analytics.goal
    count = counting.funnel(question, field, goal)
    if count.saw < SMALLEST:
        return Funnel(gettext("Too few persons saw the sign-up field in these days to say anything."), ())
    label = names.field(field)
    steps = [(gettext("Saw the field “%(field)s”", field=label), count.saw), (gettext("Gave it"), count.gave)]
    if goal:
        steps.append((gettext("Then completed “%(action)s”", action=names.context(goal)), count.reached))
    return Funnel(_funnel_says(count, goal), tuple(_step(steps, number) for number in range(len(steps))))


def _funnel_says(count: FunnelCount, goal: str | None) -> str:
    gave = percent(count.gave / count.saw)
    if goal is None:
        return gettext("%(gave)s of those who saw the one sign-up field gave it.", gave=gave)
    return gettext(
        "%(gave)s of those who saw the one sign-up field gave it, and %(reached)s went on to the final action.",
        gave=gave,
        reached=percent(count.reached / count.saw),
    )


def _step(steps: Sequence[tuple[str, int]], number: int) -> Step:
    label, count = steps[number]
    before = steps[number - 1][1] if number else 0
    share = count / steps[0][1]
    return Step(label, whole(count), share, percent(share), percent(count / before) if before else "–")


def _coverage(counting: Counting, question: Question, names: Names, accounts: int) -> tuple[CoverageRow, ...]:
    held = {holding.field: holding.accounts for holding in counting.holdings(question)}
    shares = ((label, share_of_many(held.get(field, 0), accounts)) for field, label in names.fields.items())
    return tuple(CoverageRow(label, share) for label, share in shares if share is not None)

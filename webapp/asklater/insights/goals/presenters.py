"""Page objects of the goals: the list, the form of one goal, and the panel of the overview."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.insights.exports.sheets import Sheet, SheetColumn
from asklater.insights.goals.forms import GoalForm
from asklater.insights.goals.goals import Goal, JudgedGoal, Verdict
from asklater.insights.labels import KeyLabels, day, ngettext, page_title, percent
from asklater.insights.presenters import RateCell, rate_cell
from asklater.insights.query import Query
from asklater.insights.urls import DownloadLinks, cell_url


@dataclass(frozen=True)
class GoalRow:
    """One goal; `rate` is None where too few persons were asked to be shown. `verdict` names its look."""

    field_label: str
    context_label: str
    cell_url: str
    wanted: str
    due: str
    owner: str
    days: str
    rate: RateCell | None
    verdict: Verdict
    verdict_label: str
    edit_url: str
    remove_url: str


@dataclass(frozen=True)
class RemovedGoal:
    """A goal that can be put back at `post_url`."""

    label: str
    post_url: str


@dataclass(frozen=True)
class GoalsPage:
    title: str
    form: GoalForm
    rows: tuple[GoalRow, ...]
    removed: tuple[RemovedGoal, ...]
    files: DownloadLinks


@dataclass(frozen=True)
class GoalPage:
    """The form of a goal that stands."""

    title: str
    form: GoalForm
    post_url: str
    back_url: str


@dataclass(frozen=True)
class GoalsPanel:
    """The goals on the overview; `summary` counts them by their verdicts."""

    summary: str
    rows: tuple[GoalRow, ...]
    url: str


def goals_page(
    judged: Sequence[JudgedGoal], removed: Sequence[Goal], form: GoalForm, query: Query, names: KeyLabels
) -> GoalsPage:
    return GoalsPage(
        title=page_title(gettext("Goals"), form.errors),
        form=form,
        rows=tuple(goal_row(it, query, names) for it in judged),
        removed=tuple(
            RemovedGoal(goal_label(goal, names), url_for("goals.restore", number=goal.number)) for goal in removed
        ),
        files=DownloadLinks({}, "goals.table"),
    )


def goals_panel(judged: Sequence[JudgedGoal], query: Query, names: KeyLabels) -> GoalsPanel:
    counts = {verdict: sum(it.verdict == verdict for it in judged) for verdict in ("met", "missed", "below", "untold")}
    parts = (
        ngettext("%(num)s met", "%(num)s met", counts["met"]),
        ngettext("%(num)s missed", "%(num)s missed", counts["missed"]),
        ngettext("%(num)s below so far", "%(num)s below so far", counts["below"]),
        ngettext("%(num)s not yet told by the data", "%(num)s not yet told by the data", counts["untold"]),
    )
    said = ", ".join(part for part, count in zip(parts, counts.values(), strict=True) if count)
    return GoalsPanel(f"{said}.", tuple(goal_row(it, query, names) for it in judged), url_for("goals.goals"))


def goal_label(goal: Goal, names: KeyLabels) -> str:
    return gettext(
        "%(field)s at “%(context)s”: %(rate)s by %(day)s",
        field=names.field(goal.field),
        context=names.context(goal.context),
        rate=percent(goal.rate),
        day=day(goal.due),
    )


def verdict_label(verdict: Verdict) -> str:
    return {
        "met": gettext("Goal met"),
        "missed": gettext("Goal missed"),
        "below": gettext("Below the goal so far"),
        "untold": gettext("Not yet told by the data"),
    }[verdict]


def goal_row(it: JudgedGoal, query: Query, names: KeyLabels) -> GoalRow:
    goal, days = it.goal, replace(query, first=it.first, last=it.last)
    field, context = names.field(goal.field), names.context(goal.context)
    label = gettext("Completion rate of %(field)s at %(context)s", field=field, context=context)
    return GoalRow(
        field_label=field,
        context_label=context,
        cell_url=cell_url(days, goal.field, goal.context),
        wanted=percent(goal.rate),
        due=day(goal.due),
        owner=goal.owner,
        days=gettext("%(first)s to %(last)s", first=day(it.first), last=day(it.last)),
        rate=rate_cell(it.share, label)._replace(goal=f"{goal.rate:.1%}") if it.share else None,
        verdict=it.verdict,
        verdict_label=verdict_label(it.verdict),
        edit_url=url_for("goals.edit", number=goal.number),
        remove_url=url_for("goals.remove", number=goal.number),
    )


def goals_sheet(judged: Sequence[JudgedGoal]) -> Sheet:
    """One row a goal; no rate where it is hidden."""
    columns = (
        SheetColumn("field", gettext("the field's key")),
        SheetColumn("context", gettext("the context's key")),
        SheetColumn("wanted", gettext("the wanted completion rate, 0 to 1")),
        SheetColumn("due", gettext("the day by which it is wanted")),
        SheetColumn("owner", gettext("who answers for it")),
        SheetColumn("first", gettext("the first day of what was measured")),
        SheetColumn("last", gettext("the last day of what was measured")),
        SheetColumn("rate", gettext("the completion rate in these days, 0 to 1")),
        SheetColumn("low", gettext("the lower end of its 95-percent interval")),
        SheetColumn("high", gettext("the upper end of its 95-percent interval")),
        SheetColumn("verdict", gettext("met, missed, below (so far) or untold (not yet told by the data)")),
    )
    rows = tuple(
        {
            "field": it.goal.field,
            "context": it.goal.context,
            "wanted": it.goal.rate,
            "due": it.goal.due.isoformat(),
            "owner": it.goal.owner,
            "first": it.first.isoformat(),
            "last": it.last.isoformat(),
            "rate": it.share.rate if it.share else None,
            "low": it.share.low if it.share else None,
            "high": it.share.high if it.share else None,
            "verdict": it.verdict,
        }
        for it in judged
    )
    return Sheet("goals", columns, rows)

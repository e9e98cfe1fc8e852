"""Funnels: from the first view of a context's prompts to the completed action."""

from dataclasses import dataclass

from asklater.i18n import gettext
from asklater.insights.labels import percent, whole_number
from asklater.insights.prompt_rates import tells_actions
from asklater.insights.suppression import ProtectedTable, nested_counts


@dataclass(frozen=True)
class FunnelStep:
    """One step of the funnel: so many `prompts`, which `count` words; `share` is of the first step. None where it is
    hidden."""

    label: str
    prompts: int | None
    count: str
    share: float | None
    of_all: str
    of_previous: str


@dataclass(frozen=True)
class Funnel:
    """The steps from a prompt's first view to the completed action; none where too few persons were asked."""

    summary: str
    steps: tuple[FunnelStep, ...]

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The steps as a table: label, persons, share of the first step, share of the step before."""
        return tuple((step.label, step.count, step.of_all, step.of_previous) for step in self.steps)


def funnel_of(told: ProtectedTable, context: str, label: str) -> Funnel:
    """The steps of a context's mature prompts, each in all of them and in the step before.

    No steps where the context's figures are hidden.
    """
    it = told.tally("", context)
    if told.figures("", context) is None or not it.prompts:
        return Funnel(gettext("Too few people were asked in these days to say anything."), ())
    acted = {"acted": it.actions} if tells_actions(told, context) else {}
    found = nested_counts(it.prompts, {**acted, "given": it.prompts_given, "submitted": it.prompts_submitted})
    steps = (
        (gettext("Prompt shown"), it.prompts),
        (gettext("Submitted"), found["submitted"]),
        (gettext("All fields held"), found["given"]),
        (gettext("“%(action)s” completed", action=label), found.get("acted")),
    )
    return Funnel(_funnel_summary(label, steps), tuple(_funnel_step(steps, place) for place in range(len(steps))))


FunnelCounts = tuple[tuple[str, int | None], ...]


def _funnel_summary(label: str, steps: FunnelCounts) -> str:
    prompts, submitted, _given, acted = (count for _label, count in steps)
    if not prompts or submitted is None or acted is None:
        return gettext(
            "How far the prompts at “%(action)s” came. A step is not shown where it would tell of fewer than five.",
            action=label,
        )
    return gettext(
        "Of the prompts at “%(action)s”, %(submitted)s were submitted at least once, and after %(acted)s the action "
        "was completed.",
        action=label,
        submitted=percent(submitted / prompts),
        acted=percent(acted / prompts),
    )


def _funnel_step(steps: FunnelCounts, place: int) -> FunnelStep:
    label, count = steps[place]
    first, before = steps[0][1], steps[place - 1][1] if place else None
    if count is None or not first:
        return FunnelStep(label, None, gettext("too few"), None, "–", "–")
    return FunnelStep(
        label,
        count,
        whole_number(count),
        count / first,
        percent(count / first),
        percent(count / before) if before else "–",
    )

"""The funnel of a context: from the first view of its prompts to the completed action."""

from webapp.insights.counts import Tally
from webapp.insights.figures import SMALLEST
from webapp.insights.pages import Funnel, Step
from webapp.insights.wording import percent, whole
from webapp.profiling.words import gettext


def funnel_of(found: Tally | None, context: str) -> Funnel:
    """The steps of a context's mature prompts, each in all of them and in the step before. `context` is its label.

    No steps where fewer persons than the smallest cell were asked.
    """
    if found is None or found.persons < SMALLEST or not found.prompts:
        return Funnel(gettext("Too few persons were asked in these days to say anything."), ())
    steps = (
        (gettext("Prompt shown"), found.prompts),
        (gettext("Submitted"), found.prompts_submitted),
        (gettext("Nothing missing any more"), found.prompts_given),
        (gettext("“%(action)s” completed", action=context), found.actions),
    )
    says = gettext(
        "Of the prompts at “%(action)s”, %(submitted)s were submitted at least once, and after %(acted)s the action "
        "was completed.",
        action=context,
        submitted=percent(found.prompts_submitted / found.prompts),
        acted=percent(found.actions / found.prompts),
    )
    return Funnel(says, tuple(_step(steps, place) for place in range(len(steps))))


def _step(steps: tuple[tuple[str, int], ...], place: int) -> Step:
    label, count = steps[place]
    before = steps[place - 1][1] if place else 0
    of_all = count / steps[0][1]
    return Step(label, count, whole(count), of_all, percent(of_all), percent(count / before) if before else "–")

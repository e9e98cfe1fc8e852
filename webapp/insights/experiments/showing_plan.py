"""How long an experiment takes, in sentences."""

from webapp.insights.differences import points
from webapp.insights.experiments.planning import Plan
from webapp.insights.wording import ngettext, percent, whole
from webapp.profiling.words import gettext


def plan_says(plan: Plan | None, effect: float) -> tuple[str, ...]:
    """What it takes to find a difference of `effect`, with what is known of the traffic."""
    if plan is None:
        return (
            gettext(
                "Too few people have come by lately to say how long this would take: thirty are needed to start from."
            ),
        )
    aim = gettext(
        "To find a difference of %(effect)s from %(baseline)s, each variant needs %(once)s persons if you look once, "
        "at the end; %(many)s at most if you look every day.",
        effect=points(effect).removeprefix("+"),
        baseline=percent(plan.baseline),
        once=whole(plan.for_one_look),
        many=whole(plan.for_many_looks),
    )
    return aim, _days(plan)


def _days(plan: Plan) -> str:
    if plan.days_for_one_look is None or plan.days_for_many_looks is None:
        return gettext("Nobody comes by at present, so it would never end.")
    a_day = f"{plan.persons_a_day:.1f}" if plan.persons_a_day < 10 else whole(round(plan.persons_a_day))
    return gettext(
        "At %(number)s eligible persons a day that takes %(once)s, or %(many)s.",
        number=a_day,
        once=ngettext("%(num)s day", "%(num)s days", plan.days_for_one_look),
        many=ngettext("%(num)s day", "%(num)s days", plan.days_for_many_looks),
    )

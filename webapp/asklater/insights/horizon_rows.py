"""The rows of coverage by context and horizon, as the pages of a field and of an experiment show them."""

from dataclasses import dataclass

from asklater.i18n import gettext
from asklater.insights.figures import Share
from asklater.insights.horizons import EligiblePersons, HorizonCoverage
from asklater.insights.labels import ngettext, whole_number
from asklater.insights.presenters import RateCell, rate_cell


@dataclass(frozen=True)
class HorizonRow:
    """One context and one horizon. A rate is None where it would tell of too few; without `reach` nothing is told."""

    label: str
    url: str
    within: str
    reach: RateCell | None
    held: RateCell | None
    coverage: RateCell | None


def days_label(days: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", days)


def eligible_label(persons: EligiblePersons, days: int) -> str:
    """How many are old enough for a horizon, and how many are not."""
    number, young = persons.by_days.get(days), persons.too_young(days)
    if number == 0:
        return gettext("%(days)s: nobody is old enough yet.", days=days_label(days))
    if number is None:
        return gettext("%(days)s: too few people are old enough, or too young.", days=days_label(days))
    return gettext(
        "%(days)s: %(eligible)s people are old enough, %(young)s are too young.",
        days=days_label(days),
        eligible=whole_number(number),
        young=whole_number(young or 0),
    )


def horizon_row(label: str, it: HorizonCoverage, url: str = "") -> HorizonRow:
    """`label` names the context, and the variant where there is one; `url` is "" for no page of it."""
    within = days_label(it.days)
    named = gettext("%(context)s within %(days)s", context=label, days=within)
    return HorizonRow(
        label=label,
        url=url,
        within=within,
        reach=_rate(it.reach, gettext("Asked there: %(name)s", name=named)),
        held=_rate(it.held_of_reached, gettext("Gave it, of those asked: %(name)s", name=named)),
        coverage=_rate(it.coverage, gettext("Asked there and gave it: %(name)s", name=named)),
    )


def _rate(share: Share | None, label: str) -> RateCell | None:
    return None if share is None else rate_cell(share, label)

"""Putting the calculator's page together."""

from webapp.insights.addresses import address
from webapp.insights.filing import Files
from webapp.insights.signup.money import money
from webapp.insights.signup.pages import Column, PricePage, PriceResult
from webapp.insights.signup.price import GREATEST_LOSS, LEAST_LOSS, Measured, Plan, Price, kept, prices
from webapp.insights.signup.price_form import Typed, arguments_of
from webapp.insights.wording import ngettext, percent, roughly, whole
from webapp.profiling.words import gettext

SEVEN = 7
"""The number of fields that the source article compares with one."""


def price_page(typed: Typed, measured: Measured | None, *, summary: bool) -> PricePage:
    """`summary` lists the errors above the form: for a page, not for a form that is redrawn while it is filled in."""
    title = gettext("The price of a sign-up field")
    result = None if typed.errors else _result(typed.plan, measured)
    trouble = gettext("There is a problem: %(errors)s", errors=" ".join(error.message for error in typed.errors))
    return PricePage(
        title=gettext("Error: %(title)s", title=title) if typed.errors else title,
        inputs=typed.inputs,
        errors=typed.errors,
        summary=summary,
        result=result,
        news=result.says if result else trouble,
        audit_url=address("signup.audit", {} if typed.errors else arguments_of(typed.plan)),
    )


def evidence(plan: Plan, measured: Measured | None) -> str:
    """Where the figures come from: said wherever they are shown."""
    basis = gettext(
        "For %(visitors)s visitors a month, of whom %(rate)s sign up with one field, at %(worth)s a sign-up; "
        "put in your own figures.",
        visitors=whole(plan.visitors),
        rate=percent(plan.rate / 100),
        worth=money(plan.worth, plan.currency),
    )
    return f"{_assumed(plan) if measured is None else _measured(plan, measured)} {basis}"


def _measured(plan: Plan, measured: Measured) -> str:
    return gettext(
        "Measured by your experiment “%(experiment)s” where the table says so; the rest goes on from there by the "
        "assumption of %(loss)s per further field.",
        experiment=measured.experiment,
        loss=percent(plan.loss / 100),
    )


def _assumed(plan: Plan) -> str:
    return gettext(
        "An assumption, not a finding: the article that this sum comes from gives %(least)s to %(greatest)s of "
        "completions lost for each further required field, and 30%% to 60%% for seven fields against one. We found no "
        "primary source for either. By this sum, seven fields lose %(low)s to %(high)s. The loss is taken as "
        "%(loss)s: move it to what you believe; an experiment of your own would replace it.",
        least=roughly(LEAST_LOSS / 100),
        greatest=roughly(GREATEST_LOSS / 100),
        low=roughly(1 - kept(SEVEN, LEAST_LOSS)),
        high=roughly(1 - kept(SEVEN, GREATEST_LOSS)),
        loss=percent(plan.loss / 100),
    )


def _result(plan: Plan, measured: Measured | None) -> PriceResult:
    found = prices(plan, measured)
    return PriceResult(
        says=_says(plan, found[plan.fields - 1]),
        evidence=evidence(plan, measured),
        columns=_columns(plan, found),
        rows=tuple(_row(plan, price) for price in found),
        files=Files(arguments_of(plan), "signup.table"),
    )


def _says(plan: Plan, price: Price) -> str:
    signups = ngettext("%(num)s sign-up", "%(num)s sign-ups", round(price.signups))
    if plan.fields == 1:
        return gettext(
            "With the one field: %(signups)s a month, worth %(money)s.",
            signups=signups,
            money=money(price.money, plan.currency),
        )
    return gettext(
        "With %(fields)s fields: %(signups)s a month, %(lost)s fewer than with one (%(share)s), which is "
        "%(money)s a month.",
        fields=plan.fields,
        signups=signups,
        lost=whole(round(price.lost)),
        share=percent(price.share_lost),
        money=money(price.lost_money, plan.currency),
    )


def _columns(plan: Plan, found: tuple[Price, ...]) -> tuple[Column, ...]:
    most = max(max(price.signups, price.high) for price in found)
    width = 100 / len(found)
    return tuple(
        Column(
            label=str(price.fields),
            left=place * width,
            height=100 * price.signups / most,
            low=100 * price.low / most,
            high=100 * price.high / most,
            chosen=price.fields == plan.fields,
        )
        for place, price in enumerate(found)
    )


def _row(plan: Plan, price: Price) -> tuple[str, ...]:
    measured, chosen = gettext("%(fields)s, measured", fields=price.fields), str(price.fields)
    return (
        measured if price.measured else chosen,
        whole(round(price.signups)),
        "–" if price.measured else f"{whole(round(price.low))}–{whole(round(price.high))}",
        money(price.money, plan.currency),
        whole(round(price.lost)),
        percent(price.share_lost),
        money(price.lost_money, plan.currency),
    )

"""Page objects of the sign-up pages, and how the calculator is filled."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_decimal

from asklater.i18n import gettext
from asklater.insights.alerts import ReviewState
from asklater.insights.labels import ngettext, percent, rough_percent, whole_number
from asklater.insights.signup.forms import PriceForm, price_arguments
from asklater.insights.signup.price import (
    GREATEST_LOSS,
    LEAST_LOSS,
    MeasuredRates,
    Price,
    PriceAssumptions,
    prices,
    share_kept,
)
from asklater.insights.urls import DownloadLinks, page_url
from asklater.kinds.base import Input, InputError

# Page objects


@dataclass(frozen=True)
class SignupFieldRow:
    """One field of the form. `justification`, `owner` and `review` are words, also where nothing was declared."""

    key: str
    label: str
    justification: str
    owner: str
    review: str
    state: ReviewState
    cost: str


@dataclass(frozen=True)
class FormChangeRow:
    """One change of the form. `before` and `after` are "" where there was, or is, nothing."""

    at: datetime
    label: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class AuditPage:
    """The sign-up form under audit. `owed_parts` says what a second field would owe, or what each one owes."""

    summary: str
    fields: tuple[SignupFieldRow, ...]
    owed_title: str
    owed_parts: tuple[str, ...]
    cost_says: str
    price_url: str
    files: DownloadLinks
    changes: tuple[FormChangeRow, ...]


@dataclass(frozen=True)
class PriceBar:
    """One column of the chart; heights and places are percent of its frame. `low` to `high` is the range assumed."""

    label: str
    left: float
    height: float
    low: float
    high: float
    chosen: bool


@dataclass(frozen=True)
class PriceResult:
    """What the assumptions come to. `evidence` says where the figures come from."""

    summary: str
    evidence: str
    columns: tuple[PriceBar, ...]
    rows: tuple[tuple[str, ...], ...]
    files: DownloadLinks


@dataclass(frozen=True)
class PricePage:
    """The calculator; no result where an input has an error. `lists_errors` puts the errors above the form too."""

    title: str
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]
    lists_errors: bool
    result: PriceResult | None
    news: str
    audit_url: str


@dataclass(frozen=True)
class ProtocolField:
    """One declared field as the protocol tells it: pairs of a question and its answer."""

    key: str
    label: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Protocol:
    """Every declared field. `made` is the day as of which it is told."""

    controller: str
    made: str
    questions: tuple[ProtocolField, ...]


@dataclass(frozen=True)
class WhatIfPage:
    """A manifest that is not live, and what it would do. `errors` are one for each input that has some."""

    title: str
    text: Input
    file: Input
    errors: tuple[InputError, ...]
    result: "WhatIfResult | None"


@dataclass(frozen=True)
class WhatIfResult:
    """What would change. Rows of the tables are words; `notes` are warnings, and changes that stop nobody."""

    summary: str
    stopped: tuple[tuple[str, ...], ...]
    unneeded: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


# Sums of money

ROUNDED_FROM = 100
"""From here on, no decimals are shown."""


def money_label(amount: float, currency: str) -> str:
    """€1,204: the sign first, set off by a space where it is letters."""
    figure = (
        whole_number(round(amount))
        if amount >= ROUNDED_FROM or amount == round(amount)
        else str(format_decimal(amount, "#,##0.00"))
    )
    gap = "\u00a0" if currency[-1:].isalpha() else ""
    return f"{currency}{gap}{figure}"


# The calculator

RATES_SHOWN = 7
"""The number of fields that the source article compares with one."""


def price_page(typed: PriceForm, measured: MeasuredRates | None, *, lists_errors: bool) -> PricePage:
    """`lists_errors` puts them above the form: for a page, not for a form that is redrawn while it is filled in."""
    title = gettext("The price of a sign-up field")
    result = None if typed.errors else _result(typed.assumptions, measured)
    trouble = gettext("There is a problem: %(errors)s", errors=" ".join(error.message for error in typed.errors))
    return PricePage(
        title=gettext("Error: %(title)s", title=title) if typed.errors else title,
        inputs=typed.inputs,
        errors=typed.errors,
        lists_errors=lists_errors,
        result=result,
        news=result.summary if result else trouble,
        audit_url=page_url("signup.audit", {} if typed.errors else price_arguments(typed.assumptions)),
    )


def evidence_sentence(plan: PriceAssumptions, measured: MeasuredRates | None) -> str:
    """Where the figures come from: said wherever they are shown."""
    basis = gettext(
        "For %(visitors)s visitors a month, of whom %(rate)s sign up with one field, at %(worth)s a sign-up; "
        "put in your own figures.",
        visitors=whole_number(plan.visitors),
        rate=percent(plan.rate / 100),
        worth=money_label(plan.worth, plan.currency),
    )
    return f"{_assumed(plan) if measured is None else _measured(plan, measured)} {basis}"


def _measured(plan: PriceAssumptions, measured: MeasuredRates) -> str:
    return gettext(
        "Measured by your experiment “%(experiment)s” where the table says so; the rest goes on from there by the "
        "assumption of %(loss)s per further field.",
        experiment=measured.experiment,
        loss=percent(plan.loss / 100),
    )


def _assumed(plan: PriceAssumptions) -> str:
    return gettext(
        "An assumption, not a finding: the article that this sum comes from gives %(least)s to %(greatest)s of "
        "completions lost for each further required field, and 30%% to 60%% for seven fields against one. We found no "
        "primary source for either. By this sum, seven fields lose %(low)s to %(high)s. The loss is taken as "
        "%(loss)s: move it to what you believe; an experiment of your own would replace it.",
        least=rough_percent(LEAST_LOSS / 100),
        greatest=rough_percent(GREATEST_LOSS / 100),
        low=rough_percent(1 - share_kept(RATES_SHOWN, LEAST_LOSS)),
        high=rough_percent(1 - share_kept(RATES_SHOWN, GREATEST_LOSS)),
        loss=percent(plan.loss / 100),
    )


def _result(plan: PriceAssumptions, measured: MeasuredRates | None) -> PriceResult:
    found = prices(plan, measured)
    return PriceResult(
        summary=_price_summary(plan, found[plan.fields - 1]),
        evidence=evidence_sentence(plan, measured),
        columns=_columns(plan, found),
        rows=tuple(_row(plan, price) for price in found),
        files=DownloadLinks(price_arguments(plan), "signup.table"),
    )


def _price_summary(plan: PriceAssumptions, price: Price) -> str:
    signups = ngettext("%(num)s sign-up", "%(num)s sign-ups", round(price.signups))
    if plan.fields == 1:
        return gettext(
            "With the one field: %(signups)s a month, worth %(money)s.",
            signups=signups,
            money=money_label(price.money, plan.currency),
        )
    return gettext(
        "With %(fields)s fields: %(signups)s a month, %(lost)s fewer than with one (%(share)s), which is "
        "%(money)s a month.",
        fields=plan.fields,
        signups=signups,
        lost=whole_number(round(price.signups_lost)),
        share=percent(price.share_lost),
        money=money_label(price.money_lost, plan.currency),
    )


def _columns(plan: PriceAssumptions, found: tuple[Price, ...]) -> tuple[PriceBar, ...]:
    most = max(max(price.signups, price.high) for price in found)
    width = 100 / len(found)
    return tuple(
        PriceBar(
            label=str(price.fields),
            left=place * width,
            height=100 * price.signups / most,
            low=100 * price.low / most,
            high=100 * price.high / most,
            chosen=price.fields == plan.fields,
        )
        for place, price in enumerate(found)
    )


def _row(plan: PriceAssumptions, price: Price) -> tuple[str, ...]:
    measured, chosen = gettext("%(fields)s, measured", fields=price.fields), str(price.fields)
    return (
        measured if price.measured else chosen,
        whole_number(round(price.signups)),
        "–" if price.measured else f"{whole_number(round(price.low))}–{whole_number(round(price.high))}",
        money_label(price.money, plan.currency),
        whole_number(round(price.signups_lost)),
        percent(price.share_lost),
        money_label(price.money_lost, plan.currency),
    )

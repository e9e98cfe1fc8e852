"""Page objects of the sign-up pages, and how the calculator is filled."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_decimal

from asklater.i18n import gettext
from asklater.insights.alerts import ReviewState
from asklater.insights.labels import day, ngettext, page_title, percent, rough_percent, whole_number
from asklater.insights.signup.forms import PriceForm, price_arguments
from asklater.insights.signup.price import (
    ARTICLE,
    AUTH0_DOCUMENTATION,
    FIELDS_COMPARED,
    GREATEST_KEPT,
    GREATEST_LOSS,
    LEAST_KEPT,
    LEAST_LOSS,
    FormSize,
    MeasuredRates,
    Price,
    PriceAssumptions,
    price_of,
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
class FormReviewState:
    """Where the yearly review of the whole form stands. `url` is the page that records one."""

    sentence: str
    state: ReviewState
    url: str


@dataclass(frozen=True)
class FormReviewRow:
    """One recorded review. `fields` are those that the form had then, in words; `note` may be ""."""

    at: datetime
    who: str
    verdict: str
    note: str
    fields: str


@dataclass(frozen=True)
class FormReviewPage:
    """The form for a review, what it is about, and the earlier ones, the newest first.

    `asked` has field, required or optional, and why; `follows` is the number of the newest review; `problem` says why
    nothing was recorded although nothing was wrong with what was typed.
    """

    title: str
    state: FormReviewState
    asked: tuple[tuple[str, str, str], ...]
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]
    problem: str
    follows: str
    reviews: tuple[FormReviewRow, ...]
    files: DownloadLinks


@dataclass(frozen=True)
class PriceSource:
    """The article behind the assumptions. `published` says who wrote it and when; `documentation_url` is one of the
    sources that it names.
    """

    title: str
    url: str
    published: str
    documentation_url: str


@dataclass(frozen=True)
class AuditPage:
    """The sign-up form under audit. `owed_parts` says what a second field would owe, or what each one owes."""

    summary: str
    review: FormReviewState
    fields: tuple[SignupFieldRow, ...]
    owed_title: str
    owed_parts: tuple[str, ...]
    cost_says: str
    source: PriceSource
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
    """What the assumptions come to. `acquisition` says what winning a sign-up costs, `evidence` where the figures come
    from.
    """

    summary: str
    acquisition: str
    evidence: str
    source: PriceSource
    rows_title: str
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


def price_page(typed: PriceForm, measured: MeasuredRates | None, *, lists_errors: bool) -> PricePage:
    """`lists_errors` puts them above the form: for a page, not for a form that is redrawn while it is filled in."""
    title = gettext("The price of a sign-up field")
    result = None if typed.errors else _result(typed.assumptions, measured)
    trouble = gettext("There is a problem: %(errors)s", errors=" ".join(error.message for error in typed.errors))
    return PricePage(
        title=page_title(title, typed.errors),
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


def price_source() -> PriceSource:
    """Shown wherever the assumptions are."""
    published = gettext("by %(author)s, updated %(day)s", author=ARTICLE.author, day=day(ARTICLE.updated))
    return PriceSource(ARTICLE.title, ARTICLE.url, published, AUTH0_DOCUMENTATION)


def size_label(size: FormSize) -> str:
    """A form's size: how many fields, and how many of them are optional where any is."""
    if not size.optional:
        return ngettext("%(num)s field", "%(num)s fields", size.required)
    return gettext(
        "%(required)s and %(optional)s",
        required=ngettext("%(num)s required field", "%(num)s required fields", size.required),
        optional=ngettext("%(num)s optional one", "%(num)s optional ones", size.optional),
    )


def _measured(plan: PriceAssumptions, measured: MeasuredRates) -> str:
    return gettext(
        "Measured by your experiment “%(experiment)s” where the table says so; the rest goes on from there by the "
        "assumption of %(loss)s per further required field and %(optional)s per optional one.",
        experiment=measured.experiment,
        loss=percent(plan.loss / 100),
        optional=percent(plan.optional_loss / 100),
    )


def _assumed(plan: PriceAssumptions) -> str:
    further = FIELDS_COMPARED - 1
    said = gettext(
        "An assumption, not a finding. The article says that %(least)s to %(greatest)s of completions are lost for "
        "each additional required field, and that a form of %(fields)s fields is completed %(low)s to %(high)s as "
        "often as one of a single field, so that %(fewest)s to %(most)s are lost. By the first figure, a form of "
        "%(fields)s fields is completed %(sum_low)s to %(sum_high)s as often. We found no primary source for either.",
        least=rough_percent(LEAST_LOSS / 100),
        greatest=rough_percent(GREATEST_LOSS / 100),
        fields=FIELDS_COMPARED,
        low=rough_percent(LEAST_KEPT / 100),
        high=rough_percent(GREATEST_KEPT / 100),
        fewest=rough_percent(1 - GREATEST_KEPT / 100),
        most=rough_percent(1 - LEAST_KEPT / 100),
        sum_low=rough_percent(share_kept(further, GREATEST_LOSS)),
        sum_high=rough_percent(share_kept(further, LEAST_LOSS)),
    )
    taken = gettext(
        "The loss is taken as %(loss)s for a required field, and as %(optional)s for an optional one, which costs "
        "less but not nothing. Move both to what you believe; an experiment of your own replaces them.",
        loss=percent(plan.loss / 100),
        optional=percent(plan.optional_loss / 100),
    )
    return f"{said} {taken}"


def _result(plan: PriceAssumptions, measured: MeasuredRates | None) -> PriceResult:
    found = prices(plan, measured)
    return PriceResult(
        summary=_price_summary(plan, found[plan.fields - 1]),
        acquisition=_acquisition(plan, found[plan.fields - 1], price_of(plan, FormSize(1), measured)),
        evidence=evidence_sentence(plan, measured),
        source=price_source(),
        rows_title=_rows_title(plan.optional),
        columns=_columns(plan, found),
        rows=tuple(_row(plan, price) for price in found),
        files=DownloadLinks(price_arguments(plan), "signup.table"),
    )


def _rows_title(optional: int) -> str:
    if not optional:
        return gettext("Sign-ups and money a month, by number of required fields")
    return ngettext(
        "Sign-ups and money a month, by number of required fields, with %(num)s optional one beside them",
        "Sign-ups and money a month, by number of required fields, with %(num)s optional ones beside them",
        optional,
    )


def _price_summary(plan: PriceAssumptions, price: Price) -> str:
    signups = ngettext("%(num)s sign-up", "%(num)s sign-ups", round(price.signups))
    if plan.size == FormSize(1):
        return gettext(
            "With the one field: %(signups)s a month, worth %(money)s.",
            signups=signups,
            money=money_label(price.money, plan.currency),
        )
    return gettext(
        "With %(fields)s: %(signups)s a month, %(lost)s fewer than with one field alone (%(share)s), which is "
        "%(money)s a month.",
        fields=size_label(plan.size),
        signups=signups,
        lost=whole_number(round(price.signups_lost)),
        share=percent(price.share_lost),
        money=money_label(price.money_lost, plan.currency),
    )


def _acquisition(plan: PriceAssumptions, price: Price, one: Price) -> str:
    """What winning one sign-up costs, and how much of that the further fields make."""
    if price.acquisition is None or one.acquisition is None:
        return gettext("Nobody signs up, so winning a sign-up has no price.")
    cost = money_label(price.acquisition, plan.currency)
    if price.size == one.size:
        return gettext("Winning one sign-up costs %(cost)s.", cost=cost)
    return gettext(
        "Winning one sign-up costs %(cost)s, in the place of %(one)s with one field alone.",
        cost=cost,
        one=money_label(one.acquisition, plan.currency),
    )


def _columns(plan: PriceAssumptions, found: tuple[Price, ...]) -> tuple[PriceBar, ...]:
    most = max(max(price.signups, price.high) for price in found)
    width = 100 / len(found)
    return tuple(
        PriceBar(
            label=str(price.size.required),
            left=place * width,
            height=100 * price.signups / most,
            low=100 * price.low / most,
            high=100 * price.high / most,
            chosen=price.size == plan.size,
        )
        for place, price in enumerate(found)
    )


def _row(plan: PriceAssumptions, price: Price) -> tuple[str, ...]:
    fields = str(price.size.required)
    return (
        gettext("%(fields)s, measured", fields=fields) if price.measured else fields,
        whole_number(round(price.signups)),
        "–" if price.measured else f"{whole_number(round(price.low))}–{whole_number(round(price.high))}",
        money_label(price.money, plan.currency),
        whole_number(round(price.signups_lost)),
        percent(price.share_lost),
        money_label(price.money_lost, plan.currency),
        "–" if price.acquisition is None else money_label(price.acquisition, plan.currency),
    )

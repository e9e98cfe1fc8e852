"""The calculator's form, read from a query string: numbers as typed, as understood, and what is wrong with them;
never a guess at what is ambiguous.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from asklater.i18n import gettext
from asklater.insights.signup.price import MOST_FIELDS, FormSize, PriceAssumptions
from asklater.kinds.base import Input, InputError
from asklater.kinds.typed_text import UnfitText, echo, line

# Numbers that people type

WHOLE_PATTERN = re.compile(r"[0-9]+|[0-9]{1,3}([ ,.'’\u00a0\u202f][0-9]{3})+")
DECIMAL_PATTERN = re.compile(r"[0-9]+([.,][0-9]{1,2})?")


@dataclass(frozen=True)
class NumberFormat:
    """One sort of number: its shape, how it is read, and what to say of what is none."""

    shape: re.Pattern[str]
    read: Callable[[str], float]
    advice: Callable[[str], str]
    inputmode: str


def _parse_whole(text: str) -> float:
    return int(re.sub("[^0-9]", "", text))


def _parse_decimal(text: str) -> float:
    return float(text.replace(",", "."))


WHOLE = NumberFormat(
    WHOLE_PATTERN, _parse_whole, lambda label: gettext("%(label)s: enter a whole number.", label=label), "numeric"
)
DECIMAL = NumberFormat(
    DECIMAL_PATTERN,
    _parse_decimal,
    lambda label: gettext("%(label)s: enter a number with at most two decimals, such as 12.5.", label=label),
    "decimal",
)


@dataclass(frozen=True)
class Bounds:
    """From `least` to `most`, both allowed; the words name them."""

    least: float
    most: float
    words: str


def read_number(
    control: Input, typed: str | None, usual: float, sort: NumberFormat, bounds: Bounds
) -> tuple[Input, float]:
    """The control as it is to be drawn, and the number; the usual one where none, or none of these, was typed."""
    text = f"{usual:g}" if typed is None else typed.strip()
    found = sort.read(text) if len(text) <= 20 and sort.shape.fullmatch(text) else None
    problem = ""
    if found is None:
        problem = sort.advice(control.label)
    elif not bounds.least <= found <= bounds.most:
        problem = gettext("%(label)s: enter %(bounds)s.", label=control.label, bounds=bounds.words)
    errors = (problem,) if problem else ()
    drawn = replace(control, values=(echo(text),), inputmode=sort.inputmode, autocomplete="off", errors=errors)
    return drawn, usual if problem or found is None else found


# The form

LONGEST_CURRENCY = 4
GREATEST_LOSS = 50
MOST_VISITORS = 1_000_000_000
MOST_WORTH = 1_000_000
MOST_SPEND = 100_000_000


@dataclass(frozen=True)
class PriceForm:
    """The plan as understood, and the inputs that made it. What was wrong fell back to the usual."""

    assumptions: PriceAssumptions
    inputs: tuple[Input, ...]

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


@dataclass(frozen=True)
class _NumberInput:
    """One number of the form."""

    name: str
    label: str
    usual: float
    sort: NumberFormat
    bounds: Bounds
    hint: str = ""


def read_price_form(arguments: Mapping[str, str], size: FormSize) -> PriceForm:
    """`size` is that of the form that the reader is shown first. Never raises."""
    usual = PriceAssumptions(fields=min(size.required, MOST_FIELDS), optional=min(size.optional, MOST_FIELDS))
    inputs, numbers = [], {}
    for asked in _number_inputs(usual):
        control = Input(name=asked.name, id=f"price-{asked.name}", label=asked.label, hint=asked.hint)
        drawn, found = read_number(control, arguments.get(asked.name), asked.usual, asked.sort, asked.bounds)
        inputs.append(drawn)
        numbers[asked.name] = found
    currency, symbol = _currency(arguments.get("currency"), usual.currency)
    plan = PriceAssumptions(
        fields=int(numbers["fields"]),
        optional=int(numbers["optional"]),
        loss=numbers["loss"],
        optional_loss=numbers["optional_loss"],
        rate=numbers["rate"],
        visitors=int(numbers["visitors"]),
        worth=numbers["worth"],
        spend=numbers["spend"],
        currency=symbol,
    )
    return PriceForm(plan, (*inputs, currency))


def price_arguments(plan: PriceAssumptions) -> dict[str, str]:
    """The query string of this plan."""
    decimals = ("loss", "optional_loss", "rate", "worth", "spend")
    written = {name: f"{getattr(plan, name):.2f}".rstrip("0").rstrip(".") for name in decimals}
    whole = {name: str(getattr(plan, name)) for name in ("fields", "optional", "visitors")}
    return {**whole, "currency": plan.currency, **written}


def _number_inputs(usual: PriceAssumptions) -> tuple[_NumberInput, ...]:
    return (
        _NumberInput("fields", gettext("Required fields"), usual.fields, WHOLE, _bounds(1, MOST_FIELDS, "1", "10")),
        _NumberInput(
            "optional", gettext("Optional fields"), usual.optional, WHOLE, _bounds(0, MOST_FIELDS, "0", "10")
        ),
        _NumberInput(
            "loss",
            gettext("Lost per further required field, in percent"),
            usual.loss,
            DECIMAL,
            _bounds(0, GREATEST_LOSS, "0", "50"),
            gettext("The article says 5 to 15"),
        ),
        _NumberInput(
            "optional_loss",
            gettext("Lost per optional field, in percent"),
            usual.optional_loss,
            DECIMAL,
            _bounds(0, GREATEST_LOSS, "0", "50"),
            gettext("Less than a required one, but not nothing"),
        ),
        _NumberInput(
            "visitors",
            gettext("Visitors a month"),
            usual.visitors,
            WHOLE,
            _bounds(1, MOST_VISITORS, "1", "1000000000"),
        ),
        _NumberInput(
            "rate",
            gettext("Sign up with one field, in percent"),
            usual.rate,
            DECIMAL,
            _bounds(0.01, 100, "0.01", "100"),
            gettext("Yours is in the overview"),
        ),
        _NumberInput(
            "worth", gettext("Worth of a sign-up"), usual.worth, DECIMAL, _bounds(0, MOST_WORTH, "0", "1000000")
        ),
        _NumberInput(
            "spend",
            gettext("Cost of these visitors, a month"),
            usual.spend,
            DECIMAL,
            _bounds(0, MOST_SPEND, "0", "100000000"),
            gettext("Advertising, partners, content"),
        ),
    )


def _bounds(least: float, most: float, low: str, high: str) -> Bounds:
    return Bounds(least, most, gettext("a number from %(low)s to %(high)s", low=low, high=high))


def _currency(typed: str | None, usual: str) -> tuple[Input, str]:
    text, problem = usual if typed is None else typed, ""
    symbol = usual
    try:
        symbol = line(text, LONGEST_CURRENCY)
    except UnfitText as refused:
        problem = gettext("Currency: %(reason)s", reason=refused.reason)
    control = Input(
        name="currency",
        id="price-currency",
        label=gettext("Currency"),
        values=(echo(text),),
        autocomplete="off",
        maxlength=LONGEST_CURRENCY,
        optional=True,
        errors=(problem,) if problem else (),
    )
    return control, symbol

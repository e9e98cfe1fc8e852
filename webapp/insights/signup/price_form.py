"""Reading the calculator's form from a query string: as typed, as understood, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.insights.signup.numbers import FRACTION, WHOLE, Bounds, Sort, read_number
from webapp.insights.signup.price import MOST_FIELDS, Plan
from webapp.profiling.inputs import Input, InputError
from webapp.profiling.kinds.typed import Unfit, echo, line
from webapp.profiling.words import gettext

LONGEST_CURRENCY = 4
GREATEST_LOSS = 50
MOST_VISITORS = 1_000_000_000
MOST_WORTH = 1_000_000


@dataclass(frozen=True)
class Typed:
    """The plan as understood, and the inputs that made it. What was wrong fell back to the usual."""

    plan: Plan
    inputs: tuple[Input, ...]

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


@dataclass(frozen=True)
class _Asked:
    """One number of the form."""

    name: str
    label: str
    usual: float
    sort: Sort
    bounds: Bounds
    hint: str = ""


def read_plan(arguments: Mapping[str, str], fields: int) -> Typed:
    """`fields` is the number that the reader is shown first. Never raises."""
    usual = Plan(fields=min(fields, MOST_FIELDS))
    inputs, numbers = [], {}
    for asked in _asked(usual):
        control = Input(name=asked.name, id=f"price-{asked.name}", label=asked.label, hint=asked.hint)
        drawn, found = read_number(control, arguments.get(asked.name), asked.usual, asked.sort, asked.bounds)
        inputs.append(drawn)
        numbers[asked.name] = found
    currency, symbol = _currency(arguments.get("currency"), usual.currency)
    plan = Plan(
        fields=int(numbers["fields"]),
        loss=numbers["loss"],
        rate=numbers["rate"],
        visitors=int(numbers["visitors"]),
        worth=numbers["worth"],
        currency=symbol,
    )
    return Typed(plan, (*inputs, currency))


def arguments_of(plan: Plan) -> dict[str, str]:
    """The query string of this plan."""
    numbers = {"loss": plan.loss, "rate": plan.rate, "worth": plan.worth}
    written = {name: f"{number:.2f}".rstrip("0").rstrip(".") for name, number in numbers.items()}
    return {"fields": str(plan.fields), "visitors": str(plan.visitors), "currency": plan.currency, **written}


def _asked(usual: Plan) -> tuple[_Asked, ...]:
    return (
        _Asked("fields", gettext("Fields at sign-up"), usual.fields, WHOLE, _from(1, MOST_FIELDS, "1", "10")),
        _Asked(
            "loss",
            gettext("Lost per further field, in percent"),
            usual.loss,
            FRACTION,
            _from(0, GREATEST_LOSS, "0", "50"),
            gettext("5 to 15 is assumed"),
        ),
        _Asked(
            "visitors",
            gettext("Visitors a month"),
            usual.visitors,
            WHOLE,
            _from(1, MOST_VISITORS, "1", "1000000000"),
        ),
        _Asked(
            "rate",
            gettext("Sign up with one field, in percent"),
            usual.rate,
            FRACTION,
            _from(0.01, 100, "0.01", "100"),
            gettext("Yours is in the overview"),
        ),
        _Asked("worth", gettext("Worth of a sign-up"), usual.worth, FRACTION, _from(0, MOST_WORTH, "0", "1000000")),
    )


def _from(least: float, most: float, low: str, high: str) -> Bounds:
    return Bounds(least, most, gettext("a number from %(low)s to %(high)s", low=low, high=high))


def _currency(typed: str | None, usual: str) -> tuple[Input, str]:
    text, problem = usual if typed is None else typed, ""
    symbol = usual
    try:
        symbol = line(text, LONGEST_CURRENCY)
    except Unfit as refused:
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

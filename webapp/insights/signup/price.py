"""What further fields at sign-up cost: sign-ups and money a month, by an assumption or by what was measured. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

MOST_FIELDS = 10
LEAST_LOSS, GREATEST_LOSS = 5.0, 15.0
"""Percent of completions lost for each further required field, as the source article has it: no study is named there,
and none was found. They bound an assumption, and are no finding."""


@dataclass(frozen=True)
class Plan:
    """What the reader assumes. `loss` and `rate` are percent; `rate` is of `visitors` who see a form of one field.

    `worth` is what one sign-up is worth, in `currency`; `fields` is how many the reader thinks of.
    """

    fields: int
    loss: float = 10.0
    rate: float = 40.0
    visitors: int = 10_000
    worth: float = 10.0
    currency: str = "€"


@dataclass(frozen=True)
class Measured:
    """What an experiment of the project's own found: completion rates from 0 to 1 by number of fields."""

    experiment: str
    rates: Mapping[int, float]


@dataclass(frozen=True)
class Price:
    """Sign-ups a month with so many fields. `low` and `high` are those at the greatest and at the least loss assumed.

    `lost` is the difference to one field. Where the number was `measured`, nothing is assumed.
    """

    fields: int
    signups: float
    low: float
    high: float
    money: float
    lost: float
    lost_money: float
    measured: bool

    @property
    def share_lost(self) -> float:
        """Of the sign-ups with one field, from 0 to 1."""
        return self.lost / (self.signups + self.lost) if self.signups + self.lost else 0.0


def prices(plan: Plan, measured: Measured | None = None) -> tuple[Price, ...]:
    """One price for each number of fields, from one on. Losses compound: each field loses a share of those left."""
    one = _signups(plan, 1, plan.loss, measured)
    return tuple(_price(plan, fields, one, measured) for fields in range(1, MOST_FIELDS + 1))


def further(plan: Plan, fields: int, measured: Measured | None = None) -> float:
    """Sign-ups a month that the last of so many fields costs."""
    if fields < 2:
        return 0.0
    return _signups(plan, fields - 1, plan.loss, measured) - _signups(plan, fields, plan.loss, measured)


def kept(fields: int, loss: float) -> float:
    """The share of completions, from 0 to 1, that are left with so many fields against one."""
    return float((1 - loss / 100) ** (fields - 1))


def _price(plan: Plan, fields: int, one: float, measured: Measured | None) -> Price:
    signups = _signups(plan, fields, plan.loss, measured)
    return Price(
        fields=fields,
        signups=signups,
        low=_signups(plan, fields, GREATEST_LOSS, measured),
        high=_signups(plan, fields, LEAST_LOSS, measured),
        money=signups * plan.worth,
        lost=one - signups,
        lost_money=(one - signups) * plan.worth,
        measured=measured is not None and fields in measured.rates,
    )


def _signups(plan: Plan, fields: int, loss: float, measured: Measured | None) -> float:
    """From the nearest smaller number of fields that was measured on, the assumption takes over."""
    known = {} if measured is None else {number: rate for number, rate in measured.rates.items() if number <= fields}
    nearest = max(known, default=1)
    rate = known.get(nearest, plan.rate / 100)
    return plan.visitors * rate * kept(fields - nearest + 1, loss)

"""What further fields at sign-up cost, in sign-ups and money a month: by an assumption, or by what an experiment of
the project's own measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asklater import clock
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.insights.experiments.analysis import VariantFigures
from asklater.insights.experiments.reader import RunReader
from asklater.insights.query import default_query
from asklater.insights.statistics.differences import Arm
from asklater.manifest.declarations import SIGN_UP, Experiment, Variant
from asklater.policy.variants import digest

# By assumptions or measured rates. Pure

MOST_FIELDS = 10
LEAST_LOSS, GREATEST_LOSS = 5.0, 15.0
"""Percent of completions lost for each further required field, as the source article has it: no study is named there,
and none was found. They bound an assumption, and are no finding."""


@dataclass(frozen=True)
class PriceAssumptions:
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
class MeasuredRates:
    """What an experiment of the project's own found: completion rates from 0 to 1 by number of fields."""

    experiment: str
    rates: Mapping[int, float]


@dataclass(frozen=True)
class Price:
    """Sign-ups a month with so many fields. `low` and `high` are those at the greatest and at the least loss assumed.

    `signups_lost` is the difference to one field. Where the number was `measured`, nothing is assumed.
    """

    fields: int
    signups: float
    low: float
    high: float
    money: float
    signups_lost: float
    money_lost: float
    measured: bool

    @property
    def share_lost(self) -> float:
        """Of the sign-ups with one field, from 0 to 1."""
        return self.signups_lost / (self.signups + self.signups_lost) if self.signups + self.signups_lost else 0.0


def prices(plan: PriceAssumptions, measured: MeasuredRates | None = None) -> tuple[Price, ...]:
    """One price for each number of fields, from one on. Losses compound: each field loses a share of those left."""
    one = _signups(plan, 1, plan.loss, measured)
    return tuple(_price(plan, fields, one, measured) for fields in range(1, MOST_FIELDS + 1))


def cost_of_last_field(plan: PriceAssumptions, fields: int, measured: MeasuredRates | None = None) -> float:
    """Sign-ups a month that the last of so many fields costs."""
    if fields < 2:
        return 0.0
    return _signups(plan, fields - 1, plan.loss, measured) - _signups(plan, fields, plan.loss, measured)


def share_kept(fields: int, loss: float) -> float:
    """The share of completions, from 0 to 1, that are left with so many fields against one."""
    return float((1 - loss / 100) ** (fields - 1))


def _price(plan: PriceAssumptions, fields: int, one: float, measured: MeasuredRates | None) -> Price:
    signups = _signups(plan, fields, plan.loss, measured)
    return Price(
        fields=fields,
        signups=signups,
        low=_signups(plan, fields, GREATEST_LOSS, measured),
        high=_signups(plan, fields, LEAST_LOSS, measured),
        money=signups * plan.worth,
        signups_lost=one - signups,
        money_lost=(one - signups) * plan.worth,
        measured=measured is not None and fields in measured.rates,
    )


def _signups(plan: PriceAssumptions, fields: int, loss: float, measured: MeasuredRates | None) -> float:
    """From the nearest smaller number of fields that was measured on, the assumption takes over."""
    known = {} if measured is None else {number: rate for number, rate in measured.rates.items() if number <= fields}
    nearest = max(known, default=1)
    rate = known.get(nearest, plan.rate / 100)
    return plan.visitors * rate * share_kept(fields - nearest + 1, loss)


# The rates that an experiment measured

CHANGES_OF_NUMBER = frozenset({"defer", "prompt"})
"""All that a variant may change: what else it changes may be what makes the difference."""


def measured_rates(engine: Engine) -> MeasuredRates | None:
    """By the newest run about the form as it is now; None where none compared numbers of its fields.

    Two statements for each run about it, until one tells.
    """
    manifest, fields = engine.manifest, len(engine.manifest.signup.fields)
    reader = RunReader(engine.database, manifest, engine.registry.uncounted)
    for key, experiment in manifest.experiments.items():
        asked, same = fields_by_variant(experiment, fields), digest(manifest, experiment)
        for run in engine.experiments.runs.of(key) if asked else ():
            found = reader.results(experiment, run, default_query(clock.now())) if run.digest == same else None
            rates = rates_by_fields(found.figures, asked) if found and not found.sample_ratio.mismatch else {}
            if rates:
                return MeasuredRates(gettext(experiment.label), rates)
    return None


def fields_by_variant(experiment: Experiment, fields: int) -> Mapping[str, int]:
    """By variant, how many of the form's `fields` it asks for; empty where it is no experiment about that."""
    if experiment.action != SIGN_UP or experiment.metric != "action_completed":
        return {}
    found = {key: _field_count(variant, fields) for key, variant in experiment.variants.items()}
    numbers = {key: number for key, number in found.items() if number}
    return numbers if len(set(numbers.values())) > 1 else {}


def rates_by_fields(figures: Sequence[VariantFigures], numbers: Mapping[str, int]) -> Mapping[int, float]:
    """Completion rates by number of fields, those of variants with as many together; empty unless two can be told."""
    arms: dict[int, Arm] = {}
    for each in figures:
        if each.variant in numbers and not each.is_suppressed:
            number = numbers[each.variant]
            earlier = arms.get(number, Arm(0, 0))
            arms[number] = Arm(earlier.successes + each.arm.successes, earlier.total + each.arm.total)
    return {number: arm.mean for number, arm in sorted(arms.items())} if len(arms) > 1 else {}


def _field_count(variant: Variant, fields: int) -> int:
    """0 where it changes more than the number."""
    return 0 if variant.changes - CHANGES_OF_NUMBER else fields - len(variant.defer)

"""What further fields at sign-up cost, in sign-ups and money a month: by an assumption, or by what an experiment of
the project's own measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from asklater import clock
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.insights.experiments.analysis import VariantFigures
from asklater.insights.experiments.reader import RunReader
from asklater.insights.query import default_query
from asklater.insights.statistics.differences import Arm
from asklater.manifest.declarations import SIGN_UP, Experiment, Signup, Variant
from asklater.policy.variants import digest

# By assumptions or measured rates. Pure

MOST_FIELDS = 10
LEAST_LOSS, GREATEST_LOSS = 5.0, 15.0
"""Percent of completions lost for each further required field, as the article has it. They bound an assumption, and
are no finding: no primary source was found."""
FIELDS_COMPARED, LEAST_KEPT, GREATEST_KEPT = 7, 30.0, 60.0
"""A form of so many fields is completed so many percent as often as one of a single field, as the article has it."""


@dataclass(frozen=True)
class Article:
    """Where the assumptions come from."""

    title: str
    url: str
    author: str
    updated: date


ARTICLE = Article(
    title="Customer Onboarding and Progressive Profiling: The Conversion-Aware CIAM Pattern",
    url="https://guptadeepak.com/ciam-compass/guides/customer-onboarding-progressive-profiling/",
    author="guptadeepak",
    updated=date(2026, 5, 15),
)
AUTH0_DOCUMENTATION = "https://auth0.com/docs/manage-users/user-accounts/user-profiles/progressive-profiling"
"""One of the sources that the article names."""


class FormSize(NamedTuple):
    """How many fields a form has that have to be filled in, and how many that may be left empty."""

    required: int
    optional: int = 0


def form_size(signup: Signup) -> FormSize:
    """That of the declared form; of an application that declares none, one of one field, which is the least."""
    required = len(signup.required)
    return FormSize(max(required, 1), len(signup.fields) - required)


@dataclass(frozen=True)
class PriceAssumptions:
    """What the reader assumes. `loss`, `optional_loss` and `rate` are percent; `rate` is of `visitors` who see a form
    of one field, the losses are for each further required field and for each optional one.

    `worth` is what one sign-up is worth, and `spend` what it costs a month to bring the visitors, in `currency`;
    `fields` is how many required fields the reader thinks of, `optional` how many optional ones beside them.
    """

    fields: int
    optional: int = 0
    loss: float = 10.0
    optional_loss: float = 2.0
    rate: float = 40.0
    visitors: int = 10_000
    worth: float = 10.0
    spend: float = 20_000.0
    currency: str = "€"

    @property
    def size(self) -> FormSize:
        return FormSize(self.fields, self.optional)


@dataclass(frozen=True)
class MeasuredRates:
    """What an experiment of the project's own found: completion rates from 0 to 1 by the form's size."""

    experiment: str
    rates: Mapping[FormSize, float]


@dataclass(frozen=True)
class Price:
    """Sign-ups a month with so many fields. `low` and `high` are those at the greatest and at the least loss for a
    required field that the article has.

    `signups_lost` is the difference to one field alone. `acquisition` is what winning one sign-up costs, None where
    nobody signs up. Where the form's size was `measured`, nothing is assumed.
    """

    size: FormSize
    signups: float
    low: float
    high: float
    money: float
    signups_lost: float
    money_lost: float
    acquisition: float | None
    measured: bool

    @property
    def share_lost(self) -> float:
        """Of the sign-ups with one field, from 0 to 1."""
        return self.signups_lost / (self.signups + self.signups_lost) if self.signups + self.signups_lost else 0.0


def prices(plan: PriceAssumptions, measured: MeasuredRates | None = None) -> tuple[Price, ...]:
    """One price for each number of required fields, from one on, beside the plan's optional ones. Losses compound:
    each field loses a share of those left.
    """
    return tuple(price_of(plan, FormSize(fields, plan.optional), measured) for fields in range(1, MOST_FIELDS + 1))


def price_of(plan: PriceAssumptions, size: FormSize, measured: MeasuredRates | None = None) -> Price:
    """The price of a form of that size."""
    signups, one = _signups(plan, size, plan.loss, measured), _signups(plan, FormSize(1), plan.loss, measured)
    return Price(
        size=size,
        signups=signups,
        low=_signups(plan, size, GREATEST_LOSS, measured),
        high=_signups(plan, size, LEAST_LOSS, measured),
        money=signups * plan.worth,
        signups_lost=one - signups,
        money_lost=(one - signups) * plan.worth,
        acquisition=plan.spend / signups if signups else None,
        measured=measured is not None and size in measured.rates,
    )


def cost_of_required(plan: PriceAssumptions, size: FormSize, measured: MeasuredRates | None = None) -> float:
    """Sign-ups a month that the last required field of a form of that size costs."""
    return _cost(plan, FormSize(size.required - 1, size.optional), size, measured) if size.required > 1 else 0.0


def cost_of_optional(plan: PriceAssumptions, size: FormSize, measured: MeasuredRates | None = None) -> float:
    """Sign-ups a month that the last optional field of a form of that size costs."""
    return _cost(plan, FormSize(size.required, size.optional - 1), size, measured) if size.optional else 0.0


def share_kept(further: int, loss: float) -> float:
    """The share of completions, from 0 to 1, that are left with so many fields more, at `loss` percent for each."""
    return float((1 - loss / 100) ** further)


def _cost(plan: PriceAssumptions, before: FormSize, after: FormSize, measured: MeasuredRates | None) -> float:
    return _signups(plan, before, plan.loss, measured) - _signups(plan, after, plan.loss, measured)


def _signups(plan: PriceAssumptions, size: FormSize, loss: float, measured: MeasuredRates | None) -> float:
    """From the largest form on that was measured and has no field more of either sort, the assumptions take over."""
    known = {FormSize(1): plan.rate / 100, **(measured.rates if measured else {})}
    nearest = max((each for each in known if _fits(each, size)), key=lambda each: (sum(each), each))
    further = share_kept(size.required - nearest.required, loss)
    return plan.visitors * known[nearest] * further * share_kept(size.optional - nearest.optional, plan.optional_loss)


def _fits(smaller: FormSize, size: FormSize) -> bool:
    return smaller.required <= size.required and smaller.optional <= size.optional


# The rates that an experiment measured

CHANGES_OF_NUMBER = frozenset({"defer", "prompt"})
"""All that a variant may change: what else it changes may be what makes the difference."""


def measured_rates(engine: Engine) -> MeasuredRates | None:
    """By the newest run about the form as it is now; None where none compared numbers of its fields.

    Two statements for each run about it, until one tells.
    """
    manifest = engine.manifest
    reader = RunReader(engine.database, manifest, engine.registry.uncounted)
    for key, experiment in manifest.experiments.items():
        asked, same = sizes_by_variant(experiment, manifest.signup), digest(manifest, experiment)
        for run in engine.experiments.runs.of(key) if asked else ():
            found = reader.results(experiment, run, default_query(clock.now())) if run.digest == same else None
            rates = rates_by_size(found.figures, asked) if found and not found.sample_ratio.mismatch else {}
            if rates:
                return MeasuredRates(gettext(experiment.label), rates)
    return None


def sizes_by_variant(experiment: Experiment, signup: Signup) -> Mapping[str, FormSize]:
    """By variant, how large a form it shows; empty where it is no experiment about that."""
    if experiment.action != SIGN_UP or experiment.metric != "action_completed":
        return {}
    comparable = {key: variant for key, variant in experiment.variants.items() if _changes_size_alone(variant)}
    sizes = {key: _size(variant, signup) for key, variant in comparable.items()}
    return sizes if len(set(sizes.values())) > 1 else {}


def rates_by_size(figures: Sequence[VariantFigures], sizes: Mapping[str, FormSize]) -> Mapping[FormSize, float]:
    """Completion rates by the form's size, those of variants of one size together; empty unless two can be told."""
    arms: dict[FormSize, Arm] = {}
    for each in figures:
        if each.variant in sizes and not each.is_suppressed:
            size = sizes[each.variant]
            earlier = arms.get(size, Arm(0, 0))
            arms[size] = Arm(earlier.successes + each.arm.successes, earlier.total + each.arm.total)
    return {size: arm.mean for size, arm in sorted(arms.items())} if len(arms) > 1 else {}


def _changes_size_alone(variant: Variant) -> bool:
    return not variant.changes - CHANGES_OF_NUMBER


def _size(variant: Variant, signup: Signup) -> FormSize:
    shown = tuple(asked for asked in signup.fields if asked.field not in variant.defer)
    return form_size(signup.model_copy(update={"fields": shown}))

"""The true rates of simulated people: what their file may say. Every chance lies in 0..1."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field as Limits

from webapp.profiling.exposure import Device

COME_BACK = "bring_back"
"""The action by which somebody on a new device gets earlier things back."""
MOST_PERSONS = 20_000_000
MOST_DAYS = 730

Chance = Annotated[float, Limits(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Limits(gt=0)]
Spread = Annotated[float, Limits(ge=0, le=2)]
Variant = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9_]{0,39}:[a-z][a-z0-9_]{0,39}$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Seconds(Part):
    """A log-normal time: its median in seconds, the standard deviation of its logarithm."""

    seconds: Positive
    spread: Spread


class Days(Part):
    """A log-normal time: its median in days, the standard deviation of its logarithm."""

    days: Positive
    spread: Spread


class Traffic(Part):
    """How many persons come in how many days, spread evenly; the same seed draws the same of them."""

    persons: Annotated[int, Limits(ge=1, le=MOST_PERSONS)]
    days: Annotated[int, Limits(ge=1, le=MOST_DAYS)]
    seed: str


class People(Part):
    """`returning` were here before, longer ago than a prompt's window. The rest of `devices` have an unknown one."""

    returning: Chance
    devices: dict[Device, Chance]
    settle: Seconds


class Ask(Seconds):
    """What becomes of one field that is asked. What is left of 1 over these three gives it elsewhere instead.

    `reject` is the share of those who give it whose first answer is refused.
    """

    give: Chance
    dismiss: Chance
    leave: Chance
    reject: Chance


class Aside(Ask):
    """The same in the background: `for_good` is the share of those who dismiss it that says "do not ask again"
    instead, `agree` the share of those who answer that ticks the box.
    """

    reject: Chance = 0
    for_good: Chance
    agree: Chance


class Changed(Part):
    """What a variant changes of an ask; None for what stays."""

    give: Chance | None = None
    dismiss: Chance | None = None
    leave: Chance | None = None
    reject: Chance | None = None
    seconds: Positive | None = None
    spread: Spread | None = None


class Trial(Part):
    """A variant: the share of the persons who are in it, and what it changes, by field."""

    share: Chance
    fields: dict[str, Changed] = {}


class Context(Part):
    """An action that `reach` of the persons attempt. Who is in none of its variants is in no experiment."""

    reach: Chance
    fields: Annotated[dict[str, Ask], Limits(min_length=1)]
    variants: dict[Variant, Trial] = {}

    def asks(self, variant: str) -> Mapping[str, Ask]:
        """The asks of that variant, "" for none."""
        trial = self.variants.get(variant)
        return _changed(self.fields, trial.fields) if trial else self.fields

    @property
    def shares(self) -> dict[str, float]:
        """The chance of each variant."""
        return {variant: trial.share for variant, trial in self.variants.items()}


class Visitors(Part):
    """Arrivals: a line from `first_day` to `last_day`, times the weekday's factor; hours are weights, in UTC."""

    first_day: Positive
    last_day: Positive
    weekdays: Annotated[tuple[Positive, ...], Limits(min_length=7, max_length=7)]
    hours: Annotated[tuple[Annotated[float, Limits(ge=0)], ...], Limits(min_length=24, max_length=24)]


class Started(Part):
    """An experiment of the manifest in the last `days` of the history; `variants` is by variant, then by field."""

    days: Annotated[int, Limits(gt=0)]
    variants: dict[str, dict[str, Changed]] = {}


class History(Part):
    """What only shoppers who really hold things do: they come back, are asked in the background, are experimented on.

    `asides` is by placement, then by field.
    """

    days: Annotated[int, Limits(gt=0, le=MOST_DAYS)]
    visitors: Visitors
    returns: Chance
    days_away: Days
    new_device: Chance
    ships: Chance
    looks_back: Chance
    asides: dict[str, dict[str, Aside]] = {}
    experiments: dict[str, Started] = {}

    def asks(self, variant: str, fields: Mapping[str, Ask]) -> Mapping[str, Ask]:
        """The asks of somebody whom an experiment has put into that variant, "" for none."""
        experiment, _, name = variant.partition(":")
        started = self.experiments.get(experiment)
        return _changed(fields, started.variants.get(name, {})) if started else fields


class Rates(Part):
    """Everything that is drawn from. Persons meet the contexts in the order of the file."""

    traffic: Traffic
    people: People
    contexts: Annotated[dict[str, Context], Limits(min_length=1)]
    history: History | None = None


def hardest(asks: Mapping[str, Ask], fields: Iterable[str]) -> Ask:
    """The ask that decides for several fields: the one that the fewest give."""
    return asks[min(fields, key=lambda field: asks[field].give)]


def _changed(asks: Mapping[str, Ask], changes: Mapping[str, Changed]) -> Mapping[str, Ask]:
    given = {field: changed.model_dump(exclude_none=True) for field, changed in changes.items()}
    return {field: ask.model_copy(update=given.get(field, {})) for field, ask in asks.items()}

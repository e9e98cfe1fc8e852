"""A world: who comes, how many, and the true rates of each ask. What its file may say; every chance lies in 0..1."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field as Limits

from webapp.profiling.exposure import Device
from webapp.shop.demo.rates import Seconds

MOST_PERSONS = 20_000_000
MOST_DAYS = 730

Chance = Annotated[float, Limits(ge=0, le=1, allow_inf_nan=False)]
Variant = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9_]{0,39}:[a-z][a-z0-9_]{0,39}$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Changed(Part):
    """What a variant changes of an ask; None for what stays."""

    give: Chance | None = None
    dismiss: Chance | None = None
    leave: Chance | None = None
    reject: Chance | None = None
    seconds: Annotated[float, Limits(gt=0)] | None = None
    spread: Annotated[float, Limits(ge=0, le=2)] | None = None


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
        if trial is None:
            return self.fields
        changes = {field: changed.model_dump(exclude_none=True) for field, changed in trial.fields.items()}
        return {field: ask.model_copy(update=changes.get(field, {})) for field, ask in self.fields.items()}

    @property
    def shares(self) -> dict[str, float]:
        """The chance of each variant."""
        return {variant: trial.share for variant, trial in self.variants.items()}


class World(Part):
    """Everything that is drawn from. Persons meet the contexts in the order of the file."""

    traffic: Traffic
    people: People
    contexts: Annotated[dict[str, Context], Limits(min_length=1)]

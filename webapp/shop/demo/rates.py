"""The true rates of the drawn history: what the file may say, and the check of it. Every chance lies in 0..1."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field as Limits, ValidationError

from webapp.profiling.exposure import Device
from webapp.profiling.manifest import Manifest

COME_BACK = "bring_back"
"""The action by which somebody on a new device gets earlier things back."""

Chance = Annotated[float, Limits(ge=0, le=1)]
Positive = Annotated[float, Limits(gt=0)]


class RatesError(Exception):
    """The rates cannot be drawn from; the message lists every reason."""


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class History(Part):
    """How many days before the end date are filled, from which seed."""

    days: Annotated[int, Limits(gt=0, le=730)]
    seed: str


class Visitors(Part):
    """Arrivals: a line from `first_day` to `last_day`, times the weekday's factor; hours are weights, in UTC."""

    first_day: Positive
    last_day: Positive
    weekdays: Annotated[tuple[Positive, ...], Limits(min_length=7, max_length=7)]
    hours: Annotated[tuple[Annotated[float, Limits(ge=0)], ...], Limits(min_length=24, max_length=24)]


class Seconds(Part):
    """A log-normal time: its median in seconds, the standard deviation of its logarithm."""

    seconds: Positive
    spread: Annotated[float, Limits(ge=0, le=2)]


class Days(Part):
    """A log-normal time: its median in days, the standard deviation of its logarithm."""

    days: Positive
    spread: Annotated[float, Limits(ge=0, le=2)]


class Visits(Part):
    """How visits go on, and how people come back."""

    settle: Seconds
    another: Chance
    returns: Chance
    days_away: Days
    new_device: Chance
    ships: Chance
    looks_back: Chance


class Ask(Seconds):
    """What happens where one field is asked in one context; `via` is the other context of `elsewhere`.

    Where it is asked in the background, `cancel` is "not now", `for_good` the share of those who say "do not ask
    again" instead, and `agree` how many of those who answer a consent tick its box.
    """

    leave: Chance
    cancel: Chance
    elsewhere: Chance = 0
    via: str = ""
    reject: Chance
    give_up: Chance
    for_good: Chance = 0
    agree: Chance = 0

    @property
    def hardness(self) -> float:
        """The chance that it is not answered here and now."""
        return self.leave + self.cancel + self.elsewhere


class Changed(Part):
    """What a variant changes of an ask; None for what stays."""

    leave: Chance | None = None
    cancel: Chance | None = None
    reject: Chance | None = None
    give_up: Chance | None = None
    seconds: Positive | None = None


class Trial(Part):
    """An experiment of the manifest in the last `days` of the history. `variants` is by variant, then by field."""

    days: Annotated[int, Limits(gt=0)]
    variants: dict[str, dict[str, Changed]] = {}


class Rates(Part):
    """Everything that the history is drawn from. `asks` is by action, then by field."""

    history: History
    devices: dict[Device, Chance]
    visitors: Visitors
    errands: dict[str, Chance]
    visits: Visits
    asks: dict[str, dict[str, Ask]]
    experiments: dict[str, Trial] = {}

    def ask(self, action: str, field: str, variant: str = "") -> Ask:
        """What happens where the field is asked, for somebody of this `experiment:variant`."""
        plain = self.asks[action][field]
        experiment, _, name = variant.partition(":")
        trial = self.experiments.get(experiment)
        changed = trial.variants.get(name, {}).get(field) if trial else None
        return plain.model_copy(update=changed.model_dump(exclude_none=True)) if changed else plain

    def deciding(self, action: str, asked: Iterable[str], variant: str = "") -> Ask:
        """The ask that decides for a form of several fields: its hardest."""
        return max((self.ask(action, field, variant) for field in asked), key=lambda ask: ask.hardness)


def read(path: Path, manifest: Manifest) -> Rates:
    """The rates of the file. Raises RatesError when they are malformed or do not fit the manifest."""
    try:
        rates = Rates.model_validate(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        lines = (f"{'.'.join(str(part) for part in entry['loc'])}: {entry['msg']}" for entry in error.errors())
        raise RatesError("\n".join(lines)) from error
    findings = [*_lacking(rates, manifest), *_impossible(rates), *_tried(rates, manifest)]
    if findings:
        raise RatesError("\n".join(findings))
    return rates


def _lacking(rates: Rates, manifest: Manifest) -> list[str]:
    """Every action that is named is one of the manifest, and every field that it requires has its rates.

    So has every field of a background prompt, in its placement.
    """
    spots = {prompt.placement: set(prompt.fields) for prompt in manifest.prompts.values()}
    known = manifest.actions.keys() | spots.keys()
    named = rates.errands.keys() | rates.asks.keys() | {COME_BACK}
    found = [f"asks.{action}: the manifest has no such action" for action in named - known]
    for action in (named & manifest.actions.keys()) | spots.keys():
        asks = rates.asks.get(action, {})
        fields = spots[action] if action in spots else {need.field for need in manifest.actions[action].requires}
        found += [f"asks.{action}.{field}: is missing" for field in fields - asks.keys()]
        found += [f"asks.{action}.{field}: the action does not require it" for field in asks.keys() - fields]
    return sorted(found)


def _impossible(rates: Rates) -> list[str]:
    found = [] if sum(rates.errands.values()) <= 1 else ["errands: the chances add up to more than 1"]
    if sum(rates.devices.values()) > 1:
        found.append("devices: the shares add up to more than 1")
    for action, fields in rates.asks.items():
        for field, ask in fields.items():
            where = f"asks.{action}.{field}"
            if ask.hardness > 1:
                found.append(f"{where}: leave, cancel and elsewhere add up to more than 1")
            if ask.elsewhere and field not in rates.asks.get(ask.via, {}):
                found.append(f"{where}.via: name another context that asks for {field!r}")
            if ask.elsewhere and _leads_back(rates.asks, action, ask.via):
                found.append(f"{where}.via: leads back to {action!r}")
    return found


def _tried(rates: Rates, manifest: Manifest) -> list[str]:
    """Every trial is an experiment about an action that has rates, and changes asks of it within what is possible."""
    found = []
    for key, trial in rates.experiments.items():
        where = f"experiments.{key}"
        declared = manifest.experiments.get(key)
        if declared is None or declared.action not in rates.asks:
            found.append(f"{where}: the manifest has no such experiment about an action")
            continue
        for name, fields in trial.variants.items():
            if name not in declared.variants:
                found.append(f"{where}.variants.{name}: the experiment has no such variant")
            for field in fields:
                if field not in rates.asks[declared.action]:
                    found.append(f"{where}.variants.{name}.{field}: the action does not require it")
                elif rates.ask(declared.action, field, f"{key}:{name}").hardness > 1:
                    found.append(f"{where}.variants.{name}.{field}: leave, cancel and elsewhere add up to more than 1")
    return found


def _leads_back(asks: dict[str, dict[str, Any]], start: str, via: str) -> bool:
    """Whether going elsewhere from `via` on can end where it started."""
    waiting, seen = [via], set[str]()
    while waiting:
        here = waiting.pop()
        if here == start:
            return True
        if here not in seen:
            seen.add(here)
            waiting += [ask.via for ask in asks.get(here, {}).values() if ask.elsewhere]
    return False

"""The true rates of simulated people: what their file may say, and draws from them. The same source of chance gives
the same draws.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from math import exp
from random import Random
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field as Limits

from asklater.records import Device

# Declarations

UNTOLD = "none"
"""The value of a segment of whom nothing is told."""
COME_BACK = "bring_back"
"""The action by which somebody on a new device gets earlier things back."""
MOST_PERSONS = 20_000_000
MOST_DAYS = 730

Chance = Annotated[float, Limits(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Limits(gt=0)]
Spread = Annotated[float, Limits(ge=0, le=2)]
Variant = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9_]{0,39}:[a-z][a-z0-9_]{0,39}$")]


class RatesPart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Seconds(RatesPart):
    """A log-normal time: its median in seconds, the standard deviation of its logarithm."""

    seconds: Positive
    spread: Spread


class Days(RatesPart):
    """A log-normal time: its median in days, the standard deviation of its logarithm."""

    days: Positive
    spread: Spread


class Traffic(RatesPart):
    """How many persons come in how many days, spread evenly; the same seed draws the same of them."""

    persons: Annotated[int, Limits(ge=1, le=MOST_PERSONS)]
    days: Annotated[int, Limits(ge=1, le=MOST_DAYS)]
    seed: str


class People(RatesPart):
    """`returning` were here before, longer ago than a prompt's window. The rest of `devices` have an unknown one."""

    returning: Chance
    devices: dict[Device, Chance]
    settle: Seconds


class Ask(Seconds):
    """What becomes of one field that is asked. What is left of 1 over these three gives it elsewhere instead.

    `reject` is the share of those who give it whose first answer is refused. For one that is `optional` nobody
    dismisses or leaves: who does not give it skips it, where all that is asked beside it is given.
    """

    optional: bool = False
    give: Chance
    dismiss: Chance
    leave: Chance
    reject: Chance


class BackgroundAsk(Ask):
    """The same in the background: `for_good` is the share of those who dismiss it that says "do not ask again"
    instead, `agree` the share of those who answer that ticks the box.
    """

    reject: Chance = 0
    for_good: Chance
    agree: Chance


class ChangedAsk(RatesPart):
    """What a variant changes of an ask; None for what stays."""

    give: Chance | None = None
    dismiss: Chance | None = None
    leave: Chance | None = None
    reject: Chance | None = None
    seconds: Positive | None = None
    spread: Spread | None = None


class VariantRates(RatesPart):
    """A variant: the share of the persons who are in it, and what it changes, by field."""

    share: Chance
    fields: dict[str, ChangedAsk] = {}


class Context(RatesPart):
    """An action that `reach` of the persons attempt. Who is in none of its variants is in no experiment."""

    reach: Chance
    fields: Annotated[dict[str, Ask], Limits(min_length=1)]
    variants: dict[Variant, VariantRates] = {}

    def asks(self, variant: str) -> Mapping[str, Ask]:
        """The asks of that variant, "" for none."""
        trial = self.variants.get(variant)
        return _changed(self.fields, trial.fields) if trial else self.fields

    @property
    def shares(self) -> dict[str, float]:
        """The chance of each variant."""
        return {variant: trial.share for variant, trial in self.variants.items()}


class Visitors(RatesPart):
    """Arrivals: a line from `first_day` to `last_day`, times the weekday's factor; hours are weights, in UTC."""

    first_day: Positive
    last_day: Positive
    weekdays: Annotated[tuple[Positive, ...], Limits(min_length=7, max_length=7)]
    hours: Annotated[tuple[Annotated[float, Limits(ge=0)], ...], Limits(min_length=24, max_length=24)]


class RunExperiment(RatesPart):
    """An experiment of the manifest in the last `days` of the history; `variants` is by variant, then by field."""

    days: Annotated[int, Limits(gt=0)]
    variants: dict[str, dict[str, ChangedAsk]] = {}


class Release(RatesPart):
    """What a release changed of a context's rates, by field, in the last `days` of the history; `mark` says it in the
    dashboard."""

    days: Annotated[int, Limits(gt=0)]
    mark: Annotated[str, Limits(min_length=1, max_length=200)]
    context: str
    fields: dict[str, ChangedAsk]


class SegmentRates(RatesPart):
    """A value of a segment: the `share` of the shoppers who are in it, and what it changes of asks, by context, then
    by field. What is left of 1 over all values of a segment tells nothing."""

    share: Chance
    contexts: dict[str, dict[str, ChangedAsk]] = {}


class WantedRate(RatesPart):
    """A goal of the dashboard, which is due so many days after the end of the history, or before it."""

    field: str
    context: str
    rate: Annotated[float, Limits(gt=0, lt=1)]
    due_in_days: int
    owner: Annotated[str, Limits(min_length=1, max_length=80)]


class History(RatesPart):
    """What only shoppers who really hold things do: they come back, are asked in the background, are experimented on,
    put an answer right, and protect by a phone what a passkey opens.

    `asides` is by placement, then by field; `segments` by segment, then by value.
    """

    days: Annotated[int, Limits(gt=0, le=MOST_DAYS)]
    visitors: Visitors
    returns: Chance
    days_away: Days
    new_device: Chance
    ships: Chance
    looks_back: Chance
    corrects: Chance = 0
    adds_phone: Chance = 0
    asides: dict[str, dict[str, BackgroundAsk]] = {}
    experiments: dict[str, RunExperiment] = {}
    releases: dict[str, Release] = {}
    goals: dict[str, WantedRate] = {}
    segments: dict[str, dict[str, SegmentRates]] = {}

    def segments_of(self, chance: Random) -> dict[str, str]:
        """In which value of each segment somebody is."""
        drawn = {
            key: choose(chance, {value: it.share for value, it in values.items()})
            for key, values in self.segments.items()
        }
        return {key: value or UNTOLD for key, value in drawn.items()}

    def within(self, segments: Mapping[str, str], context: str, fields: Mapping[str, Ask]) -> Mapping[str, Ask]:
        """The asks of a context as somebody in these segments takes them."""
        for key, value in segments.items():
            rates = self.segments[key].get(value)
            fields = _changed(fields, rates.contexts.get(context, {})) if rates else fields
        return fields

    def released(self, context: str, fields: Mapping[str, Ask], time_left: timedelta) -> Mapping[str, Ask]:
        """The asks of a context so long before the end of the history, by what was released until then."""
        for release in self.releases.values():
            if release.context == context and time_left <= timedelta(days=release.days):
                fields = _changed(fields, release.fields)
        return fields

    def asks(self, variant: str, fields: Mapping[str, Ask]) -> Mapping[str, Ask]:
        """The asks of somebody whom an experiment has put into that variant, "" for none."""
        experiment, _, name = variant.partition(":")
        started = self.experiments.get(experiment)
        return _changed(fields, started.variants.get(name, {})) if started else fields


class Rates(RatesPart):
    """Everything that is drawn from. Persons meet the contexts in the order of the file."""

    traffic: Traffic
    people: People
    contexts: Annotated[dict[str, Context], Limits(min_length=1)]
    history: History | None = None


def hardest(asks: Mapping[str, Ask], fields: Iterable[str]) -> Ask:
    """The ask that decides for several required fields: the one that the fewest give."""
    return asks[min(fields, key=lambda field: asks[field].give)]


def _changed(asks: Mapping[str, Ask], changes: Mapping[str, ChangedAsk]) -> Mapping[str, Ask]:
    given = {field: changed.model_dump(exclude_none=True) for field, changed in changes.items()}
    return {field: ask.model_copy(update=given.get(field, {})) for field, ask in asks.items()}


# Draws

Name = TypeVar("Name", bound=str)

LEAST_DAYS_AWAY = 2.0
"""Days: longer than a prompt's window, so that an ask that was left has ended before its person is back."""


def arrivals(chance: Random, visitors: Visitors, day: date, place: float) -> list[timedelta]:
    """When one day's visitors come, since its midnight, in order. `place` is 0 on the first day, 1 on the last."""
    mean = visitors.first_day + (visitors.last_day - visitors.first_day) * place
    count = poisson(chance, mean * visitors.weekdays[day.weekday()])
    hours = chance.choices(range(24), visitors.hours, k=count)
    return sorted(timedelta(hours=hour, seconds=round(chance.uniform(0, 3599), 3)) for hour in hours)


def poisson(chance: Random, mean: float) -> int:
    """How many of many independent visitors come. By Knuth's products, so `mean` stays below some hundreds."""
    count, left, limit = 0, chance.random(), exp(-mean)
    while left > limit:
        count += 1
        left *= chance.random()
    return count


def happens(chance: Random, likely: float) -> bool:
    return chance.random() < likely


def choose(chance: Random, likely: Mapping[Name, float]) -> Name | None:
    """One of the names by its chance, None for what is left over of 1."""
    drawn = chance.random()
    for name, share in likely.items():
        drawn -= share
        if drawn < 0:
            return name
    return None


def pause(chance: Random, time: Seconds) -> timedelta:
    """A log-normal time, to the millisecond, at least one second."""
    return timedelta(seconds=round(max(1.0, time.seconds * exp(chance.gauss(0, time.spread))), 3))


def days_away(chance: Random, time: Days) -> timedelta:
    """How long somebody stays away before coming back."""
    return timedelta(days=round(max(LEAST_DAYS_AWAY, time.days * exp(chance.gauss(0, time.spread))), 6))

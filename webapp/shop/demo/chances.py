"""Draws from the declared rates. Each takes its source of chance, so that the same seed gives the same draws."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import exp
from random import Random
from typing import TypeVar

from webapp.shop.demo.rates import Days, Seconds, Visitors

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


def one_of(chance: Random, likely: Mapping[Name, float]) -> Name | None:
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

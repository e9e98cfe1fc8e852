"""Whom a new requirement reaches while it is brought in by stages: pure functions of the person and the day."""

import hashlib
from collections.abc import Callable
from datetime import date

from asklater.manifest.declarations import Requirement, Stage


def applies_to(need: Requirement, person: int | None, today: date, arrived: Callable[[], date]) -> bool:
    """Whether a requirement holds for a person; once it does, later stages take nobody out again.

    `arrived` tells the day on which they were first recorded; it is asked only where that matters, since it may cost a
    query. None is a visitor of whom nothing is recorded: new, and of every share until they are recorded.
    """
    if not need.applies:
        return True
    begun = [stage for stage in need.applies if stage.start <= today]
    return any(_reaches(stage, need.field, person, arrived) for stage in begun)


def shares_out(need: Requirement, today: date) -> bool:
    """Whether it depends on who somebody is, so that a visitor has to be recorded before it can be told."""
    return any(stage.share < 1 and stage.start <= today for stage in need.applies)


def place_of(field: str, person: int) -> float:
    """Where a person stands in the order in which shares reach people, 0..1: the same at every action and on every
    machine, and another one for another field."""
    digest = hashlib.sha256(f"stage:{field}:{person}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def _reaches(stage: Stage, field: str, person: int | None, arrived: Callable[[], date]) -> bool:
    if person is None:
        return True
    if stage.share < 1 and place_of(field, person) >= stage.share:
        return False
    return stage.to == "everybody" or arrived() >= stage.start

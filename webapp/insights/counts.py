"""Plain numbers, as they were counted: no rates, no words. Whatever counts, counts into these."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """Mature episodes of one field and context ("" where the tally is not split by it), counted.

    `submitted` and `rejected` are episodes with at least one; `rejections` counts each one. Persons are
    counted once in each tally, so those of several tallies do not add up.
    """

    field: str
    context: str
    persons: int
    simulated_persons: int
    completed_persons: int
    episodes: int
    completed: int
    dismissed: int
    superseded: int
    abandoned: int
    impressions: int
    submitted: int
    rejected: int
    rejections: int
    unable: int


@dataclass(frozen=True)
class Time:
    """One completed episode took so many seconds."""

    field: str
    context: str
    seconds: float


@dataclass(frozen=True)
class Prompts:
    """Mature prompts of one context, and how many of their actions ran to success."""

    context: str
    prompts: int
    completed: int


@dataclass(frozen=True)
class FunnelCount:
    """Persons who saw the sign-up field, those of them who gave it, and those of these who reached the goal."""

    saw: int
    gave: int
    reached: int


@dataclass(frozen=True)
class Holding:
    """Accounts that hold a field now."""

    field: str
    accounts: int

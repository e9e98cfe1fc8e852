"""Plain numbers, as they were counted: no rates, no words. Whatever counts, counts into these."""

from dataclasses import dataclass

from webapp.insights.rollup.times import NO_TIMES, Times


@dataclass(frozen=True)
class Tally:
    """Mature episodes of one field and context ("" where the tally is not split by it), counted.

    `submitted` and `rejected` are episodes with at least one; `rejections` counts each one. Persons are
    counted once in each tally, so those of several tallies do not add up. The counts of prompts are 0 where the
    tally is of one field: a prompt asks for several. `times` are those of the completed episodes.
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
    prompts: int = 0
    prompts_submitted: int = 0
    prompts_given: int = 0
    actions: int = 0
    times: Times = NO_TIMES


@dataclass(frozen=True)
class Holding:
    """Accounts that hold a field now."""

    field: str
    accounts: int

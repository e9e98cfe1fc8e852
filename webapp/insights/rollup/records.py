"""Raw rows as the roll-up counts them: plain, typed, and only what is counted."""

from typing import NamedTuple

from webapp.insights.rollup.keys import Series


class Episode(NamedTuple):
    """A mature episode. `series` is the narrowest that it belongs to; `day` counts days since 1970, in UTC.

    `took` is microseconds from the first impression to the close, of whatever outcome.
    """

    series: Series
    day: int
    outcome: str
    took: int
    impressions: int
    submissions: int
    rejections: int
    unable: int


class Prompt(NamedTuple):
    """A mature prompt; its series names no field.

    Each step implies those before it: an action that ran to success had everything given, by whatever way.
    """

    series: Series
    day: int
    submitted: bool
    given: bool
    acted: bool


class Asked(NamedTuple):
    """One episode in its person's history: what counting persons once takes of it."""

    day: int
    series: Series
    completed: bool

"""Raw rows as the roll-up counts them: plain, typed, and only what is counted."""

from datetime import datetime
from typing import NamedTuple

from webapp.insights.rollup.keys import Series


class RawEpisode(NamedTuple):
    """A row of an ask, with what its prompt and its person add. Moments are whole microseconds since 1970."""

    id: int
    prompt_id: int
    subject_id: int
    rolled_as: int | None
    field: str
    action: str
    outcome: str | None
    opened: int
    closed: int | None
    impressions: int
    submissions: int
    rejections: int
    unable: int
    variant: str
    device: str
    visitor: str
    simulated: bool
    objected: datetime | None


class RawPrompt(NamedTuple):
    """A row of a prompt, with what its person adds."""

    id: int
    subject_id: int
    rolled_as: int | None
    action: str
    opened: int
    closed: int | None
    completed: int | None
    variant: str
    device: str
    visitor: str
    simulated: bool
    objected: datetime | None


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

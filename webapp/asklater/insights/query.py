"""A query of the dashboard: which days, whose prompts, of which field and context, as of when; and its query
string.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from typing import Literal, get_args
from urllib.parse import urlencode

from asklater.clock import first_moment

People = Literal["all", "real", "simulated"]
PEOPLE: tuple[People, ...] = get_args(People)
SIMULATED: Mapping[People, tuple[bool, ...]] = {"all": (False, True), "real": (False,), "simulated": (True,)}
"""Who they are, as rows say it."""
DEFAULT_DAYS = 30
PREVIOUS = "previous"
OPTIONAL = "optional"
FILTER_PARAMETERS = (
    "from",
    "to",
    "asks",
    "context",
    "field",
    "people",
    "variant",
    "device",
    "visitor",
    "segment",
    "compare",
)
"""The names in a query string that narrow what a page shows."""


@dataclass(frozen=True)
class Query:
    """`first` and `last` are inclusive days of the `zone`; the last may be one to come. `context` and `field` are
    keys, "" for all of them.

    `variant`, `device` and `visitor` narrow to the prompts that were met so, "" for all; a variant is
    `experiment:variant`, or "-" for prompts outside of any. `segment` narrows to people of one, `key=value`, and is
    alone then.

    It is about asks that an action waited for, or about `optional` ones; the two are never added up.

    `compare` asks for the figures of the days before as well.

    `as_of` is T of the definitions: what is younger than the window at that moment is fresh.
    """

    first: date
    last: date
    as_of: datetime
    context: str = ""
    field: str = ""
    people: People = "all"
    variant: str = ""
    device: str = ""
    visitor: str = ""
    segment: str = ""
    compare: bool = False
    optional: bool = False
    zone: tzinfo = UTC

    @property
    def start(self) -> datetime:
        """The first moment of the range."""
        return first_moment(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after the range."""
        return first_moment(self.last + timedelta(days=1), self.zone)

    @property
    def variant_or_segment(self) -> str:
        """What stands in one place of the totals' keys."""
        return self.segment or self.variant

    @property
    def today(self) -> date:
        return self.as_of.astimezone(self.zone).date()

    @property
    def last_come(self) -> date:
        """The last day of the range that has begun, or else its first one."""
        return max(self.first, min(self.last, self.today))

    def of_last_days(self, days: int) -> "Query":
        """Returns this query for the last `days` days, today included."""
        return replace(self, first=self.today - timedelta(days=days - 1), last=self.today)

    def of_this_month(self) -> "Query":
        """Returns this query for the calendar month of today, to its end."""
        first = self.today.replace(day=1)
        next_one = (first + timedelta(days=31)).replace(day=1)
        return replace(self, first=first, last=next_one - timedelta(days=1))

    def previous_period(self) -> "Query":
        """Returns this query for as many days, right before its own; days that are to come do not count."""
        length = self.last_come - self.first + timedelta(days=1)
        return replace(self, first=self.first - length, last=self.first - timedelta(days=1))

    def arguments(self) -> dict[str, str]:
        """Returns the arguments of a query string, days spelled out, so that a link still shows the view tomorrow."""
        given = {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "context": self.context,
            "field": self.field,
            "people": "" if self.people == "all" else self.people,
            "variant": self.variant,
            "device": self.device,
            "visitor": self.visitor,
            "segment": self.segment,
            "compare": PREVIOUS if self.compare else "",
            "asks": OPTIONAL if self.optional else "",
        }
        return {key: value for key, value in given.items() if value}

    @cached_property
    def query_string(self) -> str:
        """The arguments as they stand in an address."""
        return encoded(tuple(self.arguments().items()))

    @cached_property
    def without_cell(self) -> "Query":
        """This query for every field and context."""
        return replace(self, field="", context="")


@lru_cache(maxsize=2000)
def encoded(arguments: tuple[tuple[str, str], ...]) -> str:
    """Names and values as an address has them. Kept, since a page leads to the same hundred queries every time."""
    return urlencode(arguments)


def default_query(as_of: datetime, zone: tzinfo = UTC) -> Query:
    """Returns the query for the last thirty days of everybody."""
    today = as_of.astimezone(zone).date()
    return Query(today, today, as_of, zone=zone).of_last_days(DEFAULT_DAYS)

"""A query of the dashboard: which days, whose prompts, of which field and context, as of when; and its query
string.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Literal, get_args
from urllib.parse import urlencode

People = Literal["all", "real", "simulated"]
PEOPLE: tuple[People, ...] = get_args(People)
SIMULATED: Mapping[People, tuple[bool, ...]] = {"all": (False, True), "real": (False,), "simulated": (True,)}
"""Who they are, as rows say it."""
DEFAULT_DAYS = 30
PREVIOUS = "previous"
OPTIONAL = "optional"
FILTER_PARAMETERS = ("from", "to", "asks", "context", "field", "people", "variant", "device", "visitor", "compare")
"""The names in a query string that narrow what a page shows."""


@dataclass(frozen=True)
class Query:
    """`first` and `last` are inclusive UTC days; `context` and `field` are keys, "" for all of them.

    `variant`, `device` and `visitor` narrow to the prompts that were met so, "" for all; a variant is
    `experiment:variant`, or "-" for prompts outside of any.

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
    compare: bool = False
    optional: bool = False

    @property
    def start(self) -> datetime:
        """The first moment of the range."""
        return datetime.combine(self.first, time.min, UTC)

    @property
    def end(self) -> datetime:
        """The first moment after the range."""
        return datetime.combine(self.last, time.min, UTC) + timedelta(days=1)

    @property
    def last_come(self) -> date:
        """The last day of the range that has begun, or else its first one."""
        return max(self.first, min(self.last, self.today))

    def of_last_days(self, days: int) -> "Query":
        """Returns this query for the last `days` days, today included."""
        today = self.as_of.astimezone(UTC).date()
        return replace(self, first=today - timedelta(days=days - 1), last=today)

    def previous_period(self) -> "Query":
        """Returns this query for as many days, right before its own."""
        length = self.last - self.first + timedelta(days=1)
        return replace(self, first=self.first - length, last=self.last - length)

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


def default_query(as_of: datetime) -> Query:
    """Returns the query for the last thirty days of everybody."""
    today = as_of.astimezone(UTC).date()
    return Query(today, today, as_of).of_last_days(DEFAULT_DAYS)

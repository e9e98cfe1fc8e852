"""A page that refreshes itself: what it shows as a short text, which changes whenever that does."""

import hashlib
from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter

from webapp.insights.counts import Tally


def state_of(tallies: Iterable[Tally], *more: object) -> str:
    """The same in whatever order the tallies come, which is another one in each process that serves the page.

    Times are left out: they change with the counts only, and are long.
    """
    return hashlib.sha256(repr((sorted(map(_COUNTS, tallies)), more)).encode()).hexdigest()[:16]


_COUNTS = attrgetter(*(field.name for field in fields(Tally) if field.name != "times"))

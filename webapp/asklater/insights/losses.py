"""Losses in people: where fewer give a field than before, judged over all cells together, so that with nothing changed
at most one look in twenty names any; those that cost the most people come first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from asklater.insights.comparisons import FALSE_DISCOVERIES
from asklater.insights.figures import Share, tally_table
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.statistics.changes import chance_of_difference, discoveries
from asklater.insights.suppression import ProtectedTable, protect

RECENT, EARLIER = timedelta(weeks=2), timedelta(weeks=4)
"""Whole weeks, since weekdays differ: the last two, beside the four before them."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Loss:
    """A field that is completed less in one context: `now` and `before` are its completion rates. Of the `persons` of
    now, `people` more stopped than at the rate of before.

    It is judged by asks and not by persons, who are asked more often in four weeks than in two, and so give more often
    at least once.
    """

    field: str
    context: str
    optional: bool
    now: Share
    before: Share
    persons: int
    people: int


@dataclass(frozen=True)
class Losses:
    """The losses of these days, those of the most people first. Both days are included."""

    first: date
    last: date
    found: tuple[Loss, ...]


def last_judged_day(query: Query, window: timedelta) -> date:
    """The newest day of which every ask is old enough to be judged at the query's moment."""
    return (query.as_of - window).astimezone(query.zone).date() - A_DAY


def read_losses(reader: TotalsReader, query: Query, window: timedelta) -> Losses:
    """Reads the losses of the last two weeks that are judged, in every field and context.

    Of the query its people, variant, device and visitor apply. `window` is W. Two statements.
    """
    last = last_judged_day(query, window)
    now = replace(query.without_cell, first=last - RECENT + A_DAY, last=last)
    before = replace(now, first=now.first - EARLIER, last=now.first - A_DAY)
    found = [
        loss
        for optional in (False, True)
        for loss in losses(*_tables(reader, replace(now, optional=optional), before), optional=optional)
    ]
    return Losses(now.first, last, tuple(sorted(found, key=lambda loss: -loss.people)))


def _tables(reader: TotalsReader, now: Query, before: Query) -> tuple[ProtectedTable, ProtectedTable]:
    one, other = reader.sums_of_each(now, replace(before, optional=now.optional))
    return protect(tally_table(one)), protect(tally_table(other))


def losses(now: ProtectedTable, before: ProtectedTable, *, optional: bool = False) -> Iterator[Loss]:
    """Yields the losses that survive the correction for the number of cells; what is hidden is never told."""
    rates = dict(_rates(now, before))
    chances = {cell: _chance_of_loss(*pair) for cell, pair in rates.items()}
    for field, context in discoveries(chances, FALSE_DISCOVERIES[optional]):
        one, other = rates[field, context]
        persons = now.tally(field, context).persons
        people = round((other.rate - one.rate) * persons)
        if people > 0:
            yield Loss(field, context, optional, one, other, persons, people)


def _chance_of_loss(now: Share, before: Share) -> float:
    """How often equal rates stray at least as far apart in this direction: half of the two-sided chance, since gains
    are not looked for."""
    both = chance_of_difference(now, before)
    return both / 2 if now.rate < before.rate else 1 - both / 2


def _rates(now: ProtectedTable, before: ProtectedTable) -> Iterator[tuple[tuple[str, str], tuple[Share, Share]]]:
    for field, context in now.tallies:
        one, other = now.figures(field, context), before.figures(field, context)
        if field and context and one and other:
            yield (field, context), (one.completion, other.completion)

"""Tallies from what was read: one per field and context, of whomever the question is about."""

from collections.abc import Mapping
from functools import reduce

from webapp.insights.counts import Tally
from webapp.insights.rollup.ranges import NOTHING, Sum
from webapp.insights.rollup.tables import COUNTERS
from webapp.insights.rollup.times import NO_TIMES

Board = Mapping[tuple[str, str], Tally]
"""Tallies by (field, context), "" standing for all of them. What was never asked is not in it."""


def tally(field: str, context: str, sums: Mapping[bool, Sum]) -> Tally:
    """The sums of real (False) and simulated (True) people as one; zeros where there are none."""
    total = reduce(Sum.__add__, sums.values()) if sums else NOTHING
    simulated = sums[True].persons if True in sums else 0
    counts = dict(zip(COUNTERS, total.counts, strict=True))
    times = total.times[0] if total.times else NO_TIMES
    return Tally(field, context, total.persons, simulated, total.completed_persons, **counts, times=times)


def board_of(sums: Mapping[tuple[str, str], Mapping[bool, Sum]]) -> Board:
    return {(field, context): tally(field, context, of_people) for (field, context), of_people in sums.items()}


def cells(board: Board, field: str = "", context: str = "") -> list[Tally]:
    """Those of one field in one context, narrowed to a field and a context where these are given."""
    return [
        found
        for (of_field, in_context), found in board.items()
        if of_field and in_context and field in {"", of_field} and context in {"", in_context} and found.episodes
    ]


def contexts(board: Board, field: str = "", context: str = "") -> list[Tally]:
    """Those of one context over all its fields, or over the one that is given."""
    return [
        found
        for (of_field, in_context), found in board.items()
        if of_field == field and in_context and context in {"", in_context}
    ]

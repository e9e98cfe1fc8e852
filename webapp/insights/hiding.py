"""Which cells of a table are hidden, so that the totals beside them do not tell what a hidden one holds."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from webapp.insights.figures import SMALLEST

Key = TypeVar("Key", bound=Hashable)


def hidden(persons: Mapping[Key, int], lines: Collection[Sequence[Key]]) -> frozenset[Key]:
    """The keys to hide: every cell of too few persons, and what would tell its counts.

    A line is cells and, last, their total. Where just one of a line is hidden, the rest of the line gives it away: so
    the one with the fewest persons among the others is hidden too, the total only where nothing else is left. A cell
    of nobody is not there.
    """
    hide = {key for key, number in persons.items() if 0 < number < SMALLEST}
    while further := {key for line in lines for key in _betraying(persons, line, hide)}:
        hide |= further
    return frozenset(hide)


def _betraying(persons: Mapping[Key, int], line: Sequence[Key], hide: Collection[Key]) -> list[Key]:
    """The cell of the line to hide next; none where no hidden one can be worked out."""
    there = [key for key in line if persons.get(key)]
    shown = [key for key in there if key not in hide]
    if len(there) - len(shown) != 1 or not shown:
        return []
    return [min(shown, key=lambda key: persons[key])]

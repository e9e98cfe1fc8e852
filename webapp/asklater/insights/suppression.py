"""Statistical disclosure control: which cells are suppressed because of too few persons, which further ones lest a
total gives those away, and the protected table that every page and file reads.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from asklater.insights.figures import Figures, Share, Tally, TallyTable, share, tally
from asklater.suppression import SMALLEST_CELL, is_too_small

# Which cells

Key = TypeVar("Key", bound=Hashable)


def suppressed_keys(persons: Mapping[Key, int], lines: Collection[Sequence[Key]]) -> frozenset[Key]:
    """The keys to hide: every cell of too few persons, and what would tell its counts.

    A line is cells and, last, their total. Where just one of a line is hidden, the rest of the line gives it away: so
    the one with the fewest persons among the others is hidden too, the total only where nothing else is left. A cell
    of nobody is not there.
    """
    hide = {key for key, number in persons.items() if 0 < number < SMALLEST_CELL}
    while further := {key for line in lines for key in _complementary(persons, line, hide)}:
        hide |= further
    return frozenset(hide)


def _complementary(persons: Mapping[Key, int], line: Sequence[Key], hide: Collection[Key]) -> list[Key]:
    """The cell of the line to hide next; none where no hidden one can be worked out."""
    there = [key for key in line if persons.get(key)]
    shown = [key for key in there if key not in hide]
    if len(there) - len(shown) != 1 or not shown:
        return []
    return [min(shown, key=lambda key: persons[key])]


# What is said of one cell


def figures_of(tally: Tally) -> Figures | None:
    """The figures of a tally; None where the cell is too small."""
    return Figures(tally) if tally.persons >= SMALLEST_CELL and tally.episodes else None


def share_of_persons(part: int, whole: int) -> Share | None:
    """A share among persons; None as well where they are too few."""
    return share(part, whole) if whole >= SMALLEST_CELL else None


def protected_share(part: int, whole: int) -> Share | None:
    """A share among persons; None as well where those with it, or those without, are too few."""
    hidden = is_too_small(part) or is_too_small(whole - part)
    return None if hidden else share_of_persons(part, whole)


# Protected tables

FieldAndContext = tuple[str, str]


@dataclass(frozen=True)
class ProtectedTable:
    """Tallies, and the keys of those that are suppressed: no page, file or chart may tell more than another one."""

    tallies: TallyTable
    suppressed: frozenset[FieldAndContext]

    def figures(self, field: str = "", context: str = "") -> Figures | None:
        """Returns the cell's figures; None where nothing was asked, or where they are suppressed."""
        return self._shown.get((field, context))

    @cached_property
    def _shown(self) -> Mapping[FieldAndContext, Figures | None]:
        return {key: figures_of(it) for key, it in self.tallies.items() if key not in self.suppressed}

    def tally(self, field: str = "", context: str = "") -> Tally:
        """The counts, which may be shown only where there are figures; zeros where nothing was asked."""
        return self.tallies.get((field, context)) or tally(field, context, {})


def protect(table: TallyTable) -> ProtectedTable:
    """The whole table decides, whatever the query is narrowed to: no page shows a cell that another one hides."""
    fields = [*dict.fromkeys(field for field, _context in table if field), ""]
    contexts = [*dict.fromkeys(context for _field, context in table if context), ""]
    rows = [[(field, context) for context in contexts] for field in fields]
    columns = [[(field, context) for field in fields] for context in contexts]
    return ProtectedTable(
        table, suppressed_keys({key: found.persons for key, found in table.items()}, [*rows, *columns])
    )

"""Complementary cell suppression: which cells of a table that adds up are hidden besides those that tell of too few,
lest what is shown gives these away. Pure.

A hidden cell is protected by a detour: further hidden cells, from line to line of the table, of which some could hold
more and others less, so that each line adds up as before. Whoever reads the table cannot tell that one from the true
one. Source: L. H. Cox, Network models for complementary cell suppression, JASA 90 (1995), 1453-1462.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import Generic, NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Cell(NamedTuple):
    """Asks by outcome, which add up along each line; `weight` is what is lost by hiding them.

    `small` are groups of outcomes, each of which tells of too few people; with none the cell may be shown. `spare` is
    how many of each outcome could as well be in another cell, for all that can be known of a hidden one.
    """

    weight: int
    counts: tuple[int, ...]
    spare: tuple[int, ...]
    small: tuple[tuple[int, ...], ...]


def suppressed_keys(cells: Mapping[Key, Cell], lines: Collection[Sequence[Key | None]], width: int) -> frozenset[Key]:
    """The keys to hide: those that tell of too few, and the lightest ones that protect them.

    A line is keys of cells and, last, that of their total, None for one that is shown in any case. Each key is in one
    line or two. By what is shown, the asks of a hidden cell can then be off by `width` at least, and those of each of
    its small groups can be more than `width`. Where nothing can bring that about, every key is returned.
    """
    small = sorted((key for key in cells if cells[key].small), key=lambda key: cells[key].weight)
    hide, table = set(small), _Table(cells, lines)
    for key in small:
        for group in cells[key].small:
            detour = table.lightest_detour(key, group, width, hide)
            if detour is None:
                return frozenset(cells)
            hide.update(detour[1])
    return frozenset(hide)


Detour = tuple[int, tuple[Key, ...]]
"""What is lost by hiding the cells, and their keys."""
_Imbalance = tuple[int, int]
"""A line, and whether it has too much (1) or too little (-1)."""


class _Place(NamedTuple, Generic[Key]):
    """A cell in a line, as a part (1) or as the total (-1); and how it stands in its other line, None without one."""

    key: Key
    sign: int
    other: _Imbalance | None
    weight: int
    spare: tuple[int, ...]


class _Table(Generic[Key]):
    def __init__(self, cells: Mapping[Key, Cell], lines: Collection[Sequence[Key | None]]) -> None:
        self._cells = cells
        self._ends: dict[Key, list[_Imbalance]] = {key: [] for key in cells}
        for number, (*parts, total) in enumerate(lines):
            for key, sign in (*((part, 1) for part in parts), (total, -1)):
                if key is not None:
                    self._ends[key].append((number, sign))
        self._lines: list[list[_Place[Key]]] = [[] for _ in lines]
        for key, ends in self._ends.items():
            for (number, sign), other in zip(ends, [*ends[1:], None if len(ends) == 1 else ends[0]], strict=True):
                self._lines[number].append(_Place(key, sign, other, cells[key].weight, cells[key].spare))
        self._moving = {outcome for cell in cells.values() for outcome, spare in enumerate(cell.spare) if spare > 0}

    def lightest_detour(
        self, key: Key, group: tuple[int, ...], width: int, hide: Collection[Key]
    ) -> Detour[Key] | None:
        """By some outcome of the group, with room for `width` more of it in the cell, or for fewer of it as well."""
        cell = self._cells[key]
        found: Detour[Key] | None = None
        most_below = min(width, sum(cell.counts[outcome] for outcome in group)) - 1
        for outcome in [outcome for outcome in group if outcome in self._moving] or group[:1]:
            below = max(0, min(most_below, cell.spare[outcome]))
            for fewer in sorted({0, below}, reverse=True):
                found = self._detour(key, outcome, width - fewer, fewer, hide, found) or found
                if found and not found[0]:
                    return found
        return found

    def _detour(
        self,
        start: Key,
        outcome: int,
        more: int,
        fewer: int,
        hide: Collection[Key],
        best: Detour[Key] | None,
    ) -> Detour[Key] | None:
        """The lightest way to have `more` of the outcome in the cell, by which it can be `fewer` too; None where it is
        no lighter than the `best` so far."""
        begin, *other = self._ends[start]
        goal = (other[0][0], -other[0][1]) if other else None
        order = count()
        queue: list[tuple[int, int, _Imbalance | None, tuple[Key, ...]]] = [(0, 0, begin, ())]
        seen: set[_Imbalance] = set()
        while queue:
            weight, _, at, keys = heappop(queue)
            if best and weight >= best[0]:
                return None
            if at == goal:
                return weight, keys
            if at is None or at in seen:
                continue
            seen.add(at)
            for key, sign, further, own_weight, spare in self._lines[at[0]]:
                change = -sign * at[1]
                if key == start or spare[outcome] < (fewer if change > 0 else more):
                    continue
                then = further and (further[0], further[1] * change)
                if then not in seen:
                    lost = weight if key in hide else weight + own_weight
                    heappush(queue, (lost, next(order), then, (*keys, key)))
        return None

"""Statistical disclosure control: which cells are suppressed because they tell of too few persons, which further ones
lest what is shown gives those away, and the protected table that every page and file reads.

A cell tells of too few where one to four persons gave the field, or one to four did not. No page and no file tells a
hidden cell by itself. Two of them can, where one covers a little more days or people than the other.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from asklater.insights.figures import Figures, Share, Tally, TallyTable, share, tally
from asklater.insights.statistics.cell_suppression import Cell, suppressed_keys
from asklater.insights.tables import COUNTERS
from asklater.suppression import SMALLEST_CELL, is_too_small

# Which cells

Key = TypeVar("Key", bound=Hashable)

WIDTH = SMALLEST_CELL - 1
"""By what is shown, the asks of a hidden cell can be off by so many at least, and those that were completed, where few
did that, can be of five persons or more."""
COMPLETED, OTHERS = (0,), (1, 2, 3, 4)
"""The outcomes by place: what gave the field, and what did not."""
_PERSONS = ("persons", "completed_persons")
_REST = object()
"""The key of what is in no part."""
_TOTAL_WEIGHT = 10**6
"""A total is hidden only where no number of other cells would do."""


def suppressed_parts(parts: Mapping[Key, Tally]) -> frozenset[Key]:
    """The parts to hide of a whole that is shown. All of them where nothing else would do."""
    cells = {key: _cell(it) for key, it in parts.items() if it.episodes}
    return suppressed_keys(cells, [[*cells, None]], WIDTH)


def suppressed_parts_of(whole: Tally, parts: Mapping[Key, Tally]) -> frozenset[Key]:
    """The same of parts that need not be all: what is in none of them can be worked out, and tells of as few."""
    cells: dict[Hashable, Cell] = {key: _cell(it) for key, it in parts.items() if it.episodes}
    rest = _rest(whole, parts.values())
    if rest.episodes:
        cells[_REST] = _cell(rest)._replace(weight=0)  # nothing is lost by hiding what is not shown
    hidden = suppressed_keys(cells, [[*cells, None]], WIDTH)
    return frozenset(key for key in parts if key in hidden)


def _rest(whole: Tally, parts: Collection[Tally]) -> Tally:
    """What is in no part; of as few persons as it can be, since some may be in parts as well."""
    left = {name: getattr(whole, name) - sum(getattr(it, name) for it in parts) for name in (*COUNTERS, *_PERSONS)}
    completed = max(left["completed_persons"], min(left["completed"], 1))
    others = left["persons"] - left["completed_persons"]
    others = max(others, min(left["episodes"] - left["completed"], 1))
    return replace(whole, **{**left, "persons": completed + others, "completed_persons": completed})


def suppressed_counts(parts: Mapping[Key, int]) -> frozenset[Key]:
    """The same where persons are counted, each in one part."""
    cells = {key: _cell_of_counts(number) for key, number in parts.items() if number}
    return suppressed_keys(cells, [[*cells, None]], WIDTH)


def _cell(it: Tally, totals: int = 0) -> Cell:
    """The cell of a tally; `totals` is over how many parts of its key it is a total.

    What could as well be in another cell is one ask or more short of all, since the cell is known to have been asked;
    and it takes along whether it was submitted, and nothing that was rejected.
    """
    counts = (it.completed, it.dismissed, it.superseded, it.skipped, it.abandoned)
    accepted, unsubmitted = it.submitted - it.rejected, it.episodes - it.submitted
    others = tuple(min(count, unsubmitted, it.episodes - 1) for count in counts[1:])
    return Cell(
        weight=it.persons * _TOTAL_WEIGHT**totals,
        counts=counts,
        spare=(min(it.completed, accepted, it.episodes - 1), *others),
        small=_small(it.completed_persons, it.persons - it.completed_persons),
    )


def _cell_of_counts(*counts: int) -> Cell:
    """A cell of one person for each that is counted, with the outcome and, where these are told, without it."""
    whole = sum(counts)
    spare = tuple(min(count, whole - 1) for count in counts)
    return Cell(whole, counts, spare, tuple((place,) for place, count in enumerate(counts) if is_too_small(count)))


def _as_small(cell: Cell) -> Cell:
    """The cell, to be hidden whatever it tells."""
    return cell._replace(small=tuple((place,) for place, count in enumerate(cell.counts) if count))


def _small(completed: int, others: int) -> tuple[tuple[int, ...], ...]:
    return tuple(group for group, persons in ((COMPLETED, completed), (OTHERS, others)) if is_too_small(persons))


# What is said of one cell


def figures_of(tally: Tally) -> Figures | None:
    """The figures of a tally; None where the cell tells of too few."""
    return Figures(tally) if tally.episodes and share_of_persons(tally.completed_persons, tally.persons) else None


def share_of_persons(part: int, whole: int) -> Share | None:
    """A share among persons; None as well where those with it, or those without, are too few."""
    return None if is_too_small(part) or is_too_small(whole - part) else share(part, whole)


def nested_counts(whole: int, steps: Mapping[Key, int]) -> Mapping[Key, int | None]:
    """Counts of ever fewer out of `whole`, those that matter most first; None where one tells of too few, by itself or
    less another one."""
    told, found = [0, whole], dict.fromkeys(steps)
    for key, count in steps.items():
        if not any(is_too_small(abs(count - other)) for other in told):
            told.append(count)
            found[key] = count
    return found


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

    def shown(self, tallies: Iterable[Tally]) -> list[Tally]:
        """Those of the tallies that may be shown."""
        return [it for it in tallies if (it.field, it.context) not in self.suppressed]

    def hidden_shares(self, contexts: Collection[str], counter: str) -> frozenset[str]:
        """Of these contexts, and "" for all of them together, those of which it is not told how many of the prompts
        count as `counter` says: each is a part of those of all."""
        mine = {where: self.tally("", where) for where in contexts if self.tally("", where).prompts}
        counts = {where: (getattr(it, counter), it.prompts) for where, it in mine.items()}
        cells = {where: _cell_of_counts(part, prompts - part) for where, (part, prompts) in counts.items()}
        hidden = {where for where in mine if ("", where) in self.suppressed}
        part, prompts = (sum(column) for column in zip(*counts.values(), strict=True)) if counts else (0, 0)
        if not prompts or _cell_of_counts(part, prompts - part).small or ("", "") in self.suppressed:
            return frozenset({"", *hidden, *(where for where, cell in cells.items() if cell.small)})
        parts = {where: _as_small(cell) if where in hidden else cell for where, cell in cells.items()}
        return suppressed_keys(parts, [[*parts, None]], WIDTH)


def protect(table: TallyTable) -> ProtectedTable:
    """The whole table decides, whatever the query is narrowed to: no page shows a cell that another one hides."""
    cells = {key: _cell(table[key], key.count("")) for key in sorted(table) if table[key].episodes}
    return ProtectedTable(table, suppressed_keys(cells, _lines(cells), WIDTH))


def _lines(cells: Iterable[FieldAndContext]) -> Sequence[Sequence[FieldAndContext]]:
    """Rows and columns with their totals."""
    rows: dict[str, list[FieldAndContext]] = {}
    columns: dict[str, list[FieldAndContext]] = {}
    for key in sorted(cells, reverse=True):  # totals last
        rows.setdefault(key[0], []).append(key)
        columns.setdefault(key[1], []).append(key)
    return [*rows.values(), *columns.values()]

"""What a table tells of its hidden cells, by linear programming: the least and the most that each could be of, by all
that the shown cells say and all that a reader can know of counts of asks and persons.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from scipy.optimize import linprog

OUTCOMES = ("completed", "dismissed", "superseded", "skipped", "abandoned")
SUMS = (*OUTCOMES, "submitted", "rejected", "rejections", "impressions", "unable")
"""Counts that add up along each line."""
PERSONS = ("persons", "completed_persons")
"""Those that do not: one person may be in several cells."""
COUNTS = (*SUMS, *PERSONS)

Key = tuple[str, str]
MOST = 10**6
"""More than any cell of a test holds: where nothing else limits a count."""
Shown = Mapping[str, float]
Terms = Mapping[str, float]

WITHIN_A_CELL: tuple[Terms, ...] = (
    {"submitted": 1, **dict.fromkeys(OUTCOMES, -1)},
    {"completed": 1, "submitted": -1},
    {"rejected": 1, "submitted": -1},
    {"rejected": 1, "rejections": -1},
    {**dict.fromkeys(OUTCOMES, 1), "impressions": -1},
    {"persons": 1, **dict.fromkeys(OUTCOMES, -1)},
    {"completed_persons": 1, "completed": -1},
    {"completed_persons": 1, "persons": -1},
    {"persons": 1, "completed_persons": -1, **dict.fromkeys(OUTCOMES[1:], -1)},
)
"""Of each cell, the sum of these is at most 0."""


class HiddenCells:
    """The hidden cells of a table. `cells` holds every key that was asked, None for a hidden one; a line is keys of
    cells and, last, that of their total.
    """

    def __init__(self, cells: Mapping[Key, Shown | None], lines: Collection[Sequence[Key]]) -> None:
        self._cells = cells
        self.keys = [key for key, shown in cells.items() if shown is None]
        self._columns = {(key, name): place for place, (key, name) in enumerate(self._variables())}
        self._equal: list[tuple[list[float], float]] = []
        self._at_most: list[tuple[list[float], float]] = []
        for line in lines:
            self._add_line([key for key in line if key in cells])
        for key in self.keys:
            for terms in WITHIN_A_CELL:
                self._at_most.append(self._row(((key, name), factor) for name, factor in terms.items()))
            self._at_most.append(self._row((((key, name), -1) for name in OUTCOMES), -1))

    def reach(self, key: Key, counts: Collection[str] = OUTCOMES) -> tuple[int, int]:
        """The least and the most that the sum of these counts can be in a hidden cell."""
        goal, _ = self._row(((key, name), 1) for name in counts)
        return round(self._best(goal)), round(-self._best([-factor for factor in goal]))

    def _variables(self) -> Iterable[tuple[Key, str]]:
        return ((key, name) for key in self.keys for name in COUNTS)

    def _add_line(self, line: Sequence[Key]) -> None:
        *parts, total = line
        if not any(self._cells[key] is None for key in line):
            return
        for name in SUMS:
            self._equal.append(self._row([*(((key, name), 1) for key in parts), ((total, name), -1)]))
        for name in PERSONS:
            self._at_most.append(self._row([*(((key, name), -1) for key in parts), ((total, name), 1)]))
            for key in parts:
                self._at_most.append(self._row([((key, name), 1), ((total, name), -1)]))

    def _row(self, terms: Iterable[tuple[tuple[Key, str], float]], limit: float = 0) -> tuple[list[float], float]:
        """The factors of what is hidden; what is shown is taken off the limit."""
        row = [0.0] * len(self._columns)
        for (key, name), factor in terms:
            shown = self._cells[key]
            if shown is None:
                row[self._columns[key, name]] += factor
            else:
                limit -= factor * shown[name]
        return row, limit

    def _best(self, goal: Sequence[float]) -> float:
        equal, limits = self._equal, self._at_most
        found = linprog(
            goal,
            A_ub=[row for row, _ in limits],
            b_ub=[limit for _, limit in limits],
            A_eq=[row for row, _ in equal] or None,
            b_eq=[limit for _, limit in equal] or None,
            bounds=(0, MOST),
        )
        assert found.status == 0, found.message
        return float(found.fun)


def lines_of(keys: Iterable[Key]) -> list[list[Key]]:
    """Rows and columns of a table of fields and contexts, with their totals."""
    rows: dict[str, list[Key]] = {}
    columns: dict[str, list[Key]] = {}
    for key in sorted(keys, reverse=True):
        rows.setdefault(key[0], []).append(key)
        columns.setdefault(key[1], []).append(key)
    return [*rows.values(), *columns.values()]


def cells_of(rows: Iterable[Mapping[str, Any]], *key: str) -> dict[Key, Shown | None]:
    """The cells of an exported table by the columns of its `key`, None for those that are hidden."""
    found: dict[Key, Shown | None] = {}
    for row in rows:
        if row["suppressed"] or row["asks"]:
            first, second = (*(row[name] for name in key), "")[:2]
            found[first, second] = None if row["suppressed"] else _shown(row)
    return found


def _shown(row: Mapping[str, Any]) -> Shown:
    counts = {name: row["shown" if name == "impressions" else name] for name in (*SUMS, "persons")}
    return {**counts, "completed_persons": round(row["person_rate"] * row["persons"])}

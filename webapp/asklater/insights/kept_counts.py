"""Counts that take a pass over all rows: the worker makes them now and then, and pages read what it kept. Where there
are few rows, a page counts them as of now.

Rows of visitors go soon, and those of others with an objection or an erasure. A table with the column `presence` keeps
what was counted of them: beside those whose rows are there (PRESENT) it has those who left since these were counted
(LEFT_SINCE), who are among them still, and those who left before (LEFT_BEFORE).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    delete,
    func,
    insert,
    literal,
    select,
    type_coerce,
    union_all,
)

from asklater import clock
from asklater.database.access import EPOCH, MICROSECOND, Database
from asklater.engine import Engine
from asklater.insights.filters import Uncounted
from asklater.insights.query import SIMULATED, People
from asklater.insights.tables import LEFT_BEFORE, LEFT_SINCE, PRESENT
from asklater.manifest.declarations import Manifest
from asklater.records.people import OBJECTORS
from asklater.tables import answer_event, prompt_field, subject

FEW_ROWS = 5000
"""Asks, and events of answers, up to which they are counted for each page."""
_ENOUGH = [
    select(func.count()).select_from(select(table.c.id).limit(FEW_ROWS + 1).subquery())
    for table in (prompt_field, answer_event)
]

Key = tuple[Any, ...]
Counts = tuple[int, ...]


@dataclass(frozen=True)
class CountScope:
    """What is counted: as the `manifest` declares it, what is due at the `moment`, of everybody or of one `person`."""

    manifest: Manifest
    uncounted: Uncounted
    moment: datetime
    person: int | None = None

    @property
    def people(self) -> list[ColumnElement[bool]]:
        """The conditions on a subject who is counted."""
        mine = [] if self.person is None else [subject.c.id == self.person]
        return [subject.c.id.not_in(union_all(*self.uncounted, OBJECTORS)), *mine]

    def is_over(self, since: Any, span: timedelta) -> ColumnElement[bool]:
        """Whether so much time has passed since a moment."""
        latest = literal((self.moment - span - EPOCH) // MICROSECOND, BigInteger)
        over: ColumnElement[bool] = microseconds(since) <= latest
        return over


def microseconds(moment: Any) -> Any:
    """A moment as the number that it is kept as."""
    return type_coerce(moment, BigInteger)


def scope_of(engine: Engine, person: int | None = None) -> CountScope:
    """What is due now in this application."""
    return CountScope(engine.manifest, engine.registry.uncounted, clock.now(), person)


@dataclass(frozen=True)
class Counted:
    """Counts by key, of the people that were asked for, as of a moment; None while the worker has not counted yet."""

    counts: Mapping[Key, Counts]
    as_of: datetime | None


class KeptCounts:
    """The counts of one table: `statement` selects its keys, whether the people are simulated, and its counts."""

    def __init__(self, table: Table, statement: Callable[[CountScope], Select[Any]]) -> None:
        self.table = table
        self._statement = statement
        own = {"simulated", "presence", "counted_at"}
        keys = [column.name for column in table.primary_key if column.name not in own]
        self._counts = [column for column in table.c if not column.primary_key and column.name not in own]
        self._names = (*keys, "simulated", *(column.name for column in self._counts))
        self._width = len(keys)
        self._keeps_left = "presence" in table.c

    def count(self, database: Database, scope: CountScope) -> None:
        """Count anew those whose rows are there, and add up who left. The pass reads one moment and locks nothing;
        who leaves meanwhile is among those who are there, and stays among those who left since."""
        with database.snapshot() as connection:
            known = connection.execute(select(self.table)).mappings().all()
            present = connection.execute(self._statement(scope)).all()
        with database.unit_of_work():
            connection = database.writing()
            held = connection.execute(delete(self.table).returning(*self.table.c)).mappings().all()
            left = self._added(known, LEFT_SINCE, LEFT_BEFORE)
            rows = [*self._rows(present, PRESENT), *self._rows(left, LEFT_BEFORE)]
            if rows:
                connection.execute(insert(self.table), [{**row, "counted_at": scope.moment} for row in rows])
            self._add_left(database, scope, self._left_meanwhile(known, held))

    def keep_left(self, database: Database, scope: CountScope) -> None:
        """The rows of the scope's person go next, in the caller's transaction: keep what is due of them."""
        if self._keeps_left:
            self._add_left(database, scope, database.writing().execute(self._statement(scope)).all())

    def _add_left(self, database: Database, scope: CountScope, found: Iterable[Any]) -> None:
        for row in self._rows(found, LEFT_SINCE):
            new = database.insert(self.table).values(**row, counted_at=scope.moment)
            more = {column.name: column + new.excluded[column.name] for column in self._counts}
            keys = [column.name for column in self.table.primary_key]
            database.writing().execute(new.on_conflict_do_update(index_elements=keys, set_=more))

    def read(self, database: Database, scope: CountScope, people: People) -> Counted:
        """What the worker kept; where rows are few, what they say as of now. Two statements, or three."""
        reading = database.reading()
        kept = reading.execute(select(self.table)).mappings().all()
        if any(reading.execute(enough).scalar_one() > FEW_ROWS for enough in _ENOUGH):
            rows = [row for row in kept if not self._keeps_left or row["presence"] != LEFT_SINCE]
            return Counted(
                self._sums(map(self._parts, rows), people), min((row["counted_at"] for row in kept), default=None)
            )
        left = [self._parts(row) for row in kept if self._keeps_left and row["presence"] != PRESENT]
        now = [tuple(row) for row in reading.execute(self._statement(scope))]
        return Counted(self._sums((*now, *left), people), scope.moment)

    def _rows(self, found: Iterable[Any], presence: int) -> list[dict[str, Any]]:
        more = {"presence": presence} if self._keeps_left else {}
        return [{**dict(zip(self._names, row, strict=True)), **more} for row in found]

    def _added(self, rows: Iterable[Mapping[Any, Any]], *presence: int) -> list[tuple[Any, ...]]:
        """The sums of those rows, as the statement has them; none in a table that keeps nobody who left."""
        parts = [self._parts(row) for row in rows if self._keeps_left and row["presence"] in presence]
        real, simulated = self._sums(parts, "real"), self._sums(parts, "simulated")
        return [(*key, False, *counts) for key, counts in real.items()] + [
            (*key, True, *counts) for key, counts in simulated.items()
        ]

    def _left_meanwhile(self, known: Iterable[Any], held: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """What was added for those who left between two moments at which the rows were read."""
        width = self._width + 1
        before = {row[:width]: row[width:] for row in self._added(known, LEFT_SINCE)}
        for row in self._added(held, LEFT_SINCE):
            key, counts = row[:width], row[width:]
            more = [now - then for now, then in zip(counts, before.get(key, (0,) * len(counts)), strict=True)]
            if any(more):
                yield (*key, *more)

    def _parts(self, row: Mapping[Any, Any]) -> tuple[Any, ...]:
        return tuple(row[name] for name in self._names)

    def _sums(self, rows: Iterable[tuple[Any, ...]], people: People) -> dict[Key, Counts]:
        sums: dict[Key, Counts] = {}
        width = self._width
        for row in rows:
            key, simulated, counts = row[:width], row[width], row[width + 1 :]
            if simulated in SIMULATED[people]:
                before = sums.get(key, (0,) * len(counts))
                sums[key] = tuple(int(one) + int(other) for one, other in zip(before, counts, strict=True))
        return sums

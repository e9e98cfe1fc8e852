"""Personal tables: what each table keeps of a person. An access export tells it, and an erasure takes it away.

Every feature, and the application, registers one for each of its tables that leads to a subject.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import isodate
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.types import TypeEngine

from asklater.database.access import PORTION, TABLE_PREFIX
from asklater.manifest.declarations import Dormancy, Manifest, RecordTerm
from asklater.manifest.notice import span_text

Row = Mapping[str, Any]
LabelOf = Callable[[Row], str]
"""What a row's column is sealed as."""
Start = Literal["moment", "end_of_year"]
DEFAULT_DORMANCY = Dormancy()
OWN_END = "P0D"
"""The span of rows whose column says when they are over."""
MOST_AHEAD = timedelta(hours=14)
"""So far may a calendar be ahead of UTC: what happened in the last hours of a year was in the next one somewhere."""


@dataclass(frozen=True)
class ColumnText:
    """A personal table in the reader's language. `columns` names every column that is told, in that order."""

    label: str
    source: str
    """Where it comes from: the person, their browser, a provider, the work of the application."""
    retention: str
    """Until when it is kept, as it is declared: "%(span)s" stands for the table's own period, "%(accounts)s" and
    "%(visitors)s" for how long people are remembered who do not come back, "%(warning)s" for how long before they are
    warned."""
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Retention:
    """Until when the rows of a personal table are kept; the table's purpose says on what basis.

    They go once `span` (ISO 8601) is over since the moment in the column `since`, or since the one in `or_since`,
    whichever is over first; with `start` "end_of_year" it counts from the end of that moment's year. A row in which
    the column `waits_for` has a value stays until it has none. Without `since` a row goes with its person, or with the
    row that its `link` leads to. At most `portion` rows go in one transaction.
    """

    since: str = ""
    span: str = OWN_END
    start: Start = "moment"
    or_since: str = ""
    waits_for: str = ""
    portion: int = PORTION

    def over(self, rows: Table, at: datetime) -> ColumnElement[bool]:
        """Of the table's rows, those that are past their time. Raises LookupError where they go with their person."""
        if not self.since:
            raise LookupError(f"the rows of {rows.name} go with whom they belong to")
        latest = self.latest(at)
        past = or_(*(rows.c[name] <= latest for name in (self.since, self.or_since) if name))
        return and_(past, rows.c[self.waits_for].is_(None)) if self.waits_for else past

    def latest(self, at: datetime) -> datetime:
        """The newest moment from which the span is over."""
        moment: datetime = at - isodate.parse_duration(self.span)
        if self.start == "moment":
            return moment
        return datetime(moment.year, 1, 1, tzinfo=UTC) - MOST_AHEAD - timedelta(microseconds=1)

    def until(self, moment: datetime) -> datetime:
        """When a row of this moment may go."""
        if self.start == "end_of_year":
            moment = datetime((moment + MOST_AHEAD).year + 1, 1, 1, tzinfo=UTC)
        end: datetime = moment + isodate.parse_duration(self.span)
        return end


WITH_ITS_OWNER = Retention()
"""Rows that go with their person, or with the row that they belong to."""


@dataclass(frozen=True)
class LegalHold:
    """What of a personal table outlives its person's erasure, since a law demands it.

    `purpose` is a purpose of the manifest, which says on what basis; `retention` (ISO 8601) counts from the moment in
    the column `since`, or with `start` "end_of_year" from the end of its year; without a column, the row goes with the
    one that it belongs to. At the erasure each column of `blanked` is set to its value there, so that nothing in the
    row says whose it was.
    """

    purpose: str
    since: str
    retention: str
    blanked: Mapping[str, object]
    start: Start = "moment"

    @property
    def term(self) -> Retention:
        """Until when it is kept."""
        return Retention(self.since, self.retention, self.start)


@dataclass(frozen=True)
class PersonalTable:
    """One table's part in what is held of a person.

    `name` is its key, which exports and receipts show: by default the table's own name, without the library's prefix.
    `person` names the column with the subject's id; where the table has none, `link` is its column that leads to
    `through`, the table that has. `withheld` are columns that say nothing of a person, or would let somebody in:
    hashes and keys. `sealed` names every column that is sealed under the person's key, and as what: a renewal of that
    key seals it anew, and what is told of it is opened, as text unless it is `dumped` by a field's kind. `repeats`
    names columns in which the value of a field, or a part of it, may stand as well, each with the kinds of such
    fields. `retention` says
    until when rows are kept; what a law makes one keep says it in `kept`. An application may declare another period in
    its manifest, under `[records.KEY]`.
    """

    rows: Table
    purpose: str
    words: Callable[[], ColumnText]
    withheld: frozenset[str] = frozenset()
    person: str = "subject_id"
    link: str = ""
    through: Table | None = None
    kept: LegalHold | None = None
    repeats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sealed: Mapping[str, LabelOf] = field(default_factory=dict)
    dumped: bool = False
    name: str = ""
    retention: Retention | None = None
    dormancy: Dormancy = DEFAULT_DORMANCY
    """How long people are remembered who do not come back, as the manifest says."""
    free_text: frozenset[str] | None = None
    """The columns in which somebody writes what they like, and may name others: an officer looks through these before
    an export is given. None for every told column of unlimited text and every one that is sealed as text, without
    those that repeat a field."""

    @property
    def key(self) -> str:
        return self.name or key_of_table(self.rows)

    @property
    def purposes(self) -> frozenset[str]:
        """The keys of the purposes that it serves; none where each row goes by its field's own."""
        return frozenset({self.purpose, self.kept.purpose if self.kept else ""} - {""})

    @property
    def term(self) -> Retention | None:
        """Until when its rows are kept, None where nobody says so."""
        return self.kept.term if self.kept else self.retention

    @property
    def retention_text(self) -> str:
        """Until when its rows are kept, in the reader's language."""
        span = self.term.span if self.term else ""
        spans = {"span": span, "accounts": self.dormancy.accounts, "visitors": self.dormancy.visitors}
        spans["warning"] = self.dormancy.warning
        return self.words().retention % {name: span_text(span) if span else "" for name, span in spans.items()}

    @property
    def free_text_columns(self) -> tuple[str, ...]:
        """The told columns of free text, in the order in which they are told."""
        told = self.words().columns
        if self.free_text is not None:
            return tuple(name for name in told if name in self.free_text)
        sealed = frozenset() if self.dumped else self.sealed.keys()
        texts = (name for name in told if name in sealed or _is_unlimited(self.rows.c[name].type))
        return tuple(name for name in texts if name not in self.repeats)

    @property
    def columns_to_open(self) -> frozenset[str]:
        """The sealed columns that are told, and have to be opened for it."""
        return frozenset(self.sealed.keys() - self.withheld)

    def count(self, connection: Connection, subject_id: int) -> int:
        """How many rows are held of the subject."""
        counted = select(func.count()).select_from(self.rows).where(self.whose(subject_id))
        return connection.execute(counted).scalar_one()

    def page(self, connection: Connection, subject_id: int, after: Sequence[Any] = (), most: int = 500) -> list[Row]:
        """The next rows in the order of the table's key, after the one whose key is given; sealed as they are."""
        keys = list(self.rows.primary_key.columns)
        wanted: Select[Any] = select(self.rows).where(self.whose(subject_id)).order_by(*keys).limit(most)
        if after:
            wanted = wanted.where(tuple_(*keys) > tuple_(*after) if len(keys) > 1 else keys[0] > after[0])
        return [dict(row) for row in connection.execute(wanted).mappings()]

    def newest(self, connection: Connection, subject_id: int, most: int = 5) -> list[Row]:
        """The rows that the table's key has last, the last one first; sealed as they are."""
        keys = [column.desc() for column in self.rows.primary_key.columns]
        wanted = select(self.rows).where(self.whose(subject_id)).order_by(*keys).limit(most)
        return [dict(row) for row in connection.execute(wanted).mappings()]

    def key_of(self, row: Row) -> tuple[Any, ...]:
        """What `page` goes on after."""
        return tuple(row[column.name] for column in self.rows.primary_key.columns)

    def erase(self, connection: Connection, subject_id: int) -> int:
        """Delete the subject's rows, or blank what a law makes one keep; how many."""
        if self.kept is None:
            return connection.execute(delete(self.rows).where(self.whose(subject_id))).rowcount
        if not self.kept.blanked:
            return self.count(connection, subject_id)
        blanked = update(self.rows).where(self.whose(subject_id)).values(dict(self.kept.blanked))
        return connection.execute(blanked).rowcount

    def hand_over(self, connection: Connection, subject_id: int, shell: int) -> None:
        """Let what is kept of the subject be the shell's: nothing leads back to the number that a person had."""
        if not self.link:
            moved = update(self.rows).where(self.whose(subject_id)).values({self.person: shell})
            connection.execute(moved)

    def whose(self, subject_id: int) -> ColumnElement[bool]:
        """Of the table's rows, those that are the subject's."""
        if not self.link:
            return self.rows.c[self.person] == subject_id
        link, parent = self.rows.c[self.link], self.parent
        (foreign,) = link.foreign_keys
        return link.in_(select(foreign.column).where(parent.c[self.person] == subject_id))

    @property
    def parent(self) -> Table:
        """The table that its rows lead through. Raises LookupError where they lead to the person themselves."""
        if self.through is None:
            raise LookupError(f"{self.key} says nothing of a table that {self.link} leads to")
        return self.through


def _is_unlimited(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, String) and kind.length is None


def key_of_table(table: Table) -> str:
    """The table's name without the library's prefix: what people are shown."""
    return table.name.removeprefix(TABLE_PREFIX)


def by_key(tables: Iterable[PersonalTable]) -> dict[str, PersonalTable]:
    """Personal tables by their keys; of two for one table the later one counts. Raises ValueError for two of a key."""
    found: dict[str, PersonalTable] = {}
    for table in tables:
        other = found.setdefault(table.key, table)
        if other.rows is not table.rows:
            both = f"{other.rows.name} and {table.rows.name}"
            raise ValueError(f"{both} are both called {table.key}: give one another name=")
        found[table.key] = table
    return found


def row_counts(connection: Connection, tables: Iterable[PersonalTable], subject_id: int) -> dict[str, int]:
    """How many rows each of the tables holds of the subject, by its key. One statement."""
    counted = [
        select(literal(table.key), func.count()).select_from(table.rows).where(table.whose(subject_id))
        for table in tables
    ]
    return {row[0]: row[1] for row in connection.execute(union_all(*counted))} if counted else {}


def with_declared_terms(tables: Iterable[PersonalTable], manifest: Manifest) -> dict[str, PersonalTable]:
    """The tables by their keys, each kept as the manifest says; rows that outlive an erasure as long as what they
    belong to."""
    own = {table.rows: _with_term(table, manifest.records.get(table.key)) for table in tables}
    found = {}
    for table in own.values():
        dated = table
        while dated.kept is not None and not dated.kept.since and dated.through is not None:
            dated = own[dated.through]
        if table.kept is not None and dated.kept is not None:
            kept = replace(table.kept, retention=dated.kept.retention, start=dated.kept.start)
            found[table.key] = replace(table, kept=kept, dormancy=manifest.dormancy)
        else:
            found[table.key] = replace(table, dormancy=manifest.dormancy)
    return found


def _with_term(table: PersonalTable, declared: RecordTerm | None) -> PersonalTable:
    if declared is None:
        return table
    span, start = isodate.duration_isoformat(declared.retention), declared.start
    if table.kept is not None:
        return replace(table, kept=replace(table.kept, retention=span, start=start))
    return replace(table, retention=replace(table.retention or WITH_ITS_OWNER, span=span, start=start))


def undeclared_terms(tables: Iterable[PersonalTable], manifest: Manifest) -> list[tuple[str, str]]:
    """What is wrong with how long records are kept: pairs of a key of the manifest, and a sentence."""
    known = {table.key: table for table in tables}
    found = [
        (f"records.{key}", "its PersonalTable does not say until when rows are kept: give it a retention=")
        for key, table in known.items()
        if table.term is None
    ]
    for key in manifest.records:
        if key not in known:
            found.append((f"records.{key}", f"no records are called so; there are {', '.join(sorted(known))}"))
        elif not (known[key].term or WITH_ITS_OWNER).since:
            found.append((f"records.{key}.retention", "these rows go with the person, or with what they belong to"))
        elif (known[key].term or WITH_ITS_OWNER).span == OWN_END:
            found.append((f"records.{key}.retention", "each of these rows has an end of its own"))
    return found

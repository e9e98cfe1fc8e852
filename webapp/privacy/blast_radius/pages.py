"""The page object of the blast radius."""

from dataclasses import dataclass

from webapp.privacy.blast_radius.drawing import Drawing


@dataclass(frozen=True)
class FieldLine:
    """One declared field. The last three say what a leak of the database, of the keys, and of both would show."""

    label: str
    accounts: str
    sensitivity: str
    oldest: str
    readers: str
    stored: str
    database: str
    key: str
    both: str


@dataclass(frozen=True)
class TableLine:
    """One table of records: whose they are, and what of it stands plain or sealed in the database."""

    label: str
    accounts: str
    plain: str
    sealed: str


@dataclass(frozen=True)
class DayLine:
    day: str
    accounts: str
    held: str
    per_account: str
    everything: str
    share: str


@dataclass(frozen=True)
class Course:
    """How much was held day by day, drawn and in figures; no drawing before there are two days."""

    says: str
    drawing: Drawing | None
    first: str
    last: str
    days: tuple[DayLine, ...]


@dataclass(frozen=True)
class BlastPage:
    """Everything that is held, and what a leak would show. `counted` says as of when; "" before the first count."""

    counted: str
    totals: tuple[tuple[str, str, str], ...]
    leaks: tuple[tuple[str, str], ...]
    fields: tuple[FieldLine, ...]
    tables: tuple[TableLine, ...]
    course: Course

"""A run of an import over one file: dry or applied, row by row, and on from where an earlier one of it stopped."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import select, update

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.imports.arrivals import Arrival, Arrivals
from asklater.imports.formats import Format
from asklater.imports.people import is_user, person, why_left_out
from asklater.imports.places import EXTERNAL_ID, Faulty, Place, SeenNames, place_of, seen_names
from asklater.imports.rows import rows
from asklater.imports.source import ReadRow, SourceFile, opened
from asklater.imports.tables import import_run
from asklater.imports.tally import Needs, Tally
from asklater.imports.values import NEVER, FieldMapping, field_mapping

ROWS_AT_ONCE = 100
"""Rows of one transaction. On SQLite nobody else writes meanwhile."""
TOLD_EVERY = 10_000
"""Rows after which progress is told."""
CHUNK = 1 << 20
LATEST = 20
"""Runs that a page lists."""
LONGEST_ORIGIN = 60


class RunsElsewhere(Exception):  # noqa: N818
    """Another process is importing the same file."""


@dataclass(frozen=True)
class Options:
    """What is said of a file. `named` maps attributes to fields, `keep` are fields to bring although no action needs
    them, `user_id` is the attribute by which the application knows its users, `origin` who people are told it comes
    from."""

    named: Mapping[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    user_id: str = EXTERNAL_ID
    origin: str = ""


@dataclass(frozen=True)
class Told:
    """What a run tells as it goes: `fault(row, reason)`, and `progress(rows, share of the file)`."""

    fault: Callable[[int, str], None] = lambda _row, _reason: None
    progress: Callable[[int, float], None] = lambda _rows, _share: None


class ImportRun:
    """One file, read in one format. Raises ConfigurationError, UndeclaredError and UnreadableFile."""

    def __init__(self, engine: Engine, form: Format, path: Path, options: Options, told: Told) -> None:
        self._engine = engine
        self._form = form
        self._path = path
        self._told = told
        self._place: Place = place_of(engine, options.user_id)
        self._mapping: FieldMapping = field_mapping(engine, options.named, options.keep, self._place.own)
        origin = options.origin or gettext("your former account")
        self._arrivals = Arrivals(engine, self._place, self._mapping, origin[:LONGEST_ORIGIN])
        self._fields_of: dict[str, set[str]] = {}
        for attribute, (key, _part) in self._mapping.targets.items():
            self._fields_of.setdefault(attribute.partition(".")[0], set()).add(key)
        self._needs = Needs(engine.manifest, clock.now().astimezone(engine.zone).date())
        self._digest = _digest(path, form, options)
        self.tally = Tally()
        self.resumed_at = 0
        """After how many rows an earlier run of the same file had stopped."""

    def dry(self) -> Tally:
        """Look at every row, and write nothing but what was counted."""
        with opened(self._path) as file, seen_names() as seen:
            for row in self._read(file):
                self._look_at(row, seen)
        with self._engine.database.unit_of_work():
            number, _rows, _tally = _begin(self._engine.database, self._digest, self._form.key, applied=False)
            _note(self._engine.database, number, self.tally, ended=True)
        return self.tally

    def apply(self) -> Tally:
        """Bring everybody who is not here yet, on from where an earlier run stopped. Raises RunsElsewhere."""
        database = self._engine.database
        with database.unit_of_work():
            number, self.resumed_at, self.tally = _begin(database, self._digest, self._form.key, applied=True)
        with opened(self._path) as file, seen_names() as seen:
            left = self._read(file)
            for row in islice(left, self.resumed_at):
                self._note_name(row, seen)
            done = self.resumed_at
            while some := list(islice(left, ROWS_AT_ONCE)):
                with database.unit_of_work():
                    _lock(database, number, done)
                    for row in some:
                        arrival = self._look_at(row, seen)
                        if arrival is not None:
                            self._bring(row.number, arrival)
                    done += len(some)
                    _note(database, number, self.tally, ended=False)
        with database.unit_of_work():
            _note(database, number, self.tally, ended=True)
        return self.tally

    def _read(self, file: SourceFile) -> Iterator[ReadRow]:
        for number, row in enumerate(rows(file, self._form), 1):
            if number % TOLD_EVERY == 0:
                self._told.progress(number, file.share)
            yield row

    def _note_name(self, row: ReadRow, seen: SeenNames) -> None:
        """Remember who stood in a row that an earlier run has done."""
        if row.record is None or not is_user(self._form, row.record) or why_left_out(self._form, row.record):
            return
        try:
            name = self._place.name(person(self._form, row.record))
        except Faulty:
            return
        seen.first_row(self._place.same(name), row.number)

    def _look_at(self, row: ReadRow, seen: SeenNames) -> Arrival | None:
        """Count one row; what its person brings, None where nobody comes along."""
        self.tally.rows += 1
        try:
            arrival = self._arrival(row, seen)
        except Faulty as faulty:
            self.tally.faulty += 1
            self._told.fault(row.number, str(faulty))
            return None
        if arrival is not None:
            self._count(row.number, arrival)
        return arrival

    def _arrival(self, row: ReadRow, seen: SeenNames) -> Arrival | None:
        if row.record is None:
            raise Faulty(row.fault)
        if not is_user(self._form, row.record):
            return None
        reason = why_left_out(self._form, row.record)
        if reason:
            self.tally.left_out[reason] += 1
            return None
        somebody = person(self._form, row.record)
        name = self._place.name(somebody)
        first = seen.first_row(self._place.same(name), row.number)
        if first != row.number:
            raise Faulty(f"is the same person as row {first}")
        return self._arrivals.foresee(somebody, name)

    def _count(self, row: int, arrival: Arrival) -> None:
        tally, mapping, somebody = self.tally, self._mapping, arrival.person
        tally.known += arrival.found is not None
        tally.new += arrival.found is None
        tally.unproved += not self._place.is_trusted(somebody)
        tally.with_secrets += somebody.has_secrets
        tally.answers.update(it.field for it in arrival.answers)
        tally.suggestions.update(it.field for it in arrival.suggestions)
        tally.held.update(arrival.held)
        for name in somebody.attributes:
            fields = self._fields_of.get(name)
            if fields is None:
                tally.count_unmapped(name)
            else:
                tally.never.update(key for key in fields if mapping.modes[key] == NEVER)
                tally.unneeded.update(key for key in fields if key in mapping.unneeded)
        for it in arrival.refused:
            tally.refused[it.field] += 1
            self._told.fault(row, f"{it.field} was left out: {it.fault}")
        self._needs.count(tally, arrival.after, {it.field for it in arrival.suggestions})

    def _bring(self, row: int, arrival: Arrival) -> None:
        for it in self._arrivals.store(arrival):
            self.tally.refused[it.field] += 1
            self.tally.answers[it.field] -= 1
            self._told.fault(row, f"{it.field} was left out: {it.fault}")


def _digest(path: Path, form: Format, options: Options) -> bytes:
    """What tells a file, with what is said of it, from every other."""
    said = [form.key, sorted(options.named.items()), sorted(options.keep), options.user_id]
    found = hashlib.sha256(json.dumps(said).encode())
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            found.update(piece)
    return found.digest()


def _begin(database: Database, digest: bytes, system: str, *, applied: bool) -> tuple[int, int, Tally]:
    """The row of this run, the rows that are done and what they counted; a dry run begins anew."""
    this = (import_run.c.digest == digest, import_run.c.applied.is_(applied))
    found = database.writing().execute(select(import_run).where(*this)).first()
    if found is not None and applied:
        return found.id, found.rows_done, Tally.from_json(found.tally)
    fresh = {"began_at": clock.now(), "ended_at": None, "rows_done": 0, "tally": Tally().to_json()}
    if found is not None:
        database.writing().execute(update(import_run).where(*this).values(**fresh))
        return found.id, 0, Tally()
    row = {"digest": digest, "system": system, "applied": applied, **fresh}
    adding = database.insert(import_run).values(row).on_conflict_do_nothing().returning(import_run.c.id)
    number = database.writing().execute(adding).scalar()
    if number is None:
        raise RunsElsewhere
    return number, 0, Tally()


def _lock(database: Database, number: int, done: int) -> None:
    """Keep others from the next rows, which nobody has done meanwhile. Raises RunsElsewhere."""
    wanted = select(import_run.c.rows_done).where(import_run.c.id == number).with_for_update()
    if database.writing().execute(wanted).scalar() != done:
        raise RunsElsewhere


def _note(database: Database, number: int, tally: Tally, *, ended: bool) -> None:
    values = {"rows_done": tally.rows, "tally": tally.to_json(), "ended_at": clock.now() if ended else None}
    database.writing().execute(update(import_run).where(import_run.c.id == number).values(**values))


@dataclass(frozen=True)
class PastRun:
    """A run that is over or has stopped."""

    id: int
    system: str
    applied: bool
    began_at: datetime
    ended_at: datetime | None
    tally: Tally


def past_runs(database: Database, most: int = LATEST) -> list[PastRun]:
    """The latest runs, the newest first."""
    found = database.reading().execute(select(import_run).order_by(import_run.c.began_at.desc()).limit(most))
    return [PastRun(r.id, r.system, r.applied, r.began_at, r.ended_at, Tally.from_json(r.tally)) for r in found]

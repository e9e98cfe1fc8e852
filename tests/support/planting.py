"""One person with a row in every table that holds something of people, and a word in each column that is found again.

Tables are filled by what the metadata says of them, so a new one has its canary without a line here. Only what has to
mean something to the application, or is sealed, is named.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.schema import sort_tables

from asklater import clock
from asklater.database.access import Database, UTCDateTime
from asklater.engine import Engine
from asklater.manifest.declarations import Field
from asklater.personal_tables import key_of_table
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from asklater.tables import answer, subject, suggestion
from tests.support.answers import picture

MEANT: Mapping[str, object] = {
    "account.role": "",
    "account.email": "canary@x.example",
    "export.section": "",
    "export.after": "",
    "export_part.section": "fields",
    "privacy_request.kind": "access",
    "privacy_request.state": "open",
    "privacy_request.outcome": "",
    "privacy_request.came_by": "letter",
    "prompt.kind": "gate",
    "prompt.device": "phone",
    "prompt.visitor": "new",
    "prompt_field.outcome": "completed",
    "subject.simulated": False,
}
"""Columns that only some values fit. An address is a canary too: its word stands in front."""
AHEAD = frozenset({"expires_at", "next_try_at", "opens_at", "due_at"})
BLANK = frozenset({"restricted_at", "objected_at", "erased_at", "rolled_as"})
"""What would make another sort of person of this one."""
LEAST = 9
"""Signs of a word that stands nowhere by chance."""


@dataclass(frozen=True)
class Canary:
    """What was put into a column, and as what it stands there: sealed, maybe.

    `told` says whether an export shows it; what is not told is withheld.
    """

    table: str
    column: str
    value: str | bytes | datetime
    stored: str | bytes | datetime
    told: bool


@dataclass(frozen=True)
class Planted:
    """The person and everything that was put into their rows."""

    subject_id: int
    canaries: tuple[Canary, ...]

    @property
    def words(self) -> tuple[bytes, ...]:
        """What a search byte by byte looks for."""
        texts = [it.value for it in self.canaries if not isinstance(it.value, datetime) and len(it.value) >= LEAST]
        words = (text.encode() if isinstance(text, str) else text for text in texts)
        return tuple(dict.fromkeys(word.partition(b"@")[0] for word in words))


def plant(app: Flask, who: str = "ada", subject_id: int | None = None) -> Planted:
    """Give a person, somebody new by default, a row in every table with a holding; `who` makes their words their own.

    What they hold already, where they can hold only one, stays as it is and has no canary.
    """
    database: Database = app.extensions["asklater.database"]
    with app.test_request_context(), database.unit_of_work():
        number = record_arrival(database) if subject_id is None else subject_id
        return _Planting(app.extensions["asklater.engine"], database, who, number).run()


def word(who: str, name: str, longest: int | None = None) -> str:
    """A word that stands nowhere else: `canary` and sixteen digits, as much of them as there is room for."""
    digits = hashlib.sha256(f"{who} {name}".encode()).hexdigest()[:16]
    return f"canary{digits}"[: longest or 22] if longest is None or longest >= 16 else digits[:longest]


def _number(who: str, name: str) -> int:
    return int(hashlib.sha256(f"{who} {name}".encode()).hexdigest()[:12], 16)


class _Planting:
    def __init__(self, engine: Engine, database: Database, who: str, subject_id: int) -> None:
        self.engine = engine
        self.database = database
        self.who = who
        self.subject_id = subject_id
        self.rows: dict[str, Mapping[str, Any]] = {}
        self.canaries: list[Canary] = []

    @property
    def connection(self) -> Connection:
        return self.database.writing()

    def run(self) -> Planted:
        self._subject()
        for key, field in self.engine.manifest.fields.items():
            value, words = self._answer(field, "answer")
            origin = Provenance(word(self.who, f"{key} action"), word(self.who, f"{key} source", 20))
            if self.engine.answers.give(self.subject_id, key, value, origin):
                noted = {"value": words, "action": origin.action, "source": origin.source}
                self._note("answer", noted, {"value": self._stored(answer, key)})
            value, words = self._answer(field, "suggestion")
            said_by = word(self.who, f"{key} origin")
            self.engine.suggestions.keep(self.subject_id, key, value, said_by)
            stored = {"value": self._stored(suggestion, key)}
            self._note("suggestion", {"value": words, "origin": said_by}, stored)
        for table in sort_tables([holding.rows for holding in self.engine.registry.personal_tables.values()]):
            if table not in {subject, answer, suggestion}:
                self._row(table)
        return Planted(self.subject_id, tuple(self.canaries))

    def _stored(self, table: Table, field: str) -> bytes:
        """The field's value as it stands there."""
        this = (table.c.subject_id == self.subject_id) & (table.c.field == field)
        found: bytes = self.connection.execute(select(table.c.value).where(this)).scalar_one()
        return found

    def _subject(self) -> None:
        moments = {name: self._moment(subject.c[name]) for name in ("created_at", "signed_up_at")}
        self.connection.execute(update(subject).where(subject.c.id == self.subject_id).values(moments))
        self._note("subject", moments)

    def _row(self, table: Table) -> None:
        key = key_of_table(table)
        holding = self.engine.registry.personal_tables[key]
        if [column.name for column in table.primary_key] == [holding.person]:
            only = self.connection.execute(select(table).where(holding.whose(self.subject_id))).mappings().first()
            if only is not None:
                self.rows[key] = only
                return
        values = {column.name: self._value(column) for column in table.columns if not _is_left(column)}
        labels, stored = holding.sealed, dict[str, bytes]()
        sealed = {name: str(self._meant(f"{key}.{name}")) for name in labels}
        values |= dict.fromkeys(sealed, b"-")  # a label may name the row, whose number is not known yet
        keys = list(table.primary_key.columns)
        made = self.connection.execute(insert(table).values(values).returning(*table.columns))
        found = dict(made.mappings().one())
        for name, text in sealed.items():
            content = self.engine.keyring.seal(self.subject_id, labels[name](found), text.encode())
            stored[name] = content
            this = [column == found[column.name] for column in keys]
            self.connection.execute(update(table).where(*this).values({name: content}))
        self.rows[key] = found
        self._note(key, {**values, **sealed}, stored)

    def _value(self, column: Column[Any]) -> Any:
        key = key_of_table(column.table)
        name = f"{key}.{column.name}"
        if column.foreign_keys or column.name == self.engine.registry.personal_tables[key].person:
            return self._leads_to(column)
        if name in MEANT:
            return self._meant(name)
        if isinstance(column.type, UTCDateTime):
            return self._moment(column)
        return filler(column, word(self.who, name, getattr(column.type, "length", None)))

    def _meant(self, name: str) -> object:
        """What fits the column; a word where anything does."""
        meant = MEANT.get(name, word(self.who, name))
        return f"{word(self.who, name)}@x.example" if isinstance(meant, str) and "@" in meant else meant

    def _leads_to(self, column: Column[Any]) -> Any:
        """The person, a row of theirs, or one of nobody's, which is made where there is none."""
        if not column.foreign_keys:
            return self.subject_id
        (foreign,) = column.foreign_keys
        parent = foreign.column.table
        if foreign.column.name == "subject_id" or parent is subject:
            return self.subject_id
        if key_of_table(parent) in self.rows:
            return self.rows[key_of_table(parent)][foreign.column.name]
        standing = self.connection.execute(select(foreign.column).limit(1)).scalar()
        return standing if standing is not None else self._of_nobody(parent, foreign.column)

    def _of_nobody(self, table: Table, wanted: Column[Any]) -> Any:
        row = {column.name: filler(column, "nobodys") for column in table.columns if not _is_left(column)}
        return self.connection.execute(insert(table).values(row).returning(wanted)).scalar_one()

    def _moment(self, column: Column[Any]) -> datetime:
        """One of its own for each column, in their order: of this hour, or a year ahead where something is due."""
        name = f"{key_of_table(column.table)}.{column.name}"
        place = list(column.table.columns).index(column)
        moment = clock.now().replace(microsecond=_number(self.who, name) % 1_000_000)
        return moment + (timedelta(days=365) if column.name in AHEAD else timedelta(minutes=place - 60))

    def _answer(self, field: Field, of: str) -> tuple[Any, str]:
        """A value that the field's kind can hold, and the word in it; "" where there is room for none."""
        text, proved_at = word(self.who, f"{of} {field.key}"), clock.now().isoformat()
        address, number = f"{text}@x.example", f"+49151{_number(self.who, f'{of} {field.key}') % 10**8:08}"
        match field.kind:
            case "email" | "second_email":
                return address, address
            case "verified_email" | "verified_second_email":
                return {"address": address, "proved_at": proved_at}, address
            case "phone":
                return number, number
            case "verified_phone":
                return {"number": number, "proved_at": proved_at}, number
            case "address":
                place = {"street_address": "Weg 1", "city": "Berlin", "postal_code": "10115"}
                return {"country": "DE", "name": text, **place}, text
            case "payment":
                return {"token": text, "brand": "Visa", "last_four": "4242", "expires": "2039-08"}, text
            case "image":
                return picture((16, 16), "WEBP").getvalue(), ""
            case "consent":
                return {"given": True}, ""
            case _:
                return text, text

    def _note(self, table: str, values: Mapping[str, Any], stored: Mapping[str, bytes] | None = None) -> None:
        holding = self.engine.registry.personal_tables[table]
        told = holding.words().columns
        for name, value in values.items():
            if isinstance(value, (str, bytes, datetime)) and value and f"{table}.{name}" not in _PLAIN:
                self.canaries.append(Canary(table, name, value, (stored or {}).get(name, value), name in told))


_PLAIN = {name for name, meant in MEANT.items() if "@" not in str(meant)}


def _is_left(column: Column[Any]) -> bool:
    """Whether the database fills the column, or nothing is to stand in it."""
    numbered = column.primary_key and isinstance(column.type, Integer) and not column.foreign_keys
    return column.name in BLANK or (numbered and len(column.table.primary_key.columns) == 1)


def filler(column: Column[Any], text: str) -> Any:
    match column.type:
        case UTCDateTime():
            return clock.now()
        case Boolean():
            return True
        case String():
            return text[: column.type.length]
        case LargeBinary():
            return text.encode()[: column.type.length]
        case Date():
            return date(2026, 1, 1)
        case JSON():
            return {}
        case _:
            return 3

"""Every column that names a field says so, and goes on with it when it gets another key."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Connection, Integer, String, Table, insert, select

import asklater
from asklater.database.access import metadata
from asklater.engine import Engine
from asklater.field_columns import FieldNames, field_columns
from asklater.personal_tables import key_of_table
from asklater.subjects.renames import rename_fields
from asklater.tables import answer, subject, suggestion
from tests.support.databases import all_tables
from tests.support.planting import filler
from tests.support.renaming import rename

FORMER, KEY = "former_name", "display_name"
RENAMED_BY_HAND = frozenset({"series.field", "optional_series.field"})
"""What a feature renames itself, since it is not a matter of the cell alone (`register_renaming`)."""
KEYS_OF_OTHERS = """
    action answer authority browser_mark by came_by cause change changed_by channel context device
    digest direction entered_by erased_by erasure_by event events evidence experiment extent history
    holder issuer job key kid kind language lifted_by lost machine mailing_list mark master message_id method name
    note notice_version origin outcome owner persons phase pressed prompt provider public_id public_key
    publication purpose put_back_by reason recipient reference revision right risk role scopes secret
    serves_from set_by signal sort source started_by state stated sub taken_by terms_version text
    through time_zone title transports url variant verdict version visitor winner
"""
NAMES_NO_FIELD = frozenset(KEYS_OF_OTHERS.split())
"""Texts that are keys of something else, or words."""
NAMES_NONE_TO_COME = {
    "erasure.document": "a receipt, signed: it says what was",
    "privacy_request.receipt": "a receipt, signed",
    "processing_record.document": "the record as it stood then",
    "manifest_version.changes": "what changed then",
    "notice_version.told": "what people were told then",
    "rights_entry.line": "on its way to the ledger, which is read by what fields are called now",
    "kept_count.document": "counted anew by the worker",
    "recipient_notice.contents": "references that the recipient knows",
    "export.after": "where the building of an export goes on, which begins anew where it is not found",
    "export.section": "the key of a personal table",
    "export_part.section": "the key of a personal table",
    "redaction.section": "the key of a personal table",
    "redaction.part": "a column",
    "signup_form.digest": "a digest",
    "takedown.item": "a publication",
    "processor_contract.sub_processors": "words",
    "import.system": "the key of a format",
    "import.tally": "what an import counted then",
    "skipped_field.declaration": "a fingerprint, which a field keeps under another key",
}


for _module in walk_packages(asklater.__path__, "asklater."):
    if _module.name.endswith("tables"):
        import_module(_module.name)  # so that each is known before the first application is


def texts() -> Iterator[Column[Any]]:
    return (column for table in all_tables() for column in table.c if isinstance(column.type, String))


def name_of(column: Column[Any]) -> str:
    return f"{column.table.name.removeprefix('asklater_')}.{column.name}"


def test_each_column_of_text_says_whether_it_names_a_field() -> None:
    marked = {name_of(column) for column, _names in field_columns(metadata)}
    known = marked | RENAMED_BY_HAND | NAMES_NONE_TO_COME.keys()
    library = (column for column in texts() if column.table.name.startswith("asklater_"))
    unsaid = {name_of(it) for it in library if it.name not in NAMES_NO_FIELD} - known
    assert unsaid == set()


def test_what_is_said_of_a_column_is_about_one_that_there_is() -> None:
    there = {name_of(column) for column in texts()}
    assert RENAMED_BY_HAND | NAMES_NONE_TO_COME.keys() <= there
    assert {column.name for column in texts()} >= NAMES_NO_FIELD


# Each of them goes on


WITHIN = {
    "experiment_run.declaration": {
        "field": FORMER,
        "variants": {"a": {"defer": [FORMER], "labels": {FORMER: "Name"}}},
    },
    "signup_form.declaration": [{"field": FORMER, "owner": "sales"}],
    "signup_review.declaration": [{"field": FORMER, "owner": "sales"}],
    "manifest_version.declaration": {
        f"fields.{FORMER}.label": "Name",
        "actions.share.requires": f"email, {FORMER} (when: shared)",
    },
    "breach.parts": {"fields": [FORMER], "tables": []},
    "breach.counts": {"parts": {f"field:{FORMER}": [1, 1]}},
    "redaction.row": [7, FORMER],
}
"""Texts in which a key stands among others, as they are written."""


@pytest.fixture
def engine(whole_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """In its manifest a field has another key than it had before."""
    found: Engine = whole_app.extensions["asklater.engine"]
    rename(found, monkeypatch, FORMER, KEY)
    return found


def written(column: Column[Any], names: FieldNames, key: str) -> str:
    """What stands in such a column where it names the field."""
    name = name_of(column)
    if name in WITHIN:
        return json.dumps(WITHIN[name]).replace(FORMER, key)
    return f"from=2026-01-01&field={key}" if names.within is not None else names.prefix + key


class Rows:
    """Makes rows by what the metadata says of their tables, with those that they belong to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._made: dict[Table, Any] = {}

    def add(self, table: Table, **given: Any) -> dict[str, Any]:
        values = {column.name: self._value(column) for column in table.c if not self._is_numbered(column)} | given
        made = self._connection.execute(insert(table).values(values).returning(*table.c)).mappings().one()
        self._made.setdefault(table, made)
        return dict(made)

    def _is_numbered(self, column: Column[Any]) -> bool:
        only = len(column.table.primary_key.columns) == 1
        return column.primary_key and only and isinstance(column.type, Integer) and not column.foreign_keys

    def _value(self, column: Column[Any]) -> Any:
        if column.name == "outcome" and column.table.name == "asklater_prompt_field":
            return "completed"
        if not column.foreign_keys:
            return filler(column, column.name)
        (foreign,) = column.foreign_keys
        parent = foreign.column.table
        made = self._made.get(parent) or self.add(parent)
        return made[foreign.column.name]


def marked() -> list[tuple[Column[Any], FieldNames]]:
    return list(field_columns(metadata))


def test_every_column_names_the_field_by_its_key_afterwards(engine: Engine) -> None:
    with engine.database.unit_of_work():
        rows = Rows(engine.database.writing())
        tables = {column.table for column, _names in marked()}
        for table in (it for it in metadata.sorted_tables if it in tables):
            named = {it.name: written(it, names, FORMER) for it, names in marked() if it.table is table}
            rows.add(table, **named)
    rename_fields(engine)
    reading = engine.database.reading()
    for column, _names in marked():
        found = list(reading.scalars(select(column)))
        assert [text for text in found if FORMER in str(text)] == [], name_of(column)
        assert any(KEY in str(text) for text in found), name_of(column)


def test_a_second_time_there_is_nothing_left_to_do(engine: Engine) -> None:
    with engine.database.unit_of_work():
        Rows(engine.database.writing()).add(answer, field=FORMER)
    assert rename_fields(engine) == 1
    assert rename_fields(engine) == 0


@pytest.mark.parametrize("column", [it for it, names in marked() if names.adds_up], ids=name_of)
def test_counts_of_both_keys_are_added_up(engine: Engine, column: Column[Any]) -> None:
    table, prefix = column.table, dict(field_columns(metadata))[column].prefix
    with engine.database.unit_of_work():
        rows = Rows(engine.database.writing())
        for key in (FORMER, KEY):
            rows.add(table, **{column.name: prefix + key})
    rename_fields(engine)
    (row,) = engine.database.reading().execute(select(table)).mappings().all()
    counts = [it.name for it in table.c if isinstance(it.type, Integer) and not it.primary_key]
    assert row[column.name] == prefix + KEY
    assert counts
    assert {name: row[name] for name in counts} == dict.fromkeys(counts, 6)


NEWEST = [(it, names.newest_by) for it, names in marked() if names.newest_by]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("hours", [-1, 1])
@pytest.mark.parametrize(("column", "moment"), NEWEST, ids=[name_of(it) for it, _moment in NEWEST])
def test_of_two_rows_of_one_person_the_newer_one_stays(
    engine: Engine, column: Column[Any], moment: str, hours: int
) -> None:
    moments = {FORMER: NOON + timedelta(hours=hours), KEY: NOON}
    with engine.database.unit_of_work():
        rows = Rows(engine.database.writing())
        for key, at in moments.items():
            rows.add(column.table, **{"field": key, moment: at})
    rename_fields(engine)
    (row,) = engine.database.reading().execute(select(column.table)).mappings().all()
    assert (row["field"], row[moment]) == (KEY, max(moments.values()))


@pytest.mark.parametrize("table", [answer, suggestion], ids=key_of_table)
def test_what_is_sealed_opens_under_the_new_key(engine: Engine, table: Table) -> None:
    label = next(it for it in engine.registry.personal_tables.values() if it.rows is table).sealed["value"]
    with engine.database.unit_of_work():
        rows = Rows(engine.database.writing())
        number = rows.add(subject, data_key=None)["id"]
        sealed = engine.keyring.seal(number, label({"field": FORMER}), b"Ada")
        rows.add(table, subject_id=number, field=FORMER, value=sealed)
    rename_fields(engine)
    row = engine.database.reading().execute(select(table)).mappings().one()
    ring = engine.keyring.wrapped(number)
    assert engine.keyring.open(ring, number, label({"field": KEY}), row["value"]) == b"Ada"

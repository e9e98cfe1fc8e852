"""The free texts of an export: what people wrote as they liked, and others may be named in. An officer looks through
them before an export is given as the answer to a request.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.text import Text
from asklater.personal_tables import PersonalTable, Row
from asklater.privacy.exports.cursors import cursor_text
from asklater.privacy.exports.serialisation import serialise_rows

PAGE = 500
VALUE = "value"
"""The column of a table whose rows are values of fields."""


@dataclass(frozen=True)
class TextPlace:
    """Where a text stands: the key of its personal table, that of its row as `cursor_text` has it, and its column."""

    section: str
    row: str
    part: str


@dataclass(frozen=True)
class FreeText:
    """One text, with the labels of its record and of its column."""

    place: TextPlace
    record: str
    label: str
    text: str


def free_texts(engine: Engine, subject_id: int) -> Iterator[FreeText]:
    """Yields every free text that is held of a person, table by table, a page of rows in memory."""
    for table in engine.registry.personal_tables.values():
        columns = (VALUE,) if _holds_fields(table) else table.free_text_columns
        if columns:
            yield from _texts_of(engine, table, columns, subject_id)


def find_text(engine: Engine, subject_id: int, place: TextPlace) -> FreeText | None:
    """Returns the person's text at this place, None where there is none."""
    return next((found for found in free_texts(engine, subject_id) if found.place == place), None)


def holds_free_text(engine: Engine, table: PersonalTable, row: Row, column: str) -> bool:
    """Tells whether a cell is a free text: that of a field, by the field's kind."""
    if not _holds_fields(table):
        return column in table.free_text_columns
    is_text = row["field"] in engine.manifest.fields and isinstance(engine.kind_of(row["field"]), Text)
    return is_text and column == VALUE


def _holds_fields(table: PersonalTable) -> bool:
    return table.dumped and VALUE in table.words().columns


def _texts_of(engine: Engine, table: PersonalTable, columns: tuple[str, ...], subject_id: int) -> Iterator[FreeText]:
    words, after = table.words(), tuple[Any, ...]()
    while rows := table.page(engine.database.reading(), subject_id, after, PAGE):
        lines = serialise_rows(engine.keyring, table, columns, subject_id, rows).rows
        for row, line in zip(rows, lines, strict=True):
            for name in columns:
                if isinstance(line[name], str) and line[name] and holds_free_text(engine, table, row, name):
                    place = TextPlace(table.key, cursor_text(table.key_of(row)), name)
                    yield FreeText(place, words.label, _label(engine, table, row, name), line[name])
        if len(rows) < PAGE:
            return
        after = table.key_of(rows[-1])


def _label(engine: Engine, table: PersonalTable, row: Row, column: str) -> str:
    if _holds_fields(table):
        return gettext(engine.field(row["field"]).label)
    return table.words().columns[column]

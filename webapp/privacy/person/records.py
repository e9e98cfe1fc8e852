"""What every table but that of answers holds of a person: how much, for what, until when, and the newest of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from webapp.privacy.notice import basis_of
from webapp.privacy.person.pages import Cell, RecordGroup
from webapp.profiling.engine import Engine
from webapp.profiling.holdings import Holding, Row, Words, row_counts
from webapp.profiling.words import gettext

ANSWERS = "answer"
"""The holding that the page shows field by field."""
MOST = 5
"""So many rows of a table are shown; the export has all of them."""
LONGEST = 300
"""Characters of one value."""


def record_groups(engine: Engine, subject_id: int) -> tuple[RecordGroup, ...]:
    """Every holding, those first that hold most of the person; what holds nothing comes last, and says so."""
    told = [holding for name, holding in engine.holdings.items() if name != ANSWERS]
    held = row_counts(engine.database.reading(), told, subject_id)
    groups = [_group(engine, holding, subject_id, held[holding.table]) for holding in told]
    return tuple(sorted(groups, key=lambda group: group.count == 0))


def _group(engine: Engine, holding: Holding, subject_id: int, count: int) -> RecordGroup:
    connection, words = engine.database.reading(), holding.words()
    rows: Sequence[Row] = holding.newest(connection, subject_id, MOST) if count and words.columns else ()
    rows = engine.keyring.reveal(holding, subject_id, rows)
    purpose = engine.manifest.purposes.get(holding.purpose)
    law = engine.manifest.purposes[holding.kept.purpose] if holding.kept else None
    return RecordGroup(
        key=holding.table,
        label=words.label,
        count=count,
        purpose=gettext(purpose.label) if purpose else gettext("that of each field"),
        basis=basis_of(purpose.basis) if purpose else "",
        source=words.source,
        retention=words.retention,
        law=gettext(law.label) if law else "",
        columns=tuple(words.columns.values()) if rows else (),
        rows=tuple(_row(engine, words, row) for row in rows),
    )


def _row(engine: Engine, words: Words, row: Row) -> tuple[Cell, ...]:
    return tuple(_cell(engine, row, row[name]) for name in words.columns)


def _cell(engine: Engine, row: Row, value: Any) -> Cell:
    """A value for its person. What a kind dumped is shown as the kind shows it."""
    match value:
        case None | "":
            return Cell("–")
        case bool():
            return Cell(gettext("yes") if value else gettext("no"))
        case datetime():
            return Cell("", value)
        case bytes():
            return Cell(_dumped(engine, row.get("field", ""), value))
        case _:
            text = str(value)
            return Cell(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _dumped(engine: Engine, field: str, value: bytes) -> str:
    if field not in engine.manifest.fields:
        return gettext("%(count)s bytes", count=len(value))
    kind = engine.kind_of(field)
    return kind.show(engine.field(field), kind.load(value))

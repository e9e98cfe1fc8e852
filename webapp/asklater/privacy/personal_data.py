"""The page Your data: everything that is held of the person who looks, from the answers and from every other table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.manifest.notice import asked_by
from asklater.personal_tables import ColumnText, PersonalTable, Row, row_counts
from asklater.privacy.consents.presenters import ConsentRecord, consent_records
from asklater.privacy.exports.redactions import Redactions, redactions_of
from asklater.privacy.notices.presenters import basis_of
from asklater.privacy.notices.version_presenters import ComparedLine, changed_since
from asklater.privacy.notices.versions import NoticeVersion, find_versions
from asklater.records.answers import Held
from asklater.records.people import Subject
from asklater.subjects.held_fields import HeldField, held_field
from asklater.subjects.rights import consents, since
from asklater.tables import answer

MAX_ROWS = 5
"""So many rows of a table are shown; the export has all of them."""
MAX_CELL_LENGTH = 300
"""Characters of one value."""


@dataclass(frozen=True)
class DataField:
    """One held field with all that is to be known of it. A `collapsed` value is shown at a press.

    `notice_url` leads to what was told when it was given, "" where those words are not on record; `changed` is what
    became of them since.
    """

    held: HeldField
    collapsed: bool
    purpose: str
    basis: str
    source: str
    recipients: str
    used_at: datetime
    notice_url: str
    changed: tuple[ComparedLine, ...]


@dataclass(frozen=True)
class LiveField:
    """A field that the application holds itself: it is read there, and changed and kept as that says."""

    label: str
    value: str
    reason: str
    purpose: str
    basis: str
    readers: str


@dataclass(frozen=True)
class FieldNotHeld:
    """A field that is not held, what it would be for, and what would ask for it."""

    label: str
    purpose: str
    asked_by: str


@dataclass(frozen=True)
class Right:
    """Something that one press turns on or off; `since` is None while it is off."""

    label: str
    text: str
    since: datetime | None
    post_url: str
    press: str


@dataclass(frozen=True)
class RecordCell:
    """One value of a row: a moment, or text."""

    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class RecordGroup:
    """What one table holds of the person. `rows` are the newest, as many as are shown."""

    key: str
    label: str
    count: int
    purpose: str
    basis: str
    source: str
    retention: str
    law: str
    columns: tuple[str, ...]
    rows: tuple[tuple[RecordCell, ...], ...]


@dataclass(frozen=True)
class DataPage:
    """Everything of one person; empty for a visitor of whom nothing is recorded."""

    known: bool
    email: str
    proving_url: str
    """Where the way to what other browsers hold begins; "" where all is here."""
    fields: tuple[DataField, ...]
    consents: tuple[ConsentRecord, ...]
    rights: tuple[Right, ...]
    records: tuple[RecordGroup, ...]
    not_held: tuple[FieldNotHeld, ...]
    live: tuple[LiveField, ...] = ()
    """What the application holds itself, where it has said so."""


def record_groups(engine: Engine, subject_id: int) -> tuple[RecordGroup, ...]:
    """Returns a group for every table but that of the answers, which are shown field by field; empty ones come
    last."""
    tables = [table for table in engine.registry.tables_in_use() if table.rows is not answer]
    held = row_counts(engine.database.reading(), tables, subject_id)
    redactions = redactions_of(engine, subject_id)
    groups = [_group(engine, table, subject_id, held[table.key], redactions) for table in tables]
    return tuple(sorted(groups, key=lambda group: group.count == 0))


def _group(engine: Engine, table: PersonalTable, subject_id: int, count: int, redactions: Redactions) -> RecordGroup:
    connection, words = engine.database.reading(), table.words()
    rows: Sequence[Row] = table.newest(connection, subject_id, MAX_ROWS) if count and words.columns else ()
    rows = [redactions.applied(table, row, row) for row in engine.keyring.reveal(table, subject_id, rows)]
    purpose = engine.manifest.purposes.get(table.purpose)
    law = engine.manifest.purposes[table.kept.purpose] if table.kept else None
    return RecordGroup(
        key=table.key,
        label=words.label,
        count=count,
        purpose=gettext(purpose.label) if purpose else gettext("that of each field"),
        basis=basis_of(purpose.basis) if purpose else "",
        source=words.source,
        retention=table.retention_text,
        law=gettext(law.label) if law else "",
        columns=tuple(words.columns.values()) if rows else (),
        rows=tuple(_row(engine, words, row) for row in rows),
    )


def _row(engine: Engine, words: ColumnText, row: Row) -> tuple[RecordCell, ...]:
    return tuple(_cell(engine, row, row[name]) for name in words.columns)


def _cell(engine: Engine, row: Row, value: Any) -> RecordCell:
    """Returns a value for its person. What a kind dumped is shown as the kind shows it."""
    match value:
        case None | "":
            return RecordCell("–")
        case bool():
            return RecordCell(gettext("yes") if value else gettext("no"))
        case datetime():
            return RecordCell("", value)
        case bytes():
            return RecordCell(_dumped(engine, row.get("field", ""), value))
        case _:
            text = str(value)
            return RecordCell(text if len(text) <= MAX_CELL_LENGTH else f"{text[:MAX_CELL_LENGTH]}…")


def _dumped(engine: Engine, field: str, value: bytes) -> str:
    if field not in engine.manifest.fields:
        return gettext("%(count)s bytes", count=len(value))
    kind = engine.kind_of(field)
    return kind.show(engine.field(field), kind.load(value))


def data_page(engine: Engine, subject: Subject | None) -> DataPage:
    """The whole page."""
    here = url_for("personal_data.data")
    known = subject is not None
    values = engine.answers.read(subject.id) if subject else {}
    held = engine.answers.held(subject.id) if subject else []
    live = engine.answers.live(subject.id) if subject else {}
    versions = find_versions(engine, [(entry.field, entry.notice_version) for entry in held])
    consent_fields = consents(engine)
    return DataPage(
        known=known,
        email=str(values.get("email", "")),
        proving_url=current_identity().proving_url(here),
        fields=tuple(
            _field(engine, entry, values[entry.field], versions, here)
            for entry in held
            if entry.field not in consent_fields and entry.field not in live
        ),
        live=tuple(_live_field(engine, key, value) for key, value in live.items()),
        consents=consent_records(engine, subject.id) if subject else (),
        rights=_rights(engine, subject.id) if subject else (),
        records=record_groups(engine, subject.id) if subject else (),
        not_held=tuple(
            FieldNotHeld(
                gettext(declared.label),
                gettext(engine.manifest.purposes[declared.purpose].label),
                ", ".join(asked_by(engine.manifest, key)),
            )
            for key, declared in engine.manifest.fields.items()
            if key not in values and key not in consent_fields
        ),
    )


def _field(
    engine: Engine, held: Held, value: object, versions: Mapping[tuple[str, str], NoticeVersion], here: str
) -> DataField:
    declared = engine.field(held.field)
    purpose = engine.manifest.purpose_of(held.field)
    known = versions.get((held.field, held.notice_version))
    return DataField(
        held=held_field(engine, held, value, here),
        collapsed=declared.sensitivity == "sensitive",
        purpose=gettext(purpose.label),
        basis=basis_of(purpose.basis),
        source=_source(held.source),
        recipients=", ".join(gettext(name) for name in engine.manifest.recipient_labels(purpose))
        or gettext("nobody outside"),
        used_at=held.used_at,
        notice_url=url_for("notices.version", field=known.field, version=known.version) if known else "",
        changed=changed_since(engine, known) if known else (),
    )


def _live_field(engine: Engine, key: str, value: object) -> LiveField:
    declared, purpose = engine.field(key), engine.manifest.purpose_of(key)
    return LiveField(
        label=gettext(declared.label),
        value=engine.kind_of(key).show(declared, value),
        reason=gettext(declared.reason),
        purpose=gettext(purpose.label),
        basis=basis_of(purpose.basis),
        readers=", ".join(gettext(reader) for reader in declared.readers),
    )


def _source(source: str) -> str:
    words = {
        "person": gettext("you"),
        "settings": gettext("you, on a page of your account"),
        "import": gettext("an import"),
        "service": gettext("another system of ours"),
        "provider": gettext("a provider, confirmed by you"),
    }
    return words.get(source, source)


def _rights(engine: Engine, subject_id: int) -> tuple[Right, ...]:
    exercised = since(engine, subject_id)
    objected, restricted = exercised.get("objection"), exercised.get("restriction")
    return (
        Right(
            label=gettext("Measuring how you answer"),
            text=gettext(
                "We count which questions are asked and answered, without values. You can object, without a reason."
            ),
            since=objected,
            post_url=url_for("personal_data.measurement"),
            press=gettext("Measure me again") if objected else gettext("Do not measure me"),
        ),
        Right(
            label=gettext("Using what we hold"),
            text=gettext(
                "Restricted, what we hold is kept and used for nothing; nobody else is shown it, and nothing is asked."
            ),
            since=restricted,
            post_url=url_for("personal_data.restriction"),
            press=gettext("Lift the restriction") if restricted else gettext("Restrict my data"),
        ),
    )

"""Reads an export back into an account (Art. 20 GDPR): what its person gave, on contract or consent; `privacy
import` does it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import click
from flask.cli import with_appcontext

from asklater.database.access import current_database
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.kinds.base import Invalid, Kind
from asklater.kinds.consent import Consent
from asklater.manifest import notice
from asklater.manifest.declarations import Field
from asklater.privacy.exports.json_document import FORMAT
from asklater.privacy.exports.redactions import REDACTED_KEY
from asklater.privacy.exports.serialisation import stored_value
from asklater.records.answers import Provenance

PERSON_SOURCES = frozenset({"person", "settings", "import"})
PORTABLE_BASES = frozenset({"contract", "consent"})
MALFORMED = (AttributeError, LookupError, TypeError, ValueError)
"""What a kind raises at a value of a shape that it never makes."""
IMPORT_SOURCE = Provenance("import", "import")


class InvalidExport(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The document is no export of ours; the message says why."""


class _NotImportable(Exception):  # noqa: N818
    """The field is left out, for a reason."""


@dataclass(frozen=True)
class ImportOutcome:
    """What became of one field of the document: IMPORTED, or ALREADY_HELD or SKIPPED with the reason."""

    IMPORTED: ClassVar[str] = "taken"
    ALREADY_HELD: ClassVar[str] = "kept"
    SKIPPED: ClassVar[str] = "left"
    field: str
    state: str
    reason: str = ""


@dataclass(frozen=True)
class ImportedField:
    """One field of a document as it was read: its value, or the `reason` why there is none to be taken over."""

    key: str
    value: Any = None
    reason: str = ""


def read_export(engine: Engine, document: object) -> tuple[ImportedField, ...]:
    """The document's fields, parsed, those declared here first. Pictures are decoded, which takes its time: call it
    before the transaction. Raises InvalidExport."""
    renamed = engine.manifest.renamed
    entries = {renamed.get(key, key): entry for key, entry in _entries(document)}
    known = [key for key in engine.manifest.fields if key in entries]  # one that needs another comes after it
    unknown = gettext("no such field is declared here")
    return (
        *(_read_field(engine, key, entries[key]) for key in known),
        *(ImportedField(key, reason=unknown) for key in entries if key not in known),
    )


def import_answers(engine: Engine, subject_id: int, fields: Iterable[ImportedField]) -> tuple[ImportOutcome, ...]:
    """Import what can be, in the open transaction; returns what became of each field."""
    return tuple(_import_field(engine, subject_id, it) for it in fields)


def _entries(document: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InvalidExport(gettext("This is no export of the format %(format)s.", format=FORMAT))
    fields = document.get("fields")
    if not isinstance(fields, list):
        raise InvalidExport(gettext("The document has no list of fields."))
    for entry in fields:
        if not isinstance(entry, dict) or not isinstance(entry.get("field"), str) or "value" not in entry:
            raise InvalidExport(gettext("An entry of the list of fields lacks its field or its value."))
        yield entry["field"], entry


def _read_field(engine: Engine, key: str, entry: Mapping[str, Any]) -> ImportedField:
    try:
        _check(engine, key, entry)
        return ImportedField(key, _value(engine.kind_of(key), engine.field(key), stored_value(entry["value"])))
    except _NotImportable as reason:
        return ImportedField(key, reason=str(reason))


def _import_field(engine: Engine, subject_id: int, read: ImportedField) -> ImportOutcome:
    key = read.key
    after = set(engine.field(key).after) if key in engine.manifest.fields else set()
    held = engine.answers.read(subject_id, [key, *after])
    if key in held:
        return ImportOutcome(key, ImportOutcome.ALREADY_HELD, gettext("it is held already"))
    reason = read.reason
    if not reason and not held.keys() >= after:
        reason = gettext("it is asked only after another field, which is missing")
    if reason:
        return ImportOutcome(key, ImportOutcome.SKIPPED, reason)
    try:
        engine.refuse_imitation(key, subject_id, read.value)
    except Invalid as refused:
        return ImportOutcome(key, ImportOutcome.SKIPPED, " ".join(refused.errors.values()))
    engine.save(subject_id, key, read.value, IMPORT_SOURCE, prompted=False)
    return ImportOutcome(key, ImportOutcome.IMPORTED)


def _check(engine: Engine, key: str, entry: Mapping[str, Any]) -> None:
    declared, kind = engine.field(key), engine.kind_of(key)
    basis = engine.manifest.purposes[declared.purpose].basis
    if entry.get(REDACTED_KEY):
        raise _NotImportable(gettext("something in it is blacked out"))
    if entry.get("source") not in PERSON_SOURCES:
        raise _NotImportable(gettext("it did not come from its person"))
    if basis not in PORTABLE_BASES:
        raise _NotImportable(gettext("its basis is neither a contract nor consent"))
    if isinstance(kind, Consent):
        raise _NotImportable(gettext("a consent is given here, and no file brings one"))
    if kind.guarded:
        raise _NotImportable(gettext("it is proved or protected here, not read from a file"))
    if basis == "consent" and entry.get("notice_version") != notice.version(engine.manifest, key):
        raise _NotImportable(gettext("its notice has changed since, so that it is asked again"))


def _value(kind: Kind, declared: Field, value: object) -> Any:
    """Returns the value as its kind parses it. A picture is encoded anew; anything else has to come out as it went
    in."""
    try:
        parsed = kind.parse(declared, kind.given(declared, value))
    except (Invalid, *MALFORMED) as error:
        raise _NotImportable(gettext("it cannot be taken over: it has to be typed here")) from error
    if not isinstance(value, bytes) and parsed != value:
        raise _NotImportable(gettext("it cannot be taken over: it has to be typed here"))
    return parsed


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--email", required=True, help="The proved address of the account that it goes to.")
@with_appcontext
def import_document(file: Path, email: str) -> None:
    """Read what a person gave from an export, FILE, into their account here; what is held there stays."""
    try:
        fields = read_export(current_engine(), _document(file))
    except InvalidExport as error:
        raise click.ClickException(str(error)) from error
    with current_database().unit_of_work():
        number = current_identity().owner_of_address(email)
        if number is None:
            raise click.ClickException(f"no account has proved the address {email}: sign up with it first")
        outcomes = import_answers(current_engine(), number, fields)
    for it in outcomes:
        click.echo(f"{it.state}  {it.field}" + (f": {it.reason}" if it.reason else ""))
    taken = sum(it.state == ImportOutcome.IMPORTED for it in outcomes)
    click.echo(f"{taken} of {len(outcomes)} fields were taken over.")


def _document(file: Path) -> object:
    try:
        return json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file} is no JSON document in UTF-8") from error

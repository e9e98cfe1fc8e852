"""Makes the record of processing from the live manifest and every personal table, and checks that the manifest says
all it needs; `privacy record` prints it.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from asklater.checks.manifest import Finding
from asklater.engine import Engine, current_engine
from asklater.i18n import gettext
from asklater.manifest.declarations import Contact, Controller as DeclaredController, Field, Manifest, Purpose
from asklater.manifest.notice import kept, span_text
from asklater.personal_tables import LegalHold, PersonalTable, key_of_table
from asklater.privacy.cli import privacy_group
from asklater.privacy.record_of_processing.measures import measures
from asklater.privacy.record_of_processing.record import (
    Activity,
    Controller,
    DataCategory,
    ProcessingRecord,
    Transfer,
    record_csv,
    record_document,
)
from asklater.tables import answer, suggestion

ANSWERS = key_of_table(answer)
SUGGESTIONS = key_of_table(suggestion)
"""The key of the table of what providers say, which stays empty where people can continue with none."""
UNDECLARED = (
    "records are kept for it ({}), and it is not declared: asklater/docs/getting-started.md has it in its last "
    "manifest, to copy"
)
CONTROLLER_PARTS = {
    "representative": 'say who represents the controller in the Union, or "none" and why (Art. 27)',
    "joint_controllers": 'say who decides along with the controller, or "none" (Art. 26)',
    "jurisdiction": "say under which law the controller is",
    "storage_location": "say where what is held is stored",
    "supervisory_authority": "say to which authority people can complain",
}
EXPLICIT_PARTS = {
    "recipients": "say who receives it; [] says that nobody outside does",
    "transfers": "say to which countries it goes, each with its safeguard; [] says that it does not leave the Union",
}
NONE = "none"
"""What there is none of begins with this word."""


def generate_record(
    manifest: Manifest, tables: Collection[PersonalTable], measures: Collection[str]
) -> ProcessingRecord:
    """Returns the record in the manifest's order and the reader's language; `measures` are those of the live
    settings."""
    return ProcessingRecord(
        controller=_controller(manifest.controller),
        purposes=tuple(_entry(manifest, purpose, tables) for purpose in manifest.purposes.values()),
        measures=(*measures, *(gettext(measure) for measure in manifest.security.measures)),
    )


def _controller(declared: DeclaredController) -> Controller:
    return Controller(
        name=gettext(declared.name),
        contact=declared.contact,
        representative=gettext(declared.representative),
        joint_controllers=gettext(declared.joint_controllers),
        officer=_officer(declared.data_protection_officer),
        jurisdiction=gettext(declared.jurisdiction),
        storage_location=gettext(declared.storage_location),
        supervisory_authority=gettext(declared.supervisory_authority),
        address=gettext(declared.address) if declared.address else "",
    )


def _officer(officer: Contact | None) -> str:
    return ", ".join(part for part in (officer.name, officer.contact) if part) if officer else ""


def _entry(manifest: Manifest, purpose: Purpose, tables: Collection[PersonalTable]) -> Activity:
    fields = [field for field in manifest.fields.values() if field.purpose == purpose.key]
    ground = purpose.legitimate_interest or purpose.law
    return Activity(
        key=purpose.key,
        label=gettext(purpose.label),
        basis=_basis(purpose.basis),
        ground=gettext(ground) if ground else "",
        persons=tuple(gettext(person) for person in purpose.persons),
        data=(
            *(_field(manifest, field) for field in fields),
            *(_field_data(tables) if fields else ()),
            *_tables(purpose.key, tables),
        ),
        recipients=tuple(_recipients(manifest, purpose, fields)),
        transfers=tuple(Transfer(gettext(it.country), gettext(it.safeguard)) for it in manifest.transfers_of(purpose)),
    )


def _recipients(manifest: Manifest, purpose: Purpose, fields: Collection[Field]) -> Iterator[str]:
    """Yields who receives what the purpose is about, then who else receives one of its fields."""
    receiving = [purpose, *(manifest.purpose_of(field.key) for field in fields)]
    yield from dict.fromkeys(gettext(name) for one in receiving for name in manifest.recipient_labels(one))


def _field(manifest: Manifest, field: Field) -> DataCategory:
    return DataCategory(
        key=f"field:{field.key}",
        label=gettext(field.label),
        details=(),
        sensitivity=field.sensitivity,
        source=gettext("the person, or the provider that they continue with"),
        kept=kept(field),
        readers=tuple(gettext(reader) for reader in field.readers),
        recipients=tuple(gettext(name) for name in manifest.recipient_labels(manifest.purpose_of(field.key)))
        or (gettext("nobody outside"),),
    )


def _field_data(tables: Collection[PersonalTable]) -> Iterator[DataCategory]:
    """Yields the tables whose rows each go by their field's purpose; the answers are the fields themselves."""
    return (_table(table) for table in tables if not table.purpose and table.key != ANSWERS)


def _tables(purpose: str, tables: Collection[PersonalTable]) -> Iterator[DataCategory]:
    """Yields the tables that serve the purpose; what a law makes outlive an erasure stands with the purpose of that
    law too."""
    for table in tables:
        if table.purpose == purpose:
            yield _table(table)
        elif table.kept is not None and table.kept.purpose == purpose:
            yield _table(table, table.kept)


def _table(table: PersonalTable, outlives: LegalHold | None = None) -> DataCategory:
    words = table.words()
    blanked = outlives.blanked if outlives else ()
    return DataCategory(
        key=f"table:{table.key}",
        label=words.label,
        details=tuple(label for column, label in words.columns.items() if column not in blanked),
        sensitivity="",
        source=words.source,
        kept=_kept_by_law(outlives) if outlives else table.retention_text,
        readers=(),
    )


def _kept_by_law(outlives: LegalHold) -> str:
    span = span_text(outlives.retention)
    if outlives.start == "end_of_year":
        return gettext(
            "%(span)s from the end of the year, also after an erasure: without what names the person", span=span
        )
    return gettext("%(span)s, also after an erasure: without what names the person", span=span)


def _basis(basis: str) -> str:
    return {
        "contract": gettext("a contract (Art. 6(1)(b) GDPR)"),
        "consent": gettext("consent (Art. 6(1)(a) GDPR)"),
        "legal_obligation": gettext("a legal obligation (Art. 6(1)(c) GDPR)"),
        "legitimate_interests": gettext("a legitimate interest (Art. 6(1)(f) GDPR)"),
    }[basis]


def live_record(app: Flask, engine: Engine) -> ProcessingRecord:
    """Returns the record as of now: by the manifest that it runs with, the features that joined, and the settings."""
    tables = [
        held for held in engine.registry.tables_in_use() if engine.registry.has_suggestions or held.key != SUGGESTIONS
    ]
    return generate_record(engine.manifest, tables, measures(app))


def check_declarations(manifest: Manifest) -> list[Finding]:
    """Returns a finding for every element of Art. 30(1) that is not said."""
    found = [*_controller_findings(manifest.controller)]
    for purpose in manifest.purposes.values():
        found += _purpose_findings(purpose)
    if not any(measure.strip() for measure in manifest.security.measures):
        found.append(Finding("security.measures", "say how processing is kept secure, beside what the settings tell"))
    return found


def check_purposes(tables: Iterable[PersonalTable], manifest: Manifest) -> list[Finding]:
    """Returns a finding for every purpose that is not declared and for which one of the tables is kept."""
    kept_for: dict[str, list[str]] = defaultdict(list)
    for table in tables:
        for purpose in table.purposes - manifest.purposes.keys():
            kept_for[purpose].append(table.key)
    return [Finding(f"purposes.{purpose}", UNDECLARED.format(", ".join(keys))) for purpose, keys in kept_for.items()]


def _controller_findings(controller: DeclaredController) -> Iterator[Finding]:
    for name, what in CONTROLLER_PARTS.items():
        if not getattr(controller, name).strip():
            yield Finding(f"controller.{name}", what)
    officer = controller.data_protection_officer
    if officer is None:
        what = 'name the officer, { name, contact }, or say name = "none" and why (Art. 37)'
        yield Finding("controller.data_protection_officer", what)
    elif not officer.contact.strip() and not officer.name.lower().startswith(NONE):
        yield Finding("controller.data_protection_officer.contact", "say how the officer is reached")


def _purpose_findings(purpose: Purpose) -> Iterator[Finding]:
    where = f"purposes.{purpose.key}"
    if not purpose.persons:
        yield Finding(f"{where}.persons", "say which people it is about")
    for name, what in EXPLICIT_PARTS.items():
        if name not in purpose.model_fields_set:
            yield Finding(f"{where}.{name}", what)
    if purpose.basis == "legitimate_interests" and not purpose.legitimate_interest.strip():
        yield Finding(f"{where}.legitimate_interest", "name the interest, and how it was weighed (Art. 6(1)(f))")
    if purpose.basis == "legal_obligation" and not purpose.law.strip():
        yield Finding(f"{where}.law", "name the law that demands it (Art. 6(1)(c))")


@privacy_group.command("record")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@with_appcontext
def print_record(form: str) -> None:
    """Print the record of processing (GDPR Art. 30), made from the live declarations and settings."""
    record = live_record(current_app, current_engine())
    text = record_csv(record) if form == "csv" else json.dumps(record_document(record), ensure_ascii=False, indent=2)
    click.echo(text.rstrip("\n"))

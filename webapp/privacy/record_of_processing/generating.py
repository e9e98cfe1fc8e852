"""The record of processing, from the live manifest, the holdings of every room and the measures that are in force."""

from collections.abc import Collection, Iterator

from webapp.privacy.record_of_processing.lasting import lasting
from webapp.privacy.record_of_processing.record import Controller, Data, Entry, Record, Transfer
from webapp.profiling.holdings import Holding, Kept
from webapp.profiling.manifest import Contact, Controller as Declared, Field, Manifest, Purpose
from webapp.profiling.notice import kept
from webapp.profiling.words import gettext

ANSWERS = "answer"


def generate(manifest: Manifest, holdings: Collection[Holding], measures: Collection[str]) -> Record:
    """In the manifest's order, in the reader's language; `measures` are those that the live settings tell."""
    return Record(
        controller=_controller(manifest.controller),
        purposes=tuple(_entry(manifest, purpose, holdings) for purpose in manifest.purposes.values()),
        measures=(*measures, *(gettext(measure) for measure in manifest.security.measures)),
    )


def _controller(declared: Declared) -> Controller:
    return Controller(
        name=gettext(declared.name),
        contact=declared.contact,
        representative=gettext(declared.representative),
        joint_controllers=gettext(declared.joint_controllers),
        officer=_officer(declared.data_protection_officer),
        jurisdiction=gettext(declared.jurisdiction),
        storage_location=gettext(declared.storage_location),
        supervisory_authority=gettext(declared.supervisory_authority),
    )


def _officer(officer: Contact | None) -> str:
    return ", ".join(part for part in (officer.name, officer.contact) if part) if officer else ""


def _entry(manifest: Manifest, purpose: Purpose, holdings: Collection[Holding]) -> Entry:
    fields = [field for field in manifest.fields.values() if field.purpose == purpose.key]
    ground = purpose.legitimate_interest or purpose.law
    return Entry(
        key=purpose.key,
        label=gettext(purpose.label),
        basis=_basis(purpose.basis),
        ground=gettext(ground) if ground else "",
        persons=tuple(gettext(person) for person in purpose.persons),
        data=(
            *(_field(field) for field in fields),
            *(_of_fields(holdings) if fields else ()),
            *_tables(purpose.key, holdings),
        ),
        recipients=tuple(gettext(name) for name in purpose.recipients),
        transfers=tuple(Transfer(gettext(it.country), gettext(it.safeguard)) for it in purpose.transfers),
    )


def _field(field: Field) -> Data:
    return Data(
        key=f"field:{field.key}",
        label=gettext(field.label),
        details=(),
        sensitivity=field.sensitivity,
        source=gettext("the person, or the provider that they continue with"),
        kept=kept(field),
        readers=tuple(gettext(reader) for reader in field.readers),
    )


def _of_fields(holdings: Collection[Holding]) -> Iterator[Data]:
    """Tables whose rows each go by their field's purpose; the answers are the fields themselves."""
    return (_table(holding) for holding in holdings if not holding.purpose and holding.table != ANSWERS)


def _tables(purpose: str, holdings: Collection[Holding]) -> Iterator[Data]:
    """Those that serve the purpose; what a law makes outlive an erasure stands with the purpose of that law too."""
    for holding in holdings:
        if holding.purpose == purpose:
            yield _table(holding)
        elif holding.kept is not None and holding.kept.purpose == purpose:
            yield _table(holding, holding.kept)


def _table(holding: Holding, outlives: Kept | None = None) -> Data:
    words = holding.words()
    blanked = outlives.blanked if outlives else ()
    return Data(
        key=f"table:{holding.table}",
        label=words.label,
        details=tuple(label for column, label in words.columns.items() if column not in blanked),
        sensitivity="",
        source=words.source,
        kept=_kept_by_law(outlives) if outlives else words.retention,
        readers=(),
    )


def _kept_by_law(outlives: Kept) -> str:
    return gettext("%(span)s, also after an erasure: without what names the person", span=lasting(outlives.retention))


def _basis(basis: str) -> str:
    return {
        "contract": gettext("a contract (Art. 6(1)(b) GDPR)"),
        "consent": gettext("consent (Art. 6(1)(a) GDPR)"),
        "legal_obligation": gettext("a legal obligation (Art. 6(1)(c) GDPR)"),
        "legitimate_interests": gettext("a legitimate interest (Art. 6(1)(f) GDPR)"),
    }[basis]

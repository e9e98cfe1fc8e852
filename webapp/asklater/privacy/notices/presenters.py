"""The live notice, generated from the manifest, so that it cannot say anything else than what is done."""

from collections.abc import Collection
from dataclasses import dataclass

from asklater.i18n import gettext
from asklater.manifest.declarations import Manifest, Purpose, Transfer
from asklater.manifest.notice import asked_by, kept, version
from asklater.personal_tables import PersonalTable


@dataclass(frozen=True)
class NoticeField:
    """One declared field, in the words of the notice."""

    key: str
    label: str
    reason: str
    purpose: str
    basis: str
    kept: str
    readers: str
    recipients: str
    transfers: str
    asked_by: str
    version: str


@dataclass(frozen=True)
class NoticeRecords:
    """A purpose that records serve, on what basis, and pairs of each table and of how long it is kept."""

    purpose: str
    basis: str
    ground: str
    tables: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NoticePage:
    """The notice: who answers for the data, every field that may be asked, and what else is kept.

    `officer` is how the data protection officer is reached, `authority` to whom one can complain; "" where neither is
    declared.
    """

    controller: str
    contact: str
    officer: str
    authority: str
    fields: tuple[NoticeField, ...]
    records: tuple[NoticeRecords, ...]


def notice_page(manifest: Manifest, tables: Collection[PersonalTable]) -> NoticePage:
    """Returns the notice: every declared field with its purpose, legal basis, retention, readers and recipients (GDPR
    Art. 13), and the records that are kept beside the answers, measurement among them, each with the purpose that it
    serves."""
    officer = manifest.controller.data_protection_officer
    return NoticePage(
        controller=manifest.controller.name,
        contact=manifest.controller.contact,
        officer=f"{officer.name}, {officer.contact}" if officer and officer.contact else "",
        authority=gettext(declared) if (declared := manifest.controller.supervisory_authority) else "",
        fields=tuple(_field(manifest, key) for key in manifest.fields),
        records=tuple(
            _records(purpose, serving)
            for purpose in manifest.purposes.values()
            if (serving := [table for table in tables if purpose.key in table.purposes])
        ),
    )


def _records(purpose: Purpose, tables: Collection[PersonalTable]) -> NoticeRecords:
    ground = purpose.legitimate_interest or purpose.law
    return NoticeRecords(
        purpose=gettext(purpose.label),
        basis=basis_of(purpose.basis),
        ground=gettext(ground) if ground else "",
        tables=tuple((table.words().label, table.retention_text) for table in tables),
    )


def _field(manifest: Manifest, key: str) -> NoticeField:
    declared = manifest.fields[key]
    purpose = manifest.purpose_of(key)
    return NoticeField(
        key=key,
        label=gettext(declared.label),
        reason=gettext(declared.reason),
        purpose=gettext(purpose.label),
        basis=basis_of(purpose.basis),
        kept=kept(declared),
        readers=", ".join(gettext(reader) for reader in declared.readers),
        recipients=", ".join(gettext(name) for name in manifest.recipient_labels(purpose))
        or gettext("nobody outside"),
        transfers=", ".join(_transfer(transfer) for transfer in manifest.transfers_of(purpose)) or gettext("none"),
        asked_by=", ".join(asked_by(manifest, key)),
        version=version(manifest, key),
    )


def _transfer(transfer: Transfer) -> str:
    return gettext(
        "%(country)s (%(safeguard)s)", country=gettext(transfer.country), safeguard=gettext(transfer.safeguard)
    )


def basis_of(basis: str) -> str:
    """Returns a legal basis in words."""
    return {
        "contract": gettext("needed for what you asked us to do (Art. 6(1)(b) GDPR)"),
        "consent": gettext("your consent (Art. 6(1)(a) GDPR)"),
        "legal_obligation": gettext("the law demands it (Art. 6(1)(c) GDPR)"),
        "legitimate_interests": gettext("a legitimate interest (Art. 6(1)(f) GDPR)"),
    }[basis]

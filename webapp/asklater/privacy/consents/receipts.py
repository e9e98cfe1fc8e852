"""The receipt of a consent, with the elements of ISO/IEC TS 27560:2023: made and signed."""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app

from asklater import clock
from asklater.engine import Engine, current_engine
from asklater.http import page_url
from asklater.manifest.consent_terms import have_same_facts, terms_version
from asklater.privacy.consents.history import ConsentEvent, consent_histories
from asklater.privacy.notices.versions import NoticeVersion, find_versions, live_version
from asklater.privacy.signing_keys import current_signer
from asklater.settings import Settings

SCHEMA = "ISO/IEC TS 27560:2023"
CONTROLLER = "controller"
"""What the receipt calls the party that answers for the data."""
BY_CONTROLLER = frozenset({"expired", "lapsed", "outdated"})
"""The states that come about without an act of the person."""
STATES = {
    "given": "consent given",
    "pending": "consent given, not in force before it is confirmed",
    "confirmed": "consent confirmed, in force",
    "withdrawn": "consent withdrawn",
    "refused": "consent refused",
    "removed": "consent record removed",
    "expired": "consent expired",
    "lapsed": "consent expired unconfirmed",
    "outdated": "consent ended, since its terms changed",
}
NOTICE_UNKNOWN = "What was told at that time is not on record: purpose, recipients and retention are those of today."
DATA_UNKNOWN = (
    "Which other data the purpose used at that time is not on record, since its terms have changed: only the consent "
    "itself is listed."
)
RIGHTS = ("access", "rectification", "erasure", "restriction", "portability", "objection", "withdrawal of consent")


@dataclass(frozen=True)
class ReceiptSite:
    """The application that issues receipts; `secret` makes its pseudonyms, which no receipt leads back from."""

    secret: str
    url: str
    notice_url: str
    withdrawal_url: str


@dataclass(frozen=True)
class ReceiptSubject:
    """One consent of one person. `notice_contents` is what the version of the notice says that they saw last.

    `attributes` are (key, label, sensitivity) of each sort of data that the purpose used by these terms; `retentions`
    how long an answer was kept, by version of the notice; `remarks` what the receipt cannot say of that time.
    """

    subject_id: int
    field: str
    notice_contents: Mapping[str, Any]
    attributes: Sequence[tuple[str, str, str]]
    events: Sequence[ConsentEvent]
    retentions: Mapping[str, str]
    remarks: Sequence[str]


def consent_receipt(site: ReceiptSite, consented: ReceiptSubject, issued_at: datetime) -> dict[str, Any]:
    """Returns the unsigned receipt. Whoever has said nothing has no receipt: there is at least one event."""
    principal = pseudonym(site.secret, f"principal:{consented.subject_id}")
    record = pseudonym(site.secret, f"record:{consented.subject_id}:{consented.field}")
    statement = _statement(consented.events)
    return {
        "schema_version": SCHEMA,
        "receipt_id": pseudonym(site.secret, f"receipt:{record}:{issued_at.isoformat()}"),
        "issued_at": issued_at.isoformat(),
        "record_id": record,
        "pii_principal_id": principal,
        "pii_processing": {
            "privacy_notice": {"reference": site.notice_url, "version": statement.notice_version},
            "language": statement.language or "und",
            "purposes": [_purpose(site, consented)],
            "remarks": list(consented.remarks),
        },
        "party_identification": [_party(site, consented.notice_contents["controller"])],
        "events": list(_events(consented, principal)),
    }


def _statement(events: Sequence[ConsentEvent]) -> ConsentEvent:
    """Returns the last that the person said, else the last that happened."""
    return next((event for event in reversed(events) if event.notice_version), events[-1])


def pseudonym(secret: str, what: str) -> str:
    """Returns a number for `what` that is the same each time, and that nobody without the secret can make or undo."""
    return str(UUID(bytes=hmac.digest(secret.encode(), f"consent:{what}".encode(), "sha256")[:16], version=5))


def _purpose(site: ReceiptSite, consented: ReceiptSubject) -> dict[str, Any]:
    contents = consented.notice_contents
    purpose, controller = contents["purpose"], contents["controller"]
    return {
        "purpose": purpose["label"],
        "purpose_id": purpose["key"],
        "purpose_description": " ".join(filter(None, (contents.get("text"), contents["reason"]))),
        "terms_version": _statement(consented.events).terms_version,
        "lawful_basis": purpose["basis"],
        "pii_information": [
            {"pii_type": label, "pii_attribute_id": key, "pii_optional": True, "sensitivity": sensitivity}
            for key, label, sensitivity in consented.attributes
        ],
        "pii_controllers": [CONTROLLER],
        "collection_method": "stated by the person",
        "storage_locations": [controller.get("storage_location") or f"servers of {controller['name']}"],
        "retention_period": contents["retention"],
        "jurisdiction": controller.get("jurisdiction") or "Regulation (EU) 2016/679",
        "recipient_third_parties": list(purpose["recipients"]),
        "recipients": list(contents["readers"]),
        "transfers": list(purpose["transfers"]),
        "withdrawal_method": {"url": site.withdrawal_url, "description": "one press on the page of one's data"},
        "privacy_rights": list(RIGHTS),
    }


def _party(site: ReceiptSite, controller: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "party_id": CONTROLLER,
        "party_role": "PII controller",
        "party_name": controller["name"],
        "party_contact": controller["contact"],
        "party_url": site.url,
    }


def _events(consented: ReceiptSubject, principal: str) -> Iterator[dict[str, Any]]:
    """Yields each event with the validity that its person was told; one that tells nothing has that of the one
    before."""
    validity = consented.notice_contents["retention"]
    for event in consented.events:
        validity = consented.retentions.get(event.notice_version, validity)
        yield _event(event, principal, validity)


def _event(event: ConsentEvent, principal: str, validity: str) -> dict[str, Any]:
    removed = {"pii_removed": list(event.removed)} if event.removed else {}
    return {
        "event_time": event.at.isoformat(),
        "event_type": "explicit"
        if event.state not in BY_CONTROLLER
        else "outdated"
        if event.state == "outdated"
        else "expiry",
        "state": STATES[event.state],
        "validity_duration": validity,
        "entity_id": CONTROLLER if event.state in BY_CONTROLLER else principal,
        "context": event.context,
        "notice_version": event.notice_version,
        "terms_version": event.terms_version,
        "language": event.language,
        **removed,
    }


def issue_receipt(engine: Engine, subject_id: int, field: str) -> dict[str, Any] | None:
    """Returns the signed receipt; None where nothing was ever said to this consent, or there is no such consent."""
    events = consent_histories(engine, subject_id).get(field)
    if not events:
        return None
    told = {pair[1]: one for pair, one in find_versions(engine, _told(field, events)).items()}
    statement = _statement(events)
    known = told.get(statement.notice_version) or live_version(engine, field)
    attributes, is_whole = _attributes(engine, field, statement, known)
    remarks = (
        *(() if statement.notice_version in told else (NOTICE_UNKNOWN,)),
        *(() if is_whole else (DATA_UNKNOWN,)),
    )
    retentions = {number: one.contents["retention"] for number, one in told.items()}
    consented = ReceiptSubject(subject_id, field, known.contents, attributes, events, retentions, remarks)
    return current_signer().sign(consent_receipt(_receipt_site(field, known.version), consented, clock.now()))


def _told(field: str, events: Sequence[ConsentEvent]) -> set[tuple[str, str]]:
    return {(field, event.notice_version) for event in events if event.notice_version}


def _attributes(
    engine: Engine, field: str, statement: ConsentEvent, known: NoticeVersion
) -> tuple[list[tuple[str, str, str]], bool]:
    """Returns the data that the purpose used by the terms of the statement, and whether all of it is known: terms are
    kept as a digest, so others than today's tell none but the consent itself."""
    own = (field, known.contents["label"], known.contents["sensitivity"])
    if not have_same_facts(statement.terms_version, terms_version(engine.manifest, field)):
        return [own], False
    purpose = engine.field(field).purpose
    used = [declared for declared in engine.manifest.fields.values() if declared.purpose == purpose]
    return [own if one.key == field else (one.key, one.label, one.sensitivity) for one in used], True


def _receipt_site(field: str, version: str) -> ReceiptSite:
    settings: Settings = current_app.extensions["asklater.settings"]
    return ReceiptSite(
        secret=current_engine().keyring.derived("pseudonyms of receipts").hex(),
        url=settings.public_url,
        notice_url=page_url("notices.version", field=field, version=version),
        withdrawal_url=page_url("personal_data.data"),
    )

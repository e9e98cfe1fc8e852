"""The receipt of a consent, with the elements of ISO/IEC TS 27560:2023. Pure: it is given all that it tells."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from webapp.privacy.consents.history import ConsentEvent

SCHEMA = "ISO/IEC TS 27560:2023"
CONTROLLER = "controller"
"""What the receipt calls the party that answers for the data."""
STATES = {
    "given": "consent given",
    "withdrawn": "consent withdrawn",
    "refused": "consent refused",
    "removed": "consent record removed",
    "expired": "consent expired",
}
RIGHTS = ("access", "rectification", "erasure", "restriction", "portability", "objection", "withdrawal of consent")


@dataclass(frozen=True)
class Site:
    """The application that issues receipts; `secret` makes its pseudonyms, which no receipt leads back from."""

    secret: str
    url: str
    notice_url: str
    withdrawal_url: str


@dataclass(frozen=True)
class Consented:
    """One consent of one person. `told` is what the version of the notice says that they saw last.

    `attributes` are (key, label, sensitivity) of each sort of data that the purpose uses.
    """

    subject_id: int
    field: str
    told: Mapping[str, Any]
    attributes: Sequence[tuple[str, str, str]]
    events: Sequence[ConsentEvent]


def receipt(site: Site, consented: Consented, issued_at: datetime) -> dict[str, Any]:
    """The receipt, to be signed. Whoever has said nothing has no receipt: there is at least one event."""
    principal = pseudonym(site.secret, f"principal:{consented.subject_id}")
    record = pseudonym(site.secret, f"record:{consented.subject_id}:{consented.field}")
    statement = next((event for event in reversed(consented.events) if event.notice_version), consented.events[-1])
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
        },
        "party_identification": [_party(site, consented.told["controller"])],
        "events": [_event(event, principal, consented) for event in consented.events],
    }


def pseudonym(secret: str, what: str) -> str:
    """A number for `what` that is the same each time, and that nobody without the secret can make or undo."""
    return str(UUID(bytes=hmac.digest(secret.encode(), f"consent:{what}".encode(), "sha256")[:16], version=5))


def _purpose(site: Site, consented: Consented) -> dict[str, Any]:
    told = consented.told
    purpose, controller = told["purpose"], told["controller"]
    return {
        "purpose": purpose["label"],
        "purpose_id": purpose["key"],
        "purpose_description": told["reason"],
        "lawful_basis": purpose["basis"],
        "pii_information": [
            {"pii_type": label, "pii_attribute_id": key, "pii_optional": True, "sensitivity": sensitivity}
            for key, label, sensitivity in consented.attributes
        ],
        "pii_controllers": [CONTROLLER],
        "collection_method": "stated by the person",
        "storage_locations": [controller.get("storage_location") or f"servers of {controller['name']}"],
        "retention_period": told["retention"],
        "jurisdiction": controller.get("jurisdiction") or "Regulation (EU) 2016/679",
        "recipient_third_parties": list(purpose["recipients"]),
        "recipients": list(told["readers"]),
        "transfers": list(purpose["transfers"]),
        "withdrawal_method": {"url": site.withdrawal_url, "description": "one press on the page of one's data"},
        "privacy_rights": list(RIGHTS),
    }


def _party(site: Site, controller: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "party_id": CONTROLLER,
        "party_role": "PII controller",
        "party_name": controller["name"],
        "party_contact": controller["contact"],
        "party_url": site.url,
    }


def _event(event: ConsentEvent, principal: str, consented: Consented) -> dict[str, Any]:
    return {
        "event_time": event.at.isoformat(),
        "event_type": "expiry" if event.state == "expired" else "explicit",
        "state": STATES[event.state],
        "validity_duration": consented.told["retention"],
        "entity_id": CONTROLLER if event.state == "expired" else principal,
        "context": event.context,
        "notice_version": event.notice_version,
        "language": event.language,
    }

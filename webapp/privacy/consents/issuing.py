"""Issuing the receipt of a person's consent, signed."""

from typing import Any

from flask import current_app, url_for

from webapp import clock
from webapp.config import Settings
from webapp.privacy.consents.history import histories
from webapp.privacy.consents.receipts import Consented, Site, receipt
from webapp.privacy.notices.recording import find_all, live_version
from webapp.privacy.signing import current_signer
from webapp.profiling.engine import Engine


def issue(engine: Engine, subject_id: int, field: str) -> dict[str, Any] | None:
    """The signed receipt; None where nothing was ever said to this consent, or there is no such consent."""
    events = histories(engine, subject_id).get(field)
    if not events:
        return None
    seen = next((event.notice_version for event in reversed(events) if event.notice_version), "")
    known = find_all(engine, [(field, seen)]).get((field, seen)) or live_version(engine, field)
    purpose = engine.field(field).purpose
    used = [declared for declared in engine.manifest.fields.values() if declared.purpose == purpose]
    attributes = [(declared.key, declared.label, declared.sensitivity) for declared in used]
    consented = Consented(subject_id, field, known.told, attributes, events)
    return current_signer().sign(receipt(_site(field, known.version), consented, clock.now()))


def _site(field: str, version: str) -> Site:
    settings: Settings = current_app.extensions["settings"]
    return Site(
        secret=settings.secret_key,
        url=settings.public_url,
        notice_url=settings.public_url + url_for("notices.version", field=field, version=version),
        withdrawal_url=settings.public_url + url_for("person.data"),
    )

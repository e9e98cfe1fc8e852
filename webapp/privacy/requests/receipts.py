"""Receipts: what was asked and what came of it, signed; without a value, a name or an address."""

import json

from webapp.privacy.requests.deadlines import due_on
from webapp.privacy.requests.finding import Request
from webapp.privacy.signing import current_signer
from webapp.profiling.engine import current_engine

KIND = "request receipt"


def sign(request: Request) -> str:
    """The receipt of a closed request, as its person keeps it."""
    contents = {
        "kind": KIND,
        "version": 1,
        "id": request.public_id,
        "controller": current_engine().manifest.controller.name,
        "request": request.kind,
        "through": request.through,
        "received_at": request.received_at.isoformat(),
        "due_on": due_on(request.received_at.date(), request.extension).isoformat(),
        "extended_by_months": request.extension,
        "state": request.state,
        "outcome": request.outcome,
        "closed_at": request.closed_at.isoformat() if request.closed_at else None,
    }
    return json.dumps(current_signer().sign(contents), indent=2, ensure_ascii=False)

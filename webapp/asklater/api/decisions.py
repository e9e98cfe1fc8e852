"""Decisions for a subject who is not here: what an action needs of them, as JSON. Nobody is asked by it."""

from typing import Any

from asklater.asking.json_documents import field_document
from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.http import absolute_url
from asklater.i18n import gettext
from asklater.kinds.base import Given
from asklater.policy.decision import Decision
from asklater.records.people import Subject


def decision_document(engine: Engine, subject: Subject, action: str) -> dict[str, Any]:
    """Whether the subject could do the action now; otherwise what is missing, and where its person supplies it."""
    found = engine.foresee(action, subject)
    return {"action": action, "decision": found.clear, **needs(engine, found)}


def needs(engine: Engine, decision: Decision) -> dict[str, Any]:
    """What a decision says is missing: nothing where it is clear."""
    if decision.clear:
        return {"missing": []}
    fields = decision.treatment.fields
    action = decision.treatment.action
    told = {"detail": gettext(decision.reason)} if decision.reason else {}
    return told | {
        "missing": [
            field_document(engine, fields[key], engine.kind_of(key).inputs(fields[key], Given(), {}))
            for key in decision.missing
        ],
        "optional": list(decision.optional),
        "prompt_url": absolute_url(url_for("profiling.ask", action=action.key)),
    }

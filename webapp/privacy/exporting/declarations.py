"""What the manifest says of a purpose and of a field, as the export tells it beside what is held."""

from typing import Any

import isodate

from webapp.profiling.manifest import Field, Manifest
from webapp.profiling.notice import kept
from webapp.profiling.words import gettext


def purpose_of(manifest: Manifest, key: str) -> dict[str, Any] | None:
    """The purpose with its basis, recipients and transfers; None where the manifest has none of that key."""
    declared = manifest.purposes.get(key)
    if declared is None:
        return None
    return {
        "key": key,
        "label": gettext(declared.label),
        "basis": declared.basis,
        "recipients": [gettext(name) for name in declared.recipients],
        "transfers": [gettext(name) for name in declared.transfers],
    }


def field_of(manifest: Manifest, key: str) -> dict[str, Any]:
    """What is declared of a field. One that was dropped since is told with its key, and that it is not declared."""
    declared = manifest.fields.get(key)
    if declared is None:
        return {"field": key, "declared": False, "label": key, "purpose": None}
    return {
        "field": key,
        "declared": True,
        "label": gettext(declared.label),
        "kind": declared.kind,
        "reason": gettext(declared.reason),
        "sensitivity": declared.sensitivity,
        "purpose": purpose_of(manifest, declared.purpose),
        "retention": retention_of(declared),
        "readers": [gettext(name) for name in declared.readers],
        "asked_by": asked_by(manifest, key),
    }


def retention_of(declared: Field) -> dict[str, str]:
    """How long it is kept, from its last use: as ISO 8601 says it, and in words."""
    return {"duration": str(isodate.duration_isoformat(declared.retention)), "words": kept(declared)}


def asked_by(manifest: Manifest, key: str) -> list[dict[str, str]]:
    """The actions and background prompts that ask for the field."""
    actions = [{"key": action.key, "label": gettext(action.label)} for action in manifest.asking(key)]
    prompts = [{"key": prompt.key, "label": gettext(prompt.label)} for prompt in manifest.prompting(key)]
    return [*actions, *prompts]

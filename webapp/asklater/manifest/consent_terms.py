"""The terms of a consent: what a person says yes to, as a version that changes with it.

A consent holds for its terms alone (GDPR Art. 4(11), 7(1)), so the version is kept with each answer to one.
"""

import hashlib
import json
from datetime import timedelta
from typing import Any

import isodate

from asklater.manifest.declarations import Field, Manifest

PENDING_FOR = timedelta(days=30)
"""How long a yes waits for the proof that confirms it."""
EDITORIAL, CONFIRMED_BY = "editorial", "confirmed_by"
"""Settings of a consent: earlier terms that differ in wording alone, and the field that proves whose yes it is."""


def terms_version(manifest: Manifest, field: str) -> str:
    """The version of what a yes to `field` is a yes to: a digest of its facts, a hyphen, and one of its wording."""
    return "-".join(_digest(part) for part in (_facts(manifest, field), _wording(manifest, field)))


def accepted_terms(manifest: Manifest, field: str) -> frozenset[str]:
    """The versions under which a yes to `field` holds: today's, and those that are declared to differ in wording."""
    return frozenset({terms_version(manifest, field), *manifest.fields[field].settings.get(EDITORIAL, ())})


def have_same_facts(version: str, other: str) -> bool:
    """Whether two versions of terms differ in nothing but their wording."""
    return version.partition("-")[0] == other.partition("-")[0]


def confirmed_by(declared: Field) -> str:
    """The field that has to be held before a yes to this consent counts, "" where none has to."""
    return str(declared.settings.get(CONFIRMED_BY, ""))


def _facts(manifest: Manifest, field: str) -> dict[str, Any]:
    """What no wording changes: what it is for, who answers for it, which data it is about, and who gets it where."""
    purpose = manifest.purpose_of(field)
    named = {key: manifest.recipients[key] for key in purpose.recipients if key in manifest.recipients}
    return {
        "purpose": purpose.key,
        "basis": purpose.basis,
        "controllers": [manifest.controller.name, manifest.controller.joint_controllers],
        "data": sorted(other.first_key for other in manifest.fields.values() if other.purpose == purpose.key),
        "recipients": sorted(
            named[key].label if key in named else key
            for key in purpose.recipients
            if key not in named or named[key].role != "processor"
        ),
        "transfers": sorted(f"{it.country}: {it.safeguard}" for it in manifest.transfers_of(purpose)),
    }


def _wording(manifest: Manifest, field: str) -> dict[str, Any]:
    """What else its person reads. A processor acts for the controller, so another one may be a matter of wording."""
    declared = manifest.fields[field]
    purpose = manifest.purpose_of(field)
    named = [manifest.recipients[key] for key in purpose.recipients if key in manifest.recipients]
    return {
        "label": declared.label,
        "reason": declared.reason,
        "text": declared.settings.get("text", ""),
        "purpose": purpose.label,
        "retention": isodate.duration_isoformat(declared.retention),
        "readers": sorted(declared.readers),
        "processors": sorted(one.label for one in named if one.role == "processor"),
    }


def _digest(part: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(part, sort_keys=True, default=str).encode()).hexdigest()[:12]

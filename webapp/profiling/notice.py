"""The notice: what a person is told of a field. Its version is kept with each answer."""

import hashlib
import json
from collections.abc import Mapping

from webapp.profiling.manifest import Field, Manifest
from webapp.profiling.words import gettext

NOT_TOLD = {"persons", "longest"}
"""What a purpose declares for those who look after the manifest."""


def version(manifest: Manifest, field: str) -> str:
    """Twelve hexadecimal digits that change whenever what is told of `field` changes."""
    declared = manifest.fields[field]
    told = [
        manifest.controller.model_dump(mode="json"),
        manifest.purposes[declared.purpose].model_dump(mode="json", exclude=NOT_TOLD),
        declared.label,
        declared.reason,
        str(declared.retention),
        declared.readers,
        declared.sensitivity,
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


def versions(manifest: Manifest) -> Mapping[str, str]:
    """The version of every field's notice."""
    return {key: version(manifest, key) for key in manifest.fields}


def kept(declared: Field) -> str:
    """How long the field is kept, as a sentence."""
    months = getattr(declared.retention, "months", 0) + 12 * getattr(declared.retention, "years", 0)
    if months:
        return gettext("Kept for %(months)s months after its last use.", months=int(months))
    days = getattr(declared.retention, "days", 0)
    if days:
        return gettext("Kept for %(days)s days after its last use.", days=int(days))
    hours = int(declared.retention.total_seconds() // 3600)
    return gettext("Kept for %(hours)s hours after its last use.", hours=hours)

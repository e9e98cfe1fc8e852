"""The notice: what a person is told of a field. Its version is kept with each answer."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import isodate

from asklater.i18n import gettext, ngettext
from asklater.manifest.declarations import Field, Manifest

NOT_TOLD = {"persons", "longest"}
"""What a purpose declares for those who look after the manifest."""


def version(manifest: Manifest, field: str) -> str:
    """Twelve hexadecimal digits that change whenever what is told of `field` changes."""
    return hashlib.sha256(json.dumps(notice_contents(manifest, field), sort_keys=True).encode()).hexdigest()[:12]


def notice_contents(manifest: Manifest, field: str) -> dict[str, Any]:
    """All that a person is told of `field`, as JSON holds it, in the manifest's own words."""
    declared = manifest.fields[field]
    purpose = manifest.purpose_of(field)
    passed_on = {
        "recipients": list(manifest.recipient_labels(purpose)),
        "transfers": [transfer.model_dump(mode="json") for transfer in manifest.transfers_of(purpose)],
    }
    text = declared.settings.get("text") if declared.kind == "consent" else None
    return ({"text": text} if text else {}) | {
        "controller": manifest.controller.model_dump(mode="json"),
        "purpose": purpose.model_dump(mode="json", exclude=NOT_TOLD) | passed_on,
        "label": declared.label,
        "reason": declared.reason,
        "retention": isodate.duration_isoformat(declared.retention),
        "readers": list(declared.readers),
        "sensitivity": declared.sensitivity,
    }


def versions(manifest: Manifest) -> Mapping[str, str]:
    """The version of every field's notice."""
    return {key: version(manifest, key) for key in manifest.fields}


def asked_by(manifest: Manifest, field: str) -> list[str]:
    """The labels of the actions and of the background prompts that ask for the field, with a word where it may be left
    empty."""
    asking = [
        (action.label, need.optional)
        for action in manifest.actions.values()
        for need in action.requires
        if need.field == field
    ]
    asking += [(prompt.label, field in prompt.optional) for prompt in manifest.prompting(field)]
    return [
        gettext("%(action)s (optional)", action=gettext(label)) if optional else gettext(label)
        for label, optional in asking
    ]


def kept(declared: Field) -> str:
    """How long the field is kept, as a sentence."""
    return kept_for(declared.retention)


def kept_for(retention: Any) -> str:
    """How long something with this retention is kept, as a sentence."""
    months = getattr(retention, "months", 0) + 12 * getattr(retention, "years", 0)
    if months:
        return gettext("Kept for %(months)s months after its last use.", months=int(months))
    days = getattr(retention, "days", 0)
    if days:
        return gettext("Kept for %(days)s days after its last use.", days=int(days))
    hours = int(retention.total_seconds() // 3600)
    return gettext("Kept for %(hours)s hours after its last use.", hours=hours)


def span_text(duration: str) -> str:
    """An ISO 8601 duration in words, in years, months or days."""
    span = isodate.parse_duration(duration)
    months = int(getattr(span, "months", 0) + 12 * getattr(span, "years", 0))
    if months and months % 12 == 0:
        return ngettext("%(num)s year", "%(num)s years", months // 12)
    if months:
        return ngettext("%(num)s month", "%(num)s months", months)
    return ngettext("%(num)s day", "%(num)s days", span.days)

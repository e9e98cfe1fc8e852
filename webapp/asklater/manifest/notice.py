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
    unsaid = set() if manifest.controller.address else {"address"}
    return _where_it_applies(
        text=text,
        giving=giving(manifest, declared),
        published=declared.is_published,
        special_category=declared.exception or declared.special_category,
        minimum_age=declared.minimum_age,
    ) | {
        "controller": manifest.controller.model_dump(mode="json", exclude=unsaid),
        "purpose": purpose.model_dump(mode="json", exclude=NOT_TOLD) | passed_on,
        "label": declared.label,
        "reason": declared.reason,
        "retention": isodate.duration_isoformat(declared.retention),
        "readers": list(declared.readers),
        "sensitivity": declared.sensitivity,
    }


def _where_it_applies(**told: Any) -> dict[str, Any]:
    """What does not apply is left out, so that declaring it of one field changes no other's version."""
    return {name: value for name, value in told.items() if value}


def giving(manifest: Manifest, declared: Field) -> dict[str, Any]:
    """What needs the field (GDPR Art. 13(2)(e)): `needed_for`, the actions that are not done without it, and
    `needed_at_times`, those that need it while a condition holds; empty for a consent, which nothing may need."""
    if manifest.purposes[declared.purpose].basis == "consent":
        return {}
    needs = [
        (action.label, need.when)
        for action in manifest.actions.values()
        for need in action.requires
        if need.field == declared.key and not need.optional
    ]
    return {
        "needed_for": [label for label, when in needs if when is None],
        "needed_at_times": [label for label, when in needs if when is not None],
    }


def giving_text(contents: Mapping[str, Any], *, brief: bool = False) -> str:
    """Whether a person has to give the field, and what follows if they do not, by what `notice_contents` made; a
    `brief` text names no actions."""
    needs = contents.get("giving") or {}
    always = ", ".join(gettext(label) for label in needs.get("needed_for", ()))
    at_times = ", ".join(gettext(label) for label in needs.get("needed_at_times", ()))
    if not always and not at_times:
        return gettext("No. You can leave it out, and nothing else depends on it.")
    sentences = [_required_by(contents["purpose"]["basis"])]
    if brief:
        return " ".join([*sentences, gettext("Some things cannot be done without it.")])
    if always:
        sentences.append(gettext("Without it we cannot do this: %(actions)s.", actions=always))
    if at_times:
        sentences.append(gettext("In some cases we cannot do this without it: %(actions)s.", actions=at_times))
    return " ".join(sentences)


def _required_by(basis: str) -> str:
    if basis == "legal_obligation":
        return gettext("The law requires it.")
    if basis == "contract":
        return gettext("No law requires it. We need it to do what you ask for.")
    return gettext("No law and no contract requires it.")


def told_beside_input(declared: Field) -> tuple[str, ...]:
    """What has to be known while the field is filled in: sentences, none where nothing is special about it."""
    told = []
    if declared.is_published:
        told.append(gettext("This is published: anybody can see it."))
    if declared.minimum_age is not None:
        told.append(minimum_age_text(declared.minimum_age))
    return tuple(told)


def minimum_age_text(years: int) -> str:
    return gettext(
        "Only for people of %(years)s or older. If you are younger, leave it out: we cannot take a parent's "
        "permission instead.",
        years=years,
    )


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

"""What a manifest holds more of, or for longer, or on another footing, than it needs to. Warnings; pure functions.

A field that nothing asks for is an error of the manifest itself (`profiling/checking.py`), and so is a consent that an
action demands.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from webapp.profiling.checking import Finding
from webapp.profiling.manifest import Field, Manifest, Purpose, span

CONSENT = "consent"
OWNER = "owner"
START = date(2026, 1, 1)
"""Months differ in length: both spans of a comparison are counted from this day."""


def lint(manifest: Manifest) -> list[Finding]:
    """Every warning, in no order."""
    found = [*_several_consents(manifest)]
    for field in manifest.fields.values():
        purpose = manifest.purposes.get(field.purpose)
        if purpose is not None:  # else it is named already
            found += _field(manifest, field, purpose)
    return found


def _field(manifest: Manifest, field: Field, purpose: Purpose) -> Iterator[Finding]:
    for part, says in (
        ("readers", _unread(field)),
        ("retention", _too_long(field, purpose)),
        ("justification", _unjustified(field)),
        ("purpose", _wrong_basis(field, purpose)),
        ("purpose", _not_needed(manifest, field, purpose)),
    ):
        if says:
            yield Finding(f"fields.{field.key}.{part}", says, warning=True)


def _unread(field: Field) -> str:
    if set(field.readers) - {OWNER}:
        return ""
    return "nobody but its owner reads it: name who needs it, or do not ask"


def _too_long(field: Field, purpose: Purpose) -> str:
    if purpose.longest is None or span(field.retention, START) <= span(purpose.longest, START):
        return ""
    return f"it is kept for longer than its purpose {purpose.key!r} lasts"


def _unjustified(field: Field) -> str:
    if field.sensitivity != "sensitive" or field.justification.strip():
        return ""
    return "it is sensitive: say why it cannot be done without"


def _wrong_basis(field: Field, purpose: Purpose) -> str:
    if field.kind == CONSENT and purpose.basis != CONSENT:
        return f"it asks for consent, but its purpose {purpose.key!r} rests on another basis, where a no means nothing"
    if field.kind != CONSENT and purpose.basis == CONSENT:
        return f"its purpose {purpose.key!r} rests on consent, but the field does not ask for one"
    return ""


def _not_needed(manifest: Manifest, field: Field, purpose: Purpose) -> str:
    if purpose.basis != "contract" or manifest.asking(field.key) or not manifest.prompting(field.key):
        return ""
    return "no action needs it, so no contract does: let its purpose rest on consent or on a legitimate interest"


def _several_consents(manifest: Manifest) -> Iterator[Finding]:
    """One yes is for one purpose, since a field has one; two for the same cannot be withdrawn by one no."""
    asking: dict[str, list[str]] = defaultdict(list)
    for field in manifest.fields.values():
        if field.kind == CONSENT:
            asking[field.purpose].append(field.key)
    for purpose, fields in asking.items():
        for key in fields[1:]:
            says = f"{fields[0]!r} asks for consent to {purpose!r} too: give each consent a purpose of its own"
            yield Finding(f"fields.{key}.purpose", says, warning=True)

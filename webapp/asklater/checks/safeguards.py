"""What is wrong with how a field is declared that the law protects more than others: special categories of data
(GDPR Art. 9), and a least age (Art. 8).
"""

import re
from collections.abc import Iterator

from asklater.kinds.age import least_years
from asklater.manifest.declarations import Field, Manifest

CONSENT = "consent"
YOUNGEST_CONSENT = 13
"""Years: below these no member state lets a child consent by itself (Art. 8(1))."""
EXCEPTION = re.compile(r"Art\. 9\(2\)\([b-j]\)")


def mistakes(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yields (key, message) for each consequence of `special_category` and `minimum_age` that does not hold."""
    for declared in manifest.fields.values():
        if declared.special_category:
            yield from _special_category(manifest, declared)
        elif declared.exception:
            yield f"fields.{declared.key}.exception", "only a field with special_category = true needs one"
        if declared.minimum_age is not None:
            yield from _minimum_age(manifest, declared, declared.minimum_age)


def _special_category(manifest: Manifest, declared: Field) -> Iterator[tuple[str, str]]:
    where, purpose = f"fields.{declared.key}", manifest.purposes.get(declared.purpose)
    if declared.sensitivity != "sensitive":
        yield f"{where}.sensitivity", "data of a special category (Art. 9) is 'sensitive'"
    if declared.is_published:
        yield f"{where}.published", "data of a special category (Art. 9) is not published"
    if purpose is None:
        return  # which is a finding of its own
    if declared.exception and not EXCEPTION.search(declared.exception):
        yield f"{where}.exception", 'name the exception, "Art. 9(2)(b)" to "(j)", and why it holds'
    elif not declared.exception and purpose.basis != CONSENT:
        yield (
            f"{where}.exception",
            f"its purpose rests on {purpose.basis!r}, which Art. 9 does not know: let the purpose rest on consent, or "
            "name the exception of Art. 9(2) that holds",
        )
    elif not declared.exception and not _is_consented_explicitly(manifest, declared):
        yield (
            f"{where}.after",
            f"ask it after a consent of the purpose {purpose.key!r} whose settings have a text: what it holds needs "
            "an explicit yes (Art. 9(2)(a))",
        )
    if purpose.basis == "contract":
        for action in manifest.asking(declared.key):
            yield (
                f"actions.{action.key}.requires",
                f"{declared.key!r} is of a special category (Art. 9), which no action asks for as part of a contract",
            )


def _is_consented_explicitly(manifest: Manifest, declared: Field) -> bool:
    """Whether its person says yes, to words of its own, to what the field is for."""
    asked = [declared, *(manifest.fields[key] for key in declared.after if key in manifest.fields)]
    return any(
        other.kind == CONSENT and other.purpose == declared.purpose and other.settings.get("text") for other in asked
    )


def _minimum_age(manifest: Manifest, declared: Field, years: int) -> Iterator[tuple[str, str]]:
    purpose = manifest.purposes.get(declared.purpose)
    if purpose is not None and purpose.basis == CONSENT and years < YOUNGEST_CONSENT:
        yield (
            f"fields.{declared.key}.minimum_age",
            f"nobody younger than {YOUNGEST_CONSENT} can consent by themselves anywhere in the Union (Art. 8(1)), and "
            "a parent's consent cannot be taken here",
        )
    for key in declared.after:
        if key in manifest.fields and 0 < least_years(manifest.fields[key]) < years:
            yield f"fields.{declared.key}.after", f"{key!r} lets in who is younger than {years}"

"""What is wrong with how consents are declared: what confirms them, and which earlier terms they keep."""

from collections.abc import Iterator

from asklater.manifest.consent_terms import CONFIRMED_BY, EDITORIAL, confirmed_by, have_same_facts, terms_version
from asklater.manifest.declarations import Field, Manifest

CONSENT = "consent"
ADDRESS_PROOF = "verified_email"


def mistakes(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yields (key, message) for a proof that is none, and for earlier terms that differ in more than wording."""
    for declared in _consents(manifest):
        where = f"fields.{declared.key}.settings"
        proof = manifest.fields.get(confirmed_by(declared))
        if confirmed_by(declared) and (proof is None or "proves" not in proof.settings):
            yield f"{where}.{CONFIRMED_BY}", f"{confirmed_by(declared)!r} is no declared field that proves another one"
        if declared.purpose not in manifest.purposes:
            continue  # which is a finding of its own
        now = terms_version(manifest, declared.key)
        earlier = declared.settings.get(EDITORIAL, ())
        for place, version in enumerate(earlier if isinstance(earlier, (tuple, list)) else ()):
            if not have_same_facts(str(version), now):
                yield (
                    f"{where}.{EDITORIAL}.{place}",
                    f"{version} differs from today's {now} in more than wording: purpose, controllers, data, "
                    "recipients or transfers. Leave it out, so that its consents end and are asked for anew",
                )


def unconfirmed(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yields (key, message) for consents of which nothing says whether a proof of the address confirms them."""
    proofs = [key for key, declared in manifest.fields.items() if declared.kind == ADDRESS_PROOF]
    for declared in _consents(manifest) if proofs else ():
        if CONFIRMED_BY not in declared.settings:
            yield (
                f"fields.{declared.key}.settings.{CONFIRMED_BY}",
                f'is it about email? Then say "{proofs[0]}", so that a yes counts once the address is proved; else ""',
            )


def _consents(manifest: Manifest) -> list[Field]:
    return [declared for declared in manifest.fields.values() if declared.kind == CONSENT]

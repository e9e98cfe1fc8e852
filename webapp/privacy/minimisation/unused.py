"""Fields that are held for nothing, by the worker's counts: given months ago, and never used since. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.privacy.blast_radius.reading import Count
from webapp.privacy.small import FEWEST
from webapp.profiling.manifest import Field, Manifest


@dataclass(frozen=True)
class Unused:
    """A field of which nothing that was given months ago was used since."""

    field: Field
    accounts: int


def unused(manifest: Manifest, parts: Mapping[str, Count]) -> tuple[Unused, ...]:
    """In the manifest's order. A proof is used by being there, so it is none of them; a handful of accounts shows
    nothing."""
    counted = [(field, parts.get(f"field:{field.key}")) for field in manifest.fields.values() if not _is_proof(field)]
    return tuple(
        Unused(field, count.aged) for field, count in counted if count and FEWEST <= count.aged == count.unused
    )


def _is_proof(field: Field) -> bool:
    return "proves" in field.settings

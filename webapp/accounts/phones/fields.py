"""Where the manifest keeps the account's phone: the field of the number, and the one that proves it."""

from collections.abc import Sequence

from webapp.accounts.claiming import field_of_kind
from webapp.profiling.engine import Engine
from webapp.profiling.manifest import Field


def phone_field(engine: Engine) -> Field:
    """The declared field that holds the number. Raises LookupError when there is none."""
    return field_of_kind(engine, "phone")


def proof_field(engine: Engine) -> Field:
    """The declared field that proves it. Raises LookupError when there is none."""
    return field_of_kind(engine, "verified_phone")


def countries_of(declared: Field) -> Sequence[str]:
    """The countries whose numbers are taken, as ISO codes; none where none is listed."""
    listed: Sequence[str] = declared.settings.get("countries", ())
    return listed

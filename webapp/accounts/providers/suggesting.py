"""What a provider says of somebody fills the prompts to come: declared fields only, each through its own kind."""

from collections.abc import Mapping
from typing import Any

from webapp.accounts.claiming import address_field
from webapp.accounts.providers.declaring import Provider
from webapp.profiling.engine import Engine
from webapp.profiling.kinds.base import Given, Invalid

LONGEST = 2000


def suggest(engine: Engine, provider: Provider, claims: Mapping[str, Any]) -> None:
    """Keep the claims that a declared field asks for and that are not held; everything else is forgotten."""
    engine.people.refresh()
    subject = engine.people.subject()
    held = subject.held if subject else frozenset()
    wanted = {"email": address_field(engine).key, **provider.claims}
    for key, given in _given(wanted, claims).items():
        if key in held or key not in engine.manifest.fields or not engine.manifest.asking(key):
            continue
        kind, declared = engine.kind_of(key), engine.field(key)
        if kind.fleeting:
            continue
        try:
            value = kind.parse(declared, given)
        except Invalid:
            continue  # what does not answer the field is no suggestion for it
        engine.suggestions.keep(engine.people.arrive().id, key, value, provider.label)


def _given(wanted: Mapping[str, str], claims: Mapping[str, Any]) -> dict[str, Given]:
    """The claims as they would have been typed, by field."""
    texts: dict[str, dict[str, tuple[str, ...]]] = {}
    for path, target in wanted.items():
        said = _at(path, claims)
        if isinstance(said, str) and 0 < len(said) <= LONGEST:
            key, _, part = target.partition(".")
            texts.setdefault(key, {})[part] = (said,)
    return {key: Given(parts) for key, parts in texts.items()}


def _at(path: str, claims: Mapping[str, Any]) -> object:
    """The claim at `path`, such as `address.locality`; a name with dots of its own is found as it is."""
    if path in claims:
        return claims[path]
    outer, _, inner = path.partition(".")
    found = claims.get(outer)
    return found.get(inner) if inner and isinstance(found, Mapping) else None

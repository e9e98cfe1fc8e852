"""From attributes to fields: which attribute answers which field, as what it counts, and what its kind makes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from asklater.asking.json_documents import given_answer
from asklater.checks.manifest import only_suggested
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.imports.people import LISTED
from asklater.kinds.base import Given, Invalid, Kind
from asklater.kinds.choice import NO, YES, Boolean
from asklater.kinds.consent import Consent
from asklater.manifest.declarations import Field
from asklater.settings import ConfigurationError

ANSWER, SUGGESTION, NEVER = "answer", "suggestion", "never"
LONGEST_VALUE = 10_000
"""Characters of one value; a longer one answers no field."""
_YES, _NO = frozenset({"true", "yes", "1", "on"}), frozenset({"false", "no", "0", "off"})


@dataclass(frozen=True)
class Brought:
    """What somebody brings to a field: the value as its kind keeps it, or in `fault` why that takes none."""

    field: str
    value: Any = None
    fault: str = ""


@dataclass(frozen=True)
class FieldMapping:
    """Which field, and which part of it, each attribute answers, and as what it counts there.

    `unneeded` are the fields that the file could bring and no action needs: they are left out.
    """

    targets: Mapping[str, tuple[str, str]]
    modes: Mapping[str, str]
    unneeded: frozenset[str] = field(default_factory=frozenset)


def field_mapping(engine: Engine, named: Mapping[str, str], keep: Iterable[str], own: Iterable[str]) -> FieldMapping:
    """The mapping: attributes answer the field that is called like them, or whatever `named` says (`attribute` to
    `field` or `field.part`). `keep` are fields to be brought although no action needs them, `own` those that the
    enrolment fills itself. Raises ConfigurationError and UndeclaredError."""
    keep, own = frozenset(keep), frozenset(own)
    for key in keep:
        engine.field(key)
    targets = {key: (key, "") for key in engine.manifest.fields}
    for attribute, target in named.items():
        key, _, part = target.partition(".")
        engine.field(key)
        targets[attribute] = (key, part)
    modes = {key: NEVER if key in own else mode_of(engine, key) for key in engine.manifest.fields}
    for attribute, (key, _part) in targets.items():
        if attribute in named and modes[key] == NEVER:
            raise ConfigurationError(f"{key}: an import brings nothing to it")
    unneeded = frozenset(key for key in engine.manifest.fields if not engine.manifest.asking(key)) - keep
    return FieldMapping(targets, modes, unneeded)


def mode_of(engine: Engine, key: str) -> str:
    """As what an imported value counts: an answer, a suggestion, or not at all."""
    declared, kind = engine.field(key), engine.kind_of(key)
    takes_none = isinstance(kind, Consent) or kind.fleeting or kind.multipart or not (kind.editable or kind.guarded)
    if takes_none or declared.imported == NEVER:
        return NEVER
    return SUGGESTION if only_suggested(engine.manifest, declared, kind) else declared.imported


def brought(engine: Engine, mapping: FieldMapping, attributes: Mapping[str, Any]) -> list[Brought]:
    """What the attributes bring, field by field; parts of one field come together."""
    whole: dict[str, Any] = {}
    parts: dict[str, dict[str, str]] = {}
    for attribute, (key, part) in mapping.targets.items():
        value = _attribute(attributes, attribute)
        if value is None or mapping.modes[key] == NEVER or key in mapping.unneeded:
            continue
        if part:
            parts.setdefault(key, {})[part] = _line(value)
        else:
            whole[key] = value
    found = {key: given_of(engine, key, value) for key, value in whole.items()}
    found |= {key: Given({part: (text,) for part, text in texts.items()}) for key, texts in parts.items()}
    return [_parsed(engine, key, given) for key, given in found.items()]


def _attribute(attributes: Mapping[str, Any], name: str) -> Any:
    """The attribute of a name, or the member of one that is an object ("address.city")."""
    if name in attributes:
        return attributes[name]
    outer, _, inner = name.partition(".")
    bag = attributes.get(outer) if inner else None
    return bag.get(inner) if isinstance(bag, Mapping) else None


def given_of(engine: Engine, key: str, value: Any) -> Given:
    """A value of another system as it would have been typed here: a number or a yes may be a text there, and a single
    value a list of one."""
    kind, declared = engine.kind_of(key), engine.field(key)
    if isinstance(value, list) and list not in kind.json_types:
        value = value[0] if len(value) == 1 else value
    if isinstance(value, str):
        return _typed(kind, declared, value)
    if isinstance(value, int | float) and not isinstance(value, bool) and str in kind.json_types:
        value = str(value)
    return given_answer(engine, key, value)


def _typed(kind: Kind, declared: Field, text: str) -> Given:
    if list in kind.json_types:
        return Given({"": tuple(entry.strip() for entry in LISTED.split(text) if entry.strip())})
    if isinstance(kind, Boolean):
        said = text.strip().lower()
        return Given({"": (YES if said in _YES else NO if said in _NO else text,)})
    if dict in kind.json_types:
        return Given(unfit=gettext("Send %(wanted)s.", wanted=gettext("an object whose members are texts")))
    return Given({"": (text.strip(),)})


def _line(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(value)


def _parsed(engine: Engine, key: str, given: Given) -> Brought:
    if given.unfit:
        return Brought(key, fault=given.unfit)
    if any(len(text) > LONGEST_VALUE for texts in given.texts.values() for text in texts):
        return Brought(key, fault=gettext("This is too long."))
    try:
        return Brought(key, engine.kind_of(key).parse(engine.field(key), given))
    except Invalid as refused:
        return Brought(key, fault=" ".join(refused.errors.values()))

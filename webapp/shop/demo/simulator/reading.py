"""Reading a world from its file. Everything that is wrong with it is told at once, each by its key."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from webapp.profiling.manifest import Manifest
from webapp.shop.demo.simulator.world import World

ENDS = ("give", "dismiss", "leave")
A_BIT = 1e-9
"""Sums of decimal fractions are off by less than this."""


class WorldError(Exception):
    """The world cannot be drawn from; the message lists every reason, one a line."""


def read(path: Path, manifest: Manifest, given: Mapping[str, object]) -> World:
    """The world of the file; what is `given` of its traffic takes the place of what the file says.

    Raises WorldError when it is unreadable, malformed, impossible, or does not fit the manifest.
    """
    declared = _load(path)
    traffic = declared.get("traffic", {})
    if isinstance(traffic, dict):
        declared = declared | {"traffic": {**traffic, **given}}
    findings = [*_unknown(declared, manifest), *_impossible(declared)]
    try:
        world = World.model_validate(declared)
    except ValidationError as error:
        findings += [_told(entry) for entry in error.errors()]
    if findings:
        raise WorldError("\n".join(sorted(findings)))
    return world


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise WorldError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WorldError(f"{path}: is no text in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise WorldError(f"{path}: is no TOML: {error}") from error


def _told(entry: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in entry["loc"])
    value = entry["input"]
    return f"{where}: {entry['msg']}" + ("" if isinstance(value, dict) else f", not {value!r}")


def _unknown(declared: Mapping[str, Any], manifest: Manifest) -> Iterator[str]:
    """Names that the manifest does not have, wherever they stand."""
    for key, context in _parts(declared, "contexts"):
        where = f"contexts.{key}"
        action = manifest.actions.get(key)
        if action is None:
            yield f"{where}: the manifest has no such action"
            continue
        required = {need.field for need in action.requires}
        fields = [field for field, _ask in _parts(context, "fields")]
        for field in fields:
            if field not in manifest.fields:
                yield f"{where}.fields.{field}: the manifest has no such field"
            elif field not in required:
                yield f"{where}.fields.{field}: the action does not require it"
        for variant, trial in _parts(context, "variants"):
            if not _has_variant(manifest, key, variant):
                yield f"{where}.variants.{variant}: no experiment about this action has such a variant"
            for field, _changed in _parts(trial, "fields"):
                if field not in fields:
                    yield f"{where}.variants.{variant}.fields.{field}: the context has no such field to change"


def _has_variant(manifest: Manifest, action: str, variant: str) -> bool:
    experiment = manifest.experiments.get(variant.partition(":")[0])
    return experiment is not None and experiment.action == action and variant.partition(":")[2] in experiment.variants


def _impossible(declared: Mapping[str, Any]) -> Iterator[str]:
    """Chances that exclude each other and add up to more than 1."""
    people = declared.get("people", {})
    if isinstance(people, dict) and _sum(people.get("devices", {})) > 1 + A_BIT:
        yield "people.devices: the shares add up to more than 1"
    for key, context in _parts(declared, "contexts"):
        asks, variants = dict(_parts(context, "fields")), dict(_parts(context, "variants"))
        if _sum({variant: trial.get("share") for variant, trial in variants.items()}) > 1 + A_BIT:
            yield f"contexts.{key}.variants: the shares add up to more than 1"
        changed = {f"variants.{variant}.": dict(_parts(trial, "fields")) for variant, trial in variants.items()}
        for inside, fields in ({"": asks} | changed).items():
            for field, ask in fields.items():
                ends = asks.get(field, {}) | ask
                if _sum({end: ends.get(end) for end in ENDS}) > 1 + A_BIT:
                    yield f"contexts.{key}.{inside}fields.{field}: give, dismiss and leave add up to more than 1"


def _parts(declared: Mapping[str, Any], name: str) -> list[tuple[str, dict[str, Any]]]:
    """The tables of that name, as far as they are tables; what is none is told by its type."""
    tables = declared.get(name, {})
    return [it for it in tables.items() if isinstance(it[1], dict)] if isinstance(tables, dict) else []


def _sum(chances: object) -> float:
    """Of what are chances; what are none is told by their bounds."""
    values = chances.values() if isinstance(chances, dict) else ()
    return sum(value for value in values if isinstance(value, int | float) and 0 <= value <= 1)

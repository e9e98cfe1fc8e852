"""Reading rates from their file. Everything that is wrong with them is told at once, each by its key."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from asklater.manifest import Manifest
from halftone.demo.rates import COME_BACK, Rates

OTHER = "other"
"""The value of a segment for what the manifest does not name."""
ENDS = ("give", "dismiss", "leave")
A_BIT = 1e-9
"""Sums of decimal fractions are off by less than this."""
Table = dict[str, Any]


class RatesError(Exception):
    """The rates cannot be drawn from; the message lists every reason, one a line."""


def read(path: Path, manifest: Manifest, given: Mapping[str, object] | None = None) -> Rates:
    """The rates of the file; what is `given` of their traffic takes the place of what the file says.

    Raises RatesError when they are unreadable, malformed, impossible, or do not fit the manifest.
    """
    declared = _load(path)
    traffic = declared.get("traffic", {})
    if isinstance(traffic, dict):
        declared = declared | {"traffic": {**traffic, **(given or {})}}
    findings = [*_unknown(declared, manifest), *_unfit(declared, manifest), *_impossible(declared)]
    try:
        rates = Rates.model_validate(declared)
    except ValidationError as error:
        findings += [_told(entry) for entry in error.errors()]
    if findings:
        raise RatesError("\n".join(sorted(findings)))
    return rates


def _load(path: Path) -> Table:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise RatesError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RatesError(f"{path}: is no text in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise RatesError(f"{path}: is no TOML: {error}") from error


def _told(entry: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in entry["loc"])
    value = entry["input"]
    return f"{where}: {entry['msg']}" + ("" if isinstance(value, dict) else f", not {value!r}")


def _unknown(declared: Table, manifest: Manifest) -> Iterator[str]:
    """Names that the manifest does not have, wherever contexts name them."""
    for key, context in _parts(declared, "contexts"):
        where = f"contexts.{key}"
        if key not in manifest.actions:
            yield f"{where}: the manifest has no such action"
            continue
        fields = dict(_parts(context, "fields"))
        for field, ask in fields.items():
            if field not in manifest.fields:
                yield f"{where}.fields.{field}: the manifest has no such field"
            elif field not in _asked(manifest, key):
                yield f"{where}.fields.{field}: the action does not ask for it"
            elif bool(ask.get("optional")) is not _asked(manifest, key)[field]:
                yield f"{where}.fields.{field}.optional: the manifest says otherwise"
        for variant, trial in _parts(context, "variants"):
            if not _has_variant(manifest, key, variant):
                yield f"{where}.variants.{variant}: no experiment about this action has such a variant"
            for field in dict(_parts(trial, "fields")).keys() - fields:
                yield f"{where}.variants.{variant}.fields.{field}: the context has no such field to change"


def _unfit(declared: Table, manifest: Manifest) -> Iterator[str]:
    """What a history lacks: its shoppers are asked by the engine, for whatever the manifest says."""
    history = declared.get("history")
    if not isinstance(history, dict):
        return
    contexts = dict(_parts(declared, "contexts"))
    if COME_BACK not in contexts:
        yield f"contexts.{COME_BACK}: is missing"
    for key in contexts.keys() & manifest.actions.keys():
        for field in _asked(manifest, key).keys() - dict(_parts(contexts[key], "fields")).keys():
            yield f"contexts.{key}.fields.{field}: is missing"
    yield from _unfit_asides(history, manifest)
    yield from _unfit_experiments(history, contexts, manifest)
    yield from _unfit_releases(history, contexts)
    yield from _unfit_segments(history, contexts, manifest)


def _unfit_asides(history: Table, manifest: Manifest) -> Iterator[str]:
    asides = dict(_parts(history, "asides"))
    spots = {prompt.placement: set(prompt.fields) for prompt in manifest.prompts.values()}
    for spot in asides.keys() | spots.keys():
        fields, asked = dict(_parts(asides, spot)).keys(), spots.get(spot, set())
        yield from (f"history.asides.{spot}.{field}: is missing" for field in asked - fields)
        yield from (f"history.asides.{spot}.{field}: is not asked there" for field in fields - asked)


def _unfit_experiments(history: Table, contexts: Mapping[str, Table], manifest: Manifest) -> Iterator[str]:
    for key, started in _parts(history, "experiments"):
        experiment = manifest.experiments.get(key)
        context = contexts.get(experiment.action or "") if experiment else None
        if experiment is None or context is None:
            yield f"history.experiments.{key}: the manifest has no such experiment about a context"
            continue
        for variant, changes in _parts(started, "variants"):
            where = f"history.experiments.{key}.variants.{variant}"
            if variant not in experiment.variants:
                yield f"{where}: the experiment has no such variant"
            for field in changes.keys() - dict(_parts(context, "fields")).keys():
                yield f"{where}.{field}: the context has no such field to change"
            yield from _too_much(where, context, dict(_parts(changes)))


def _unfit_releases(history: Table, contexts: Mapping[str, Table]) -> Iterator[str]:
    """Of what is released, and of what is wanted: fields that their context does not have."""
    for part in ("releases", "goals"):
        for key, declared in _parts(history, part):
            where, context = f"history.{part}.{key}", contexts.get(str(declared.get("context")), {})
            changes = dict(_parts(declared, "fields"))
            named = {declared.get("field")} if part == "goals" else changes.keys()
            for field in named - dict(_parts(context, "fields")).keys():
                yield f"{where}: the context has no field {field}"
            yield from _too_much(f"{where}.fields", context, changes)


def _unfit_segments(history: Table, contexts: Mapping[str, Table], manifest: Manifest) -> Iterator[str]:
    for key, values in _parts(history, "segments"):
        declared = manifest.segments_by.get(key)
        if declared is None:
            yield f"history.segments.{key}: the manifest has no such segment"
        if _sum({value: it.get("share") for value, it in values.items() if isinstance(it, dict)}) > 1 + A_BIT:
            yield f"history.segments.{key}: the shares add up to more than 1"
        for value, it in _parts(values):
            where = f"history.segments.{key}.{value}"
            if declared is not None and value not in {*declared.values, OTHER}:
                yield f"{where}: the segment has no such value"
            for context, changes in _parts(it, "contexts"):
                for field in changes.keys() - dict(_parts(contexts.get(context, {}), "fields")).keys():
                    yield f"{where}.contexts.{context}.{field}: the context has no such field to change"
                yield from _too_much(f"{where}.contexts.{context}", contexts.get(context, {}), dict(_parts(changes)))


def _asked(manifest: Manifest, action: str) -> dict[str, bool]:
    """The fields that the action asks for, and whether each is optional."""
    return {need.field: need.optional for need in manifest.actions[action].requires}


def _has_variant(manifest: Manifest, action: str, variant: str) -> bool:
    experiment = manifest.experiments.get(variant.partition(":")[0])
    return experiment is not None and experiment.action == action and variant.partition(":")[2] in experiment.variants


def _impossible(declared: Table) -> Iterator[str]:
    """Chances that exclude each other and add up to more than 1."""
    people = declared.get("people", {})
    if isinstance(people, dict) and _sum(people.get("devices", {})) > 1 + A_BIT:
        yield "people.devices: the shares add up to more than 1"
    for key, context in _parts(declared, "contexts"):
        variants = dict(_parts(context, "variants"))
        if _sum({variant: trial.get("share") for variant, trial in variants.items()}) > 1 + A_BIT:
            yield f"contexts.{key}.variants: the shares add up to more than 1"
        yield from _too_much(f"contexts.{key}.fields", context)
        for variant, trial in variants.items():
            yield from _too_much(f"contexts.{key}.variants.{variant}.fields", context, dict(_parts(trial, "fields")))
    for spot, asks in _parts(declared, "history", "asides"):
        yield from _too_much(f"history.asides.{spot}", {"fields": asks})


def _too_much(where: str, context: Table, changes: Mapping[str, Table] | None = None) -> Iterator[str]:
    """Asks of the context, or those of a variant's changes, whose ends add up to more than 1."""
    asks = dict(_parts(context, "fields"))
    for field, ask in (asks if changes is None else changes).items():
        ends = asks.get(field, {}) | ask
        if _sum({end: ends.get(end) for end in ENDS}) > 1 + A_BIT:
            yield f"{where}.{field}: give, dismiss and leave add up to more than 1"
        if ends.get("optional") and _sum({end: ends.get(end) for end in ENDS[1:]}):
            yield f"{where}.{field}: it is optional, so dismiss and leave are 0: who does not give it skips it"


def _parts(declared: Table, *names: str) -> list[tuple[str, Table]]:
    """The tables below those names, as far as they are tables; what is none is told by its type."""
    tables: Any = declared
    for name in names:
        tables = tables.get(name, {}) if isinstance(tables, dict) else {}
    return [it for it in tables.items() if isinstance(it[1], dict)] if isinstance(tables, dict) else []


def _sum(chances: object) -> float:
    """Of what are chances; what are none is told by their bounds."""
    values = chances.values() if isinstance(chances, dict) else ()
    return sum(value for value in values if isinstance(value, int | float) and 0 <= value <= 1)

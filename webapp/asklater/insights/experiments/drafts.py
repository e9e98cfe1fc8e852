"""Declarations as TOML, to be copied into the manifest: the experiment that answers "where should I ask this?", and
what is declared once a variant has won. Pure.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import isodate

from asklater.manifest.declarations import Action, BackgroundPrompt, Experiment, Field, Manifest, declared_reason, span
from asklater.policy.variants import treated

# Declarations as TOML


def toml_value(thing: Any) -> str:
    """One value. Raises TypeError for what no declaration holds."""
    match thing:
        case bool():
            return "true" if thing else "false"
        case str():
            return json.dumps(thing, ensure_ascii=False).replace("\x7f", "\\u007f")
        case int() | float():
            return repr(thing)
        case date():
            return thing.isoformat()
        case timedelta() | isodate.Duration():
            return toml_value(isodate.duration_isoformat(thing))
        case Mapping():
            return "{ " + ", ".join(f"{key} = {toml_value(entry)}" for key, entry in thing.items()) + " }"
        case Sequence():
            return "[" + ", ".join(toml_value(entry) for entry in thing) + "]"
    raise TypeError(f"no TOML for {type(thing).__name__}")


def toml_table(name: str, entries: Mapping[str, Any]) -> str:
    """A table with its entries, a line each; empty ones are left out."""
    kept = {key: entry for key, entry in entries.items() if entry not in (None, "", (), {})}
    return "\n".join([f"[{name}]", *(f"{key} = {toml_value(entry)}" for key, entry in kept.items()), ""])


def action_table(action: Action) -> str:
    needs = [need.model_dump(exclude_defaults=True, by_alias=True) for need in action.requires]
    reason = declared_reason(action.reason)
    entries = {"label": action.label, "reason": reason, "requires": needs or "", "ask": action.ask}
    text = toml_table(f"actions.{action.key}", entries)
    return text if needs else text + "requires = []\n"


def field_table(field: Field) -> str:
    return toml_table(f"fields.{field.key}", _entries(field))


def prompt_table(prompt: BackgroundPrompt) -> str:
    asks = [one.model_dump(exclude_defaults=True) for one in prompt.asks]
    fields = [entry if len(entry) > 1 else entry["field"] for entry in asks]
    entries = {**_entries(prompt), "reason": declared_reason(prompt.reason), "asks": (), "fields": fields}
    return toml_table(f"prompts.{prompt.key}", entries)


def _entries(declared: Field | BackgroundPrompt) -> dict[str, Any]:
    return {name: getattr(declared, name) for name in type(declared).model_fields if name != "key"}


# The draft of an experiment

EFFECT = 0.05
LEAST_HORIZON = timedelta(days=14)
LONGEST_EXPERIMENT_KEY = 40


def draft_declarations(manifest: Manifest, field: str, contexts: Sequence[str]) -> str:
    """The text that compares the contexts (actions and placements) for the field; it may be appended as it is.

    What it can compare is only what one person can be given either way: a background prompt in one placement or the
    other; a question put off from an action to a background prompt, where the action's requirement says that it can
    wait; else the same question earlier or later in the action that asks it. What is already under an experiment is
    passed by. A comment alone comes back where nothing is left to compare. Raises KeyError for an unknown field.
    """
    label = manifest.fields[field].label
    taken = {experiment.about for experiment in manifest.experiments.values()}
    alternatives = (
        *_between_placements(manifest, field, contexts, taken),
        *_in_actions(manifest, field, contexts, taken),
    )
    for why, about, variant in alternatives:
        entries: dict[str, Any] = {
            "label": f"Where to ask: {label}"[:300],
            "hypothesis": why,
            **about,
            "metric": "field_completed",
            "field": field,
            "horizon": _horizon(manifest, variant),
            "minimum_effect": EFFECT,
        }
        name = _free_key(manifest, field)
        control, other = f"experiments.{name}.variants.as_now", f"experiments.{name}.variants.other"
        return "\n".join(
            [toml_table(f"experiments.{name}", entries), toml_table(control, {}), toml_table(other, variant)]
        )
    return f"# Nothing is left to compare for {field}: no context of these asks it, or each is under an experiment.\n"


def _horizon(manifest: Manifest, variant: Mapping[str, Any]) -> timedelta | None:
    """Where the variant asks later: a fortnight, or longer where the question may be put off for longer."""
    if "defer" not in variant:
        return None
    prompt = manifest.prompts[variant["prompt"]]
    longest = span(prompt.cooldown, date(2026, 1, 1)) * (len(prompt.fields) if prompt.queue else 1)
    return max(LEAST_HORIZON, longest)


DraftMethod = tuple[str, dict[str, Any], dict[str, Any]]
"""The hypothesis, what the experiment is about, and what its other variant changes."""


def _between_placements(
    manifest: Manifest, field: str, contexts: Sequence[str], taken: Collection[str]
) -> Iterator[DraftMethod]:
    """A background prompt in another placement. Where several are named, the first that it does not have now."""
    for prompt in manifest.prompting(field):
        others = [place for place in contexts if place != prompt.placement and place not in manifest.actions]
        if prompt.key not in taken and others:
            why = f"More people give it at {others[0]} than at {prompt.placement}."
            yield why, {"prompt": prompt.key}, {"placement": others[0]}


def _in_actions(
    manifest: Manifest, field: str, contexts: Sequence[str], taken: Collection[str]
) -> Iterator[DraftMethod]:
    for key in contexts:
        action = manifest.actions.get(key)
        if action is None or key in taken or all(need.field != field for need in action.requires):
            continue
        prompt = _stand_in(manifest, action, field, contexts)
        if prompt is not None:
            why = f"More people give it later, at {prompt.placement}, than when they {_attempt(action)}."
            yield why, {"action": key}, {"defer": (field,), "prompt": prompt.key}
        yield from _in_another_order(manifest, action, field)


def _stand_in(manifest: Manifest, action: Action, field: str, contexts: Sequence[str]) -> BackgroundPrompt | None:
    """The background prompt of a named placement that can ask in the action's stead."""
    can_wait = any(need.field == field and (need.can_wait or need.optional) for need in action.requires)
    others = (need.field for need in action.requires if need.field != field)
    if not can_wait or any(field in manifest.fields[other].after for other in others):
        return None
    return next((it for it in manifest.prompting(field) if it.placement in contexts), None)


def _in_another_order(manifest: Manifest, action: Action, field: str) -> Iterator[DraftMethod]:
    """The question as the last one, or the first; alone, or with the others; or with another reason."""
    asked = [need.field for need in action.requires]
    others = [key for key in asked if key != field]
    about = {"action": action.key}
    if others and action.ask == "one_by_one":
        yield f"More people give it when all is asked at once as they {_attempt(action)}.", about, {"ask": "together"}
    elif others:
        last = (*others, field) if asked[-1] != field else (field, *others)
        why = (
            f"More people give it {'last' if last[-1] == field else 'first'}, one by one, as they {_attempt(action)}."
        )
        yield why, about, {"ask": "one_by_one", "order": last}
    else:
        purpose = manifest.purposes[manifest.fields[field].purpose].label
        yield (
            "More people give it when they read what it is for.",
            about,
            {"reasons": {field: f"{purpose}: for nothing else."}},
        )


def _attempt(action: Action) -> str:
    return f"attempt {action.key}"


def _free_key(manifest: Manifest, field: str) -> str:
    name = f"where_{field}"[:LONGEST_EXPERIMENT_KEY]
    number = 2
    while name in manifest.experiments:
        name = f"where_{field}"[: LONGEST_EXPERIMENT_KEY - len(str(number)) - 1] + f"_{number}"
        number += 1
    return name


# The declarations of a winner


def winner_declarations(manifest: Manifest, experiment: Experiment, winner: str) -> str:
    """Tables that take the place of those of the same name; "" where the control, or nothing, has won.

    A field has one label and one reason wherever it is asked: a variant's words for it would hold for every action.
    """
    variant = experiment.variants.get(winner)
    if variant is None or variant is experiment.control:
        return ""
    if experiment.about in manifest.prompts:
        return prompt_table(manifest.prompts[experiment.about].model_copy(update={"placement": variant.placement}))
    if experiment.about not in manifest.actions:
        return ""
    treatment = treated(manifest, experiment, variant)
    changed = treatment.action != manifest.actions[experiment.about]
    worded = [key for key in manifest.fields if key in variant.labels or key in variant.reasons]
    tables = [action_table(treatment.action)] if changed else []
    return "\n".join([*tables, *(field_table(treatment.fields[key]) for key in worded)])

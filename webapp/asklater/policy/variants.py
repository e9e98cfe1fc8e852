"""What a variant of an experiment changes, who gets which one, and what a run of it holds on to. Pure."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from asklater.manifest.declarations import (
    Action,
    BackgroundField,
    BackgroundPrompt,
    Experiment,
    Field,
    Manifest,
    Requirement,
    Variant,
    span,
)
from asklater.manifest.former_keys import with_names
from asklater.policy.decision import Treatment


def name_of(experiment: Experiment, variant: Variant) -> str:
    """What is kept with a prompt: `experiment:variant`."""
    return f"{experiment.key}:{variant.key}"


def treated(manifest: Manifest, experiment: Experiment, variant: Variant) -> Treatment:
    """The action of the experiment as this variant has it. One about a background prompt has none: KeyError."""
    action = manifest.actions[experiment.about]
    return Treatment(
        action=_varied(action, variant),
        fields=_worded(manifest.fields, variant),
        variant=name_of(experiment, variant),
        deferred=variant.defer,
    )


def _varied(action: Action, variant: Variant) -> Action:
    asked = [need for need in action.requires if need.field not in variant.defer]
    if variant.order:
        asked.sort(key=lambda need: variant.order.index(need.field))
    changes = {name: value for name in ("label", "reason", "ask") if (value := getattr(variant, name)) is not None}
    return action.model_copy(update={"requires": tuple(asked), **changes})


def _worded(fields: Mapping[str, Field], variant: Variant) -> Mapping[str, Field]:
    changed = {
        key: fields[key].model_copy(
            update={
                name: words[key]
                for name, words in (("label", variant.labels), ("reason", variant.reasons))
                if key in words
            }
        )
        for key in variant.labels.keys() | variant.reasons.keys()
    }
    return {**fields, **changed} if changed else fields


def variant_for(experiment: Experiment, salt: str, person: int) -> str:
    """The key of the variant, drawn by the weights from a digest of the experiment, the salt and the person.

    Another salt shares people out anew, so that what one run did to them does not weigh on the next.
    """
    digest = hashlib.sha256(f"{experiment.key}:{salt}:{person}".encode()).digest()
    place = int.from_bytes(digest[:8]) / 2**64
    keys = list(experiment.variants)
    reached = list(accumulate(variant.weight for variant in experiment.variants.values()))
    return next((key for key, end in zip(keys, reached, strict=True) if place * reached[-1] < end), keys[-1])


UNCOUNTED = {"label", "hypothesis", "minimum_effect"}
"""What nobody who takes part sees, and what no success depends on."""


def digest(manifest: Manifest, experiment: Experiment) -> str:
    """Sixteen hexadecimal digits that change with the variants, the metric, and with what the control shows."""
    action = manifest.actions.get(experiment.about)
    prompt = manifest.prompts.get(experiment.about)
    asked = [need.field for need in action.requires] if action else list(prompt.fields if prompt else ())
    shown = [
        experiment.model_dump(mode="json", exclude=UNCOUNTED if experiment.horizon else {*UNCOUNTED, "horizon"}),
        list(experiment.variants),
        {**action.model_dump(mode="json"), "requires": _as_said(action.requires)} if action else None,
        _prompt_as_said(prompt) if prompt else None,
        [[manifest.fields[key].label, manifest.fields[key].reason] for key in asked],
    ]
    first = {key: field.first_key for key, field in manifest.fields.items() if field.was}
    shown = with_names(shown, first) if first else shown
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _prompt_as_said(prompt: BackgroundPrompt) -> dict[str, Any]:
    queue = {"queue": True} if prompt.queue else {}
    return {**prompt.model_dump(exclude={"asks", "queue"}), "fields": _as_said(prompt.asks), **queue}


def _as_said(asked: Collection[Requirement | BackgroundField]) -> list[Any]:
    """What is asked, in the form in which digests have it since before a field could be optional: a run that began
    then goes on."""
    return [
        one.field
        if isinstance(one, BackgroundField) and one == BackgroundField(field=one.field)
        else one.model_dump(mode="json", exclude=_unsaid(one))
        for one in asked
    ]


def _unsaid(one: Requirement | BackgroundField) -> set[str]:
    optional = set[str]() if one.optional else {"optional"}
    stages = {"applies"} if isinstance(one, Requirement) and not one.applies else set[str]()
    return {"read_later"} | optional | stages


def placements_of(manifest: Manifest, experiment: Experiment) -> tuple[str, ...]:
    """Every placement that some variant gives the background prompt of the experiment, the declared one first."""
    declared = manifest.prompts[experiment.about].placement
    others = (variant.placement for variant in experiment.variants.values() if variant.placement)
    return tuple(dict.fromkeys((declared, *others)))


def placed(manifest: Manifest, placement: str, running: Collection[Experiment]) -> Manifest:
    """The manifest with all that might be asked in this placement, whichever variant a person has.

    Who is eligible must not depend on the variant: so each of the prompt's placements makes its person eligible.
    """
    prompts = {
        experiment.about: _moved(manifest.prompts[experiment.about], placement)
        for experiment in running
        if experiment.prompt and placement in placements_of(manifest, experiment)
    }
    return manifest.model_copy(update={"prompts": {**manifest.prompts, **prompts}}) if prompts else manifest


def longest_deferral(manifest: Manifest, experiment: Experiment) -> timedelta:
    """How long a field that some variant puts off may rest before it can be asked again: the cool-down of the prompt
    that asks in the action's stead, and as many more as a queue has questions before it. Nothing put off: no time."""
    waits = [timedelta(0)]
    for variant in experiment.variants.values():
        prompt = manifest.prompts.get(variant.prompt or "")
        if prompt is not None:
            cooldown = span(prompt.cooldown, date(2026, 1, 1))
            places = (prompt.fields.index(key) for key in variant.defer if prompt.queue and key in prompt.fields)
            waits += [cooldown * (1 + max(places, default=0))] if variant.defer else []
    return max(waits)


def put_off_to(experiment: Experiment, prompt: str) -> frozenset[str]:
    """The keys of the variants that have this background prompt ask in the action's stead."""
    return frozenset(key for key, variant in experiment.variants.items() if variant.prompt == prompt)


def _moved(prompt: BackgroundPrompt, placement: str) -> BackgroundPrompt:
    return prompt.model_copy(update={"placement": placement})

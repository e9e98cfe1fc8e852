"""Everything that is wrong with the declared experiments, as pairs of a dotted key and a sentence. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta

import isodate

from asklater.manifest.declarations import Action, Experiment, Manifest, Variant
from asklater.policy.variants import longest_deferral

Fault = tuple[str, str]
OF_ACTIONS = frozenset({"label", "reason", "ask", "order", "labels", "reasons", "defer", "prompt"})
RESERVED = frozenset({"draft"})
OF_PROMPTS = frozenset({"placement"})
LONGEST_HORIZON = timedelta(days=366)


def faults(manifest: Manifest) -> Iterator[Fault]:
    """What is wrong with each experiment by itself, then with those that are about the same."""
    for experiment in manifest.experiments.values():
        where = f"experiments.{experiment.key}"
        if experiment.key in RESERVED:
            yield where, "this name belongs to a page; choose another"
        yield from _subject(manifest, experiment, where)
        yield from _variants(manifest, experiment, where)
        yield from _horizon(manifest, experiment, f"{where}.horizon")
    about = Counter(experiment.about for experiment in manifest.experiments.values())
    for experiment in manifest.experiments.values():
        if about[experiment.about] > 1:
            yield f"experiments.{experiment.key}", f"two experiments about {experiment.about!r} at a time: keep one"


def unknown_placements(manifest: Manifest, placements: Collection[str]) -> Iterator[Fault]:
    """Placements that no feature has registered."""
    for experiment in manifest.experiments.values():
        for variant in experiment.variants.values():
            if variant.placement is not None and variant.placement not in placements:
                where = f"experiments.{experiment.key}.variants.{variant.key}.placement"
                yield where, f"no placement is called {variant.placement!r}"


def _subject(manifest: Manifest, experiment: Experiment, where: str) -> Iterator[Fault]:
    """What it is about, and what counts as a success."""
    if (experiment.action is None) == (experiment.prompt is None):
        yield where, "say either which action or which background prompt it is about"
        return
    action = manifest.actions.get(experiment.about)
    if experiment.action is not None and action is None:
        yield f"{where}.action", f"no action is called {experiment.action!r}"
    if action is not None and not action.requires:
        yield f"{where}.action", f"{action.key!r} asks for nothing, so there is nothing to vary"
    prompt = manifest.prompts.get(experiment.about)
    if experiment.prompt is not None and prompt is None:
        yield f"{where}.prompt", f"no background prompt is called {experiment.prompt!r}"
    if prompt is not None and experiment.field is not None and experiment.field not in prompt.fields:
        yield f"{where}.field", f"{prompt.key!r} does not ask for {experiment.field!r}"
    if experiment.metric == "field_completed" and experiment.field is None:
        yield f"{where}.field", "say which field counts"
    if experiment.metric == "action_completed" and experiment.field is not None:
        yield f"{where}.field", 'only the metric "field_completed" counts a field'
    if experiment.metric == "action_completed" and experiment.action is None:
        yield f"{where}.metric", "a background prompt completes no action: count a field"
    if experiment.field is not None and action is not None and experiment.field not in _asked(action):
        yield f"{where}.field", f"{action.key!r} does not ask for {experiment.field!r}"


def _variants(manifest: Manifest, experiment: Experiment, where: str) -> Iterator[Fault]:
    if len(experiment.variants) < 2:
        yield f"{where}.variants", "declare the control, and at least one variant beside it"
    for variant in experiment.variants.values():
        variant_key = f"{where}.variants.{variant.key}"
        if variant is experiment.control:
            if variant.changes:
                yield variant_key, "the first variant is the control, which changes nothing"
            continue
        if not variant.changes:
            yield variant_key, "it changes nothing, as the control does"
        for name in sorted(variant.changes - (OF_ACTIONS if experiment.action else OF_PROMPTS)):
            yield f"{variant_key}.{name}", f"an experiment about {_sort(experiment)} cannot change this"
        action = manifest.actions.get(experiment.about)
        if action is not None:
            for rule in RULES:
                yield from rule(manifest, action, variant, variant_key)


def _horizon(manifest: Manifest, experiment: Experiment, where: str) -> Iterator[Fault]:
    """How long after the assignment a person is judged: whoever is asked later needs the time to be asked."""
    deferral, horizon = longest_deferral(manifest, experiment), manifest.horizon_of(experiment)
    if horizon > LONGEST_HORIZON:
        yield where, "at most 366 days: nobody waits longer for a result"
    if not deferral or experiment.metric != "field_completed":
        return
    least = isodate.duration_isoformat(deferral)
    if experiment.horizon is None:
        yield where, f"a variant asks later: say within what time the field has to be given, at least {least!r}"
    elif horizon < deferral:
        yield (
            where,
            f"shorter than the question may be put off, so the variant that asks later loses: at least {least!r}",
        )


def _order(_manifest: Manifest, action: Action, variant: Variant, here: str) -> Iterator[Fault]:
    if variant.order and sorted(variant.order) != sorted(_asked(action)):
        yield f"{here}.order", f"name every field of {action.key!r} once: {', '.join(_asked(action))}"


def _words(_manifest: Manifest, action: Action, variant: Variant, here: str) -> Iterator[Fault]:
    for name, words in (("labels", variant.labels), ("reasons", variant.reasons)):
        for key in words:
            if key not in _asked(action):
                yield f"{here}.{name}.{key}", f"{action.key!r} does not ask for {key!r}"


def _deferred(manifest: Manifest, action: Action, variant: Variant, here: str) -> Iterator[Fault]:
    kept = [key for key in _asked(action) if key not in variant.defer]
    waiting = {need.field for need in action.requires if need.can_wait or need.optional}
    for key in variant.defer:
        if key not in _asked(action):
            yield f"{here}.defer", f"{action.key!r} does not ask for {key!r}"
        elif key not in waiting:
            yield f"{here}.defer", f"{action.key!r} cannot do without {key!r}: its requirement does not say can_wait"
        for other in kept:
            if other in manifest.fields and key in manifest.fields[other].after:
                yield f"{here}.defer", f"{other!r} is asked after {key!r}, and would stay without it"


def _stand_in(manifest: Manifest, _action: Action, variant: Variant, here: str) -> Iterator[Fault]:
    """The background prompt that asks for what the action puts off."""
    if bool(variant.defer) != bool(variant.prompt):
        yield f"{here}.defer", "name both the fields to put off and the background prompt that asks for them"
        return
    prompt = manifest.prompts.get(variant.prompt or "")
    if variant.prompt is not None and prompt is None:
        yield f"{here}.prompt", f"no background prompt is called {variant.prompt!r}"
    for key in variant.defer:
        if prompt is not None and key not in prompt.fields:
            yield f"{here}.prompt", f"{prompt.key!r} does not ask for {key!r}"


RULES: tuple[Callable[[Manifest, Action, Variant, str], Iterator[Fault]], ...] = (_order, _words, _deferred, _stand_in)


def _asked(action: Action) -> list[str]:
    return [need.field for need in action.requires]


def _sort(experiment: Experiment) -> str:
    return "an action" if experiment.action else "a background prompt"

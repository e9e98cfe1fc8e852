"""Drafting the experiment that answers "where should I ask this?": declarations to paste into the manifest. Pure."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from webapp.insights.experiments.writing import table
from webapp.profiling.manifest import Action, BackgroundPrompt, Manifest

EFFECT = 0.05
LONGEST_KEY = 40


def draft(manifest: Manifest, field: str, contexts: Sequence[str]) -> str:
    """The text that compares the contexts (actions and placements) for the field; it may be appended as it is.

    What it can compare is only what one person can be given either way: a background prompt in one placement or the
    other; a question put off from an action to a background prompt, where the action's requirement says that it can
    wait; else the same question earlier or later in the action that asks it. What is already under an experiment is
    passed by. A comment alone comes back where nothing is left to compare. Raises KeyError for an unknown field.
    """
    label = manifest.fields[field].label
    taken = {experiment.about for experiment in manifest.experiments.values()}
    ways = (*_between_placements(manifest, field, contexts, taken), *_in_actions(manifest, field, contexts, taken))
    for why, about, variant in ways:
        entries: dict[str, Any] = {
            "label": f"Where to ask: {label}"[:300],
            "hypothesis": why,
            **about,
            "metric": "field_completed",
            "field": field,
            "minimum_effect": EFFECT,
        }
        name = _free_key(manifest, field)
        control, other = f"experiments.{name}.variants.as_now", f"experiments.{name}.variants.other"
        return "\n".join([table(f"experiments.{name}", entries), table(control, {}), table(other, variant)])
    return f"# Nothing is left to compare for {field}: no context of these asks it, or each is under an experiment.\n"


Way = tuple[str, dict[str, Any], dict[str, Any]]
"""The hypothesis, what the experiment is about, and what its other variant changes."""


def _between_placements(
    manifest: Manifest, field: str, contexts: Sequence[str], taken: Collection[str]
) -> Iterator[Way]:
    """A background prompt in another placement. Where several are named, the first that it does not have now."""
    for prompt in manifest.prompting(field):
        others = [place for place in contexts if place != prompt.placement and place not in manifest.actions]
        if prompt.key not in taken and others:
            why = f"More people give it at {others[0]} than at {prompt.placement}."
            yield why, {"prompt": prompt.key}, {"placement": others[0]}


def _in_actions(manifest: Manifest, field: str, contexts: Sequence[str], taken: Collection[str]) -> Iterator[Way]:
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
    can_wait = any(need.field == field and need.can_wait for need in action.requires)
    others = (need.field for need in action.requires if need.field != field)
    if not can_wait or any(field in manifest.fields[other].after for other in others):
        return None
    return next((it for it in manifest.prompting(field) if it.placement in contexts), None)


def _in_another_order(manifest: Manifest, action: Action, field: str) -> Iterator[Way]:
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
    name = f"where_{field}"[:LONGEST_KEY]
    number = 2
    while name in manifest.experiments:
        name = f"where_{field}"[: LONGEST_KEY - len(str(number)) - 1] + f"_{number}"
        number += 1
    return name

"""What a variant makes of an action and of its fields' words. Pure."""

from collections.abc import Mapping

from webapp.profiling.experiment_declared import Experiment, Variant
from webapp.profiling.manifest import Action, Field, Manifest
from webapp.profiling.treatment import Treatment


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
    changes = {name: getattr(variant, name) for name in ("label", "reason", "ask") if getattr(variant, name)}
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

"""Where a background prompt may be met while experiments run. Pure."""

from collections.abc import Collection

from webapp.profiling.experiment_declared import Experiment
from webapp.profiling.manifest import BackgroundPrompt, Manifest


def placements_of(manifest: Manifest, experiment: Experiment) -> tuple[str, ...]:
    """Every placement that some variant gives the background prompt of the experiment, the declared one first."""
    declared = manifest.prompts[experiment.about].placement
    others = (variant.placement for variant in experiment.variants.values() if variant.placement)
    return tuple(dict.fromkeys((declared, *others)))


def placed(manifest: Manifest, placement: str, running: Collection[Experiment]) -> Manifest:
    """The manifest with all that might be asked in this placement, whichever variant a person has.

    Who is eligible must not depend on the variant: so each of the prompt's placements makes its person eligible.
    """
    here = {
        experiment.about: _moved(manifest.prompts[experiment.about], placement)
        for experiment in running
        if experiment.prompt and placement in placements_of(manifest, experiment)
    }
    return manifest.model_copy(update={"prompts": {**manifest.prompts, **here}}) if here else manifest


def put_off_to(experiment: Experiment, prompt: str) -> frozenset[str]:
    """The keys of the variants that have this background prompt ask in the action's stead."""
    return frozenset(key for key, variant in experiment.variants.items() if variant.prompt == prompt)


def _moved(prompt: BackgroundPrompt, placement: str) -> BackgroundPrompt:
    return prompt.model_copy(update={"placement": placement})

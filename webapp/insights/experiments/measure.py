"""What an experiment is measured by: where its people are asked, and what makes a success."""

from dataclasses import dataclass
from datetime import timedelta

from webapp.profiling.experiment_declared import Experiment
from webapp.profiling.experiments.placing import placements_of
from webapp.profiling.manifest import Manifest


@dataclass(frozen=True)
class Measure:
    """`contexts` are the action, or the placements of a background prompt, and what else is asked in its stead.

    A success is the action `action` having run, or, where `field` is not "", that field having been given, within
    `window` of the assignment.
    """

    contexts: tuple[str, ...]
    action: str
    field: str
    window: timedelta


def measure_of(manifest: Manifest, experiment: Experiment) -> Measure:
    """The measure of an experiment, whose action or prompt may have left the manifest since."""
    action = experiment.action or ""
    stand_ins = (variant.prompt for variant in experiment.variants.values() if variant.prompt)
    places = [manifest.prompts[key].placement for key in stand_ins if key in manifest.prompts]
    if experiment.prompt in manifest.prompts:
        places = [*placements_of(manifest, experiment), *places]
    contexts = tuple(dict.fromkeys([*([action] if action else []), *places]))
    return Measure(contexts, action, experiment.field or "", manifest.window)

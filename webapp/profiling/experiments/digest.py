"""What a run holds on to: a digest of all that its people are shown and measured by."""

import hashlib
import json

from webapp.profiling.experiment_declared import Experiment
from webapp.profiling.manifest import Manifest

UNCOUNTED = {"label", "hypothesis", "minimum_effect"}
"""What nobody who takes part sees, and what no success depends on."""


def digest(manifest: Manifest, experiment: Experiment) -> str:
    """Sixteen hexadecimal digits that change with the variants, the metric, and with what the control shows."""
    action = manifest.actions.get(experiment.about)
    prompt = manifest.prompts.get(experiment.about)
    asked = [need.field for need in action.requires] if action else list(prompt.fields if prompt else ())
    shown = [
        experiment.model_dump(mode="json", exclude=UNCOUNTED),
        list(experiment.variants),
        action.model_dump(mode="json") if action else None,
        prompt.model_dump() if prompt else None,
        [[manifest.fields[key].label, manifest.fields[key].reason] for key in asked],
    ]
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str).encode()).hexdigest()[:16]

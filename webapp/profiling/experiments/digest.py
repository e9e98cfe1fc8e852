"""What a run holds on to: a digest of all that its people are shown and measured by."""

import hashlib
import json

from webapp.profiling.manifest import Experiment, Manifest

UNCOUNTED = {"label", "hypothesis", "minimum_effect"}
"""What nobody who takes part sees, and what no success depends on."""


def digest(manifest: Manifest, experiment: Experiment) -> str:
    """Sixteen hexadecimal digits that change with the variants, the metric, and with what the control shows."""
    action = manifest.actions.get(experiment.about)
    asked = [need.field for need in action.requires] if action else []
    shown = [
        experiment.model_dump(mode="json", exclude=UNCOUNTED),
        list(experiment.variants),
        action.model_dump(mode="json") if action else None,
        [[manifest.fields[key].label, manifest.fields[key].reason] for key in asked],
    ]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]

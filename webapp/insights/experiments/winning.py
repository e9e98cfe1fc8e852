"""What the manifest says once a variant has won: the text to copy. Pure."""

from webapp.insights.experiments.writing import action_table, field_table, prompt_table
from webapp.profiling.experiment_declared import Experiment
from webapp.profiling.experiments.applying import treated
from webapp.profiling.manifest import Manifest


def winning_text(manifest: Manifest, experiment: Experiment, winner: str) -> str:
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

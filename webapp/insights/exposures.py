"""How asks were met, in words: by which device, by whom, and in which variant of an experiment."""

from collections.abc import Mapping

from webapp.insights.rollup.keys import NO_EXPERIMENT
from webapp.profiling.experiment_declared import Experiment
from webapp.profiling.words import gettext


def device_labels() -> Mapping[str, str]:
    return {
        "phone": gettext("Phone"),
        "tablet": gettext("Tablet"),
        "desktop": gettext("Desktop"),
        "other": gettext("Other"),
    }


def visitor_labels() -> Mapping[str, str]:
    return {"new": gettext("New"), "returning": gettext("Returning")}


def variant_label(key: str, experiments: Mapping[str, Experiment]) -> str:
    """Of `experiment:variant`, or of the prompts outside of any experiment."""
    if key == NO_EXPERIMENT:
        return gettext("Outside of experiments")
    experiment, _, variant = key.partition(":")
    found = experiments.get(experiment)
    if found is None or variant not in found.variants:
        return gettext("%(key)s (no longer declared)", key=key)
    return gettext("%(experiment)s: %(variant)s", experiment=gettext(found.label), variant=variant.replace("_", " "))

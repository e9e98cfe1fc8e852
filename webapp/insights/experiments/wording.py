"""Experiments in words: stages, and what a variant changes."""

from webapp.insights.experiments.stages import Stage
from webapp.insights.names import Names
from webapp.profiling.experiment_declared import Experiment, Variant
from webapp.profiling.words import gettext


def stage_label(stage: Stage) -> str:
    return {
        Stage.DRAFT: gettext("Not started"),
        Stage.RUNNING: gettext("Running"),
        Stage.CHANGED: gettext("On hold: its declaration has changed"),
        Stage.STOPPED: gettext("Stopped"),
        Stage.DECIDED: gettext("Decided"),
        Stage.GONE: gettext("No longer declared"),
    }[stage]


def stage_says(stage: Stage) -> str:
    return {
        Stage.DRAFT: gettext("Everybody is asked as declared, until somebody starts it."),
        Stage.RUNNING: gettext("Who attempts this and lacks something is given a variant by chance, and keeps it."),
        Stage.CHANGED: gettext(
            "The manifest says something else now than when this run began. Nobody is given a variant any more, and "
            "everybody is asked as declared. What came of it until then stands below. Stop it, then start anew."
        ),
        Stage.STOPPED: gettext("Everybody is asked as declared again."),
        Stage.DECIDED: gettext("Everybody is asked as declared, until the text below stands in the manifest."),
        Stage.GONE: gettext("The manifest does not declare it any more. What came of it stays."),
    }[stage]


def about(experiment: Experiment, names: Names) -> str:
    """What it is about, and what counts as a success."""
    if experiment.action is None:
        where = gettext("About the background prompt “%(prompt)s”.", prompt=experiment.prompt)
    else:
        where = gettext("About “%(action)s”.", action=names.context(experiment.action))
    if experiment.field:
        return f"{where} {gettext('Who gives “%(field)s” in time is a success.', field=names.field(experiment.field))}"
    return f"{where} {gettext('Whose action goes through in time is a success.')}"


def variant_label(key: str) -> str:
    return key.replace("_", " ")


def changes(variant: Variant, names: Names) -> str:
    """What the variant changes, part by part."""
    if not variant.changes:
        return gettext("As declared")
    parts = [
        gettext("heading “%(text)s”", text=variant.label) if variant.label else "",
        gettext("reason “%(text)s”", text=variant.reason) if variant.reason else "",
        gettext("all at once") if variant.ask == "together" else "",
        gettext("one by one") if variant.ask == "one_by_one" else "",
        gettext("in this order: %(fields)s", fields=_fields(variant.order, names)) if variant.order else "",
        *(gettext("label “%(text)s”", text=text) for text in variant.labels.values()),
        *(gettext("reason “%(text)s”", text=text) for text in variant.reasons.values()),
        gettext("%(fields)s is asked later", fields=_fields(variant.defer, names)) if variant.defer else "",
        gettext("placed at “%(place)s”", place=names.context(variant.placement)) if variant.placement else "",
    ]
    return "; ".join(part for part in parts if part)


def _fields(keys: tuple[str, ...], names: Names) -> str:
    return ", ".join(names.field(key) for key in keys)

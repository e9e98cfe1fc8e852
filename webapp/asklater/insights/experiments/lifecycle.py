"""The stages of an experiment from its declaration to its winner, an experiment with its runs, and their labels."""

from dataclasses import dataclass
from enum import StrEnum

from asklater.experiments.runs import Run
from asklater.i18n import gettext
from asklater.insights.labels import KeyLabels, window_length
from asklater.manifest.declarations import Experiment, Manifest, Variant

# Stages


class Stage(StrEnum):
    """From the declaration to the winner; `changed` runs by an older declaration, and treats nobody any more."""

    DRAFT = "draft"
    RUNNING = "running"
    CHANGED = "changed"
    STOPPED = "stopped"
    DECIDED = "decided"
    GONE = "gone"


def stage_of(digest: str | None, newest: Run | None) -> Stage:
    """`digest` is that of the declaration, None where the manifest has none; `newest` the latest run, if any."""
    if digest is None:
        return Stage.GONE
    if newest is None:
        return Stage.DRAFT
    if newest.stopped_at is None:
        return Stage.RUNNING if newest.digest == digest else Stage.CHANGED
    return Stage.DECIDED if newest.winner else Stage.STOPPED


# An experiment with its runs


@dataclass(frozen=True)
class ExperimentWithRuns:
    """An experiment that an address names: as it is declared now, its runs (newest first), and the run to show.

    `digest` is that of the declaration. `experiment` is what the shown run went by, else what is declared.
    """

    key: str
    declared: Experiment | None
    digest: str | None
    runs: tuple[Run, ...]
    run: Run | None

    @property
    def experiment(self) -> Experiment | None:
        return self.run.declared() if self.run else self.declared

    @property
    def newest(self) -> Run | None:
        return self.runs[0] if self.runs else None

    @property
    def stage(self) -> Stage:
        return stage_of(self.digest, self.newest)


# Labels


def stage_label(stage: Stage) -> str:
    return {
        Stage.DRAFT: gettext("Not started"),
        Stage.RUNNING: gettext("Running"),
        Stage.CHANGED: gettext("On hold: the manifest has changed"),
        Stage.STOPPED: gettext("Stopped"),
        Stage.DECIDED: gettext("Decided"),
        Stage.GONE: gettext("No longer declared"),
    }[stage]


def stage_sentence(stage: Stage) -> str:
    return {
        Stage.DRAFT: gettext("Everybody is asked as declared, until somebody starts it."),
        Stage.RUNNING: gettext(
            "Everybody who attempts this while something is missing gets a random variant, and keeps it."
        ),
        Stage.CHANGED: gettext(
            "The manifest says something else now than when this run began. Nobody is given a variant any more, and "
            "everybody is asked as declared. What came of it until then stands below. Stop it, then start anew."
        ),
        Stage.STOPPED: gettext("Everybody is asked as declared again."),
        Stage.DECIDED: gettext("Everybody is asked as declared, until the text below stands in the manifest."),
        Stage.GONE: gettext("The manifest does not declare it any more. What came of it stays."),
    }[stage]


def subject_label(experiment: Experiment, manifest: Manifest, names: KeyLabels) -> str:
    """What it is about, and what counts as a success, within which time."""
    if experiment.action is None:
        where = gettext("About the background prompt “%(prompt)s”.", prompt=experiment.prompt)
    else:
        where = gettext("About “%(action)s”.", action=names.context(experiment.action))
    within = window_length(manifest.horizon_of(experiment))
    if experiment.field:
        success = gettext(
            "It is a success when “%(field)s” is given within %(time)s of getting a variant, wherever it is asked.",
            field=names.field(experiment.field),
            time=within,
        )
    else:
        success = gettext(
            "It is a success when the action goes through within %(time)s of getting a variant.", time=within
        )
    return f"{where} {success}"


def variant_label(key: str) -> str:
    return key.replace("_", " ")


def changes_label(variant: Variant, names: KeyLabels) -> str:
    """What the variant changes, part by part."""
    if not variant.changes:
        return gettext("Control")
    parts = [
        gettext("heading “%(text)s”", text=variant.label) if variant.label else "",
        *(gettext("reason “%(text)s”", text=case.text) for case in variant.reason or ()),
        gettext("no reason but the fields’ own") if variant.reason == () else "",
        gettext("all at once") if variant.ask == "together" else "",
        gettext("one by one") if variant.ask == "one_by_one" else "",
        gettext("in this order: %(fields)s", fields=_field_labels(variant.order, names)) if variant.order else "",
        *(gettext("label “%(text)s”", text=text) for text in variant.labels.values()),
        *(gettext("reason “%(text)s”", text=text) for text in variant.reasons.values()),
        gettext("%(fields)s is asked later", fields=_field_labels(variant.defer, names)) if variant.defer else "",
        gettext("placed at “%(place)s”", place=names.context(variant.placement)) if variant.placement else "",
    ]
    return "; ".join(part for part in parts if part)


def _field_labels(keys: tuple[str, ...], names: KeyLabels) -> str:
    return ", ".join(names.field(key) for key in keys)

"""Putting the pages of this room together."""

from collections.abc import Mapping, Sequence

from flask import url_for

from webapp.insights.experiments.found import Found
from webapp.insights.experiments.pages import ExperimentPage, Listed, ListPage
from webapp.insights.experiments.planning import plan
from webapp.insights.experiments.reading import Reading, weights
from webapp.insights.experiments.results import Results
from webapp.insights.experiments.showing_plan import plan_says
from webapp.insights.experiments.showing_results import figures
from webapp.insights.experiments.stages import Stage, stage
from webapp.insights.experiments.steps import steps
from webapp.insights.experiments.winning import winning_text
from webapp.insights.experiments.wording import about, stage_label, stage_says, variant_label
from webapp.insights.forms import Asked
from webapp.insights.names import Names
from webapp.insights.pages import Choice, FilterBar
from webapp.insights.wording import day
from webapp.profiling.experiment_declared import Experiment
from webapp.profiling.experiments.runs import Run
from webapp.profiling.manifest import Manifest
from webapp.profiling.words import gettext


def list_page(manifest: Manifest, digests: Mapping[str, str], runs: Sequence[Run], names: Names) -> ListPage:
    """Every experiment that is declared, then those that only ran once."""
    newest: dict[str, Run] = {}
    for run in runs:  # newest first
        newest.setdefault(run.experiment, run)
    gone = [key for key in newest if key not in manifest.experiments]
    return ListPage(
        listed=tuple(
            _listed(key, manifest.experiments.get(key), digests.get(key), newest.get(key), names)
            for key in (*manifest.experiments, *gone)
        ),
        draft_url=url_for("experiments.draft"),
    )


def _listed(key: str, declared: Experiment | None, digest: str | None, newest: Run | None, names: Names) -> Listed:
    shown = declared or (newest.declared() if newest else None)
    there = stage(digest, newest)
    return Listed(
        label=shown.label if shown else key,
        url=url_for("experiments.experiment", key=key),
        about=about(shown, names) if shown else "",
        hypothesis=shown.hypothesis if shown else "",
        stage=there.value,
        stage_label=stage_label(there),
    )


def experiment_page(found: Found, manifest: Manifest, reading: Reading, names: Names, asked: Asked) -> ExperimentPage:
    """One experiment, and what came of the run that is shown."""
    question, experiment = asked.question, found.experiment
    results = reading.results(experiment, found.run, question) if experiment and found.run else None
    label = experiment.label if experiment else found.key
    here = {"people": question.people} if question.people != "all" else {}
    arguments = here | ({"run": str(found.run.id)} if found.run and found.run is not found.newest else {})
    return ExperimentPage(
        filter=_filter(found, asked),
        title=gettext("Error: %(title)s", title=label) if asked.errors else label,
        heading=label,
        hypothesis=experiment.hypothesis if experiment else "",
        about=about(experiment, names) if experiment else "",
        stage=found.stage.value,
        stage_label=stage_label(found.stage),
        stage_says=stage_says(found.stage),
        steps=steps(found.key, found.stage, experiment, found.newest, question.as_of),
        plan=_plan(found, reading, results, asked),
        figures=figures(results, experiment, names) if results and experiment else None,
        heads=tuple(variant_label(key) for key in experiment.variants) if experiment else (),
        winner_says=_winner_says(found),
        winner_text=_winner_text(found, manifest),
        runs=tuple(_run(found, run, here) for run in found.runs) if len(found.runs) > 1 else (),
        banner=_real_only(found) if results and results.simulated else None,
        csv_url=_address("experiments.table_csv", found.key, arguments),
        json_url=_address("experiments.table_json", found.key, arguments),
    )


def _plan(found: Found, reading: Reading, results: Results | None, asked: Asked) -> tuple[str, ...]:
    """Only of what may still go on."""
    experiment = found.experiment
    if experiment is None or found.stage not in {Stage.DRAFT, Stage.RUNNING} or found.run is not found.newest:
        return ()
    traffic = reading.traffic(experiment, found.run, results, asked.question)
    shares = list(weights(experiment).values())
    return plan_says(plan(traffic, experiment.minimum_effect, shares), experiment.minimum_effect)


def _winner_says(found: Found) -> str:
    if found.stage is not Stage.DECIDED or found.newest is None or found.run is not found.newest:
        return ""
    experiment, winner = found.experiment, found.newest.winner
    if experiment is not None and winner == experiment.control.key:
        return gettext("What is declared has won. Take the experiment out of the manifest; nothing else changes.")
    return gettext(
        "“%(variant)s” has won. Put this into the manifest, in place of the tables of the same names, and take the "
        "experiment out of it.",
        variant=variant_label(winner),
    )


def _winner_text(found: Found, manifest: Manifest) -> str:
    if not _winner_says(found) or found.experiment is None or found.newest is None:
        return ""
    return winning_text(manifest, found.experiment, found.newest.winner)


def _filter(found: Found, asked: Asked) -> FilterBar:
    people = tuple(control for control in asked.inputs if control.name == "people")
    url = url_for("experiments.experiment", key=found.key)
    return FilterBar(url=url, inputs=people, errors=asked.errors, presets=(), clear=None, narrowed=(), days="")


def _run(found: Found, run: Run, here: Mapping[str, str]) -> Choice:
    label = gettext("from %(day)s", day=day(run.started_at))
    if run.stopped_at is not None:
        label = gettext("%(first)s to %(last)s", first=day(run.started_at), last=day(run.stopped_at))
    arguments = {**here, "run": str(run.id)}
    return Choice(label, _address("experiments.experiment", found.key, arguments), current=run is found.run)


def _real_only(found: Found) -> Choice:
    return Choice(gettext("Show real people only"), _address("experiments.experiment", found.key, {"people": "real"}))


def _address(endpoint: str, key: str, arguments: Mapping[str, str]) -> str:
    return url_for(endpoint, key=key, **arguments)  # type: ignore[arg-type] # every name is our own

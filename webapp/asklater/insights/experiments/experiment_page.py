"""The list of experiments and the page of one: its stage, its actions, its plan, its results, its winner."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo

from asklater.endpoints import url_for
from asklater.experiments.runs import Run
from asklater.i18n import gettext
from asklater.insights.experiments.analysis import RunResults, SamplePlan, sample_plan
from asklater.insights.experiments.arm_horizons import ArmPanel, arm_panel
from asklater.insights.experiments.drafts import winner_declarations
from asklater.insights.experiments.lifecycle import (
    ExperimentWithRuns,
    Stage,
    stage_label,
    stage_of,
    stage_sentence,
    subject_label,
    variant_label,
)
from asklater.insights.experiments.presenters import (
    ExperimentListPage,
    ExperimentPage,
    ExperimentRow,
    experiment_actions,
)
from asklater.insights.experiments.reader import RunReader, weights_by_variant
from asklater.insights.experiments.results_panel import results_panel
from asklater.insights.forms import QueryForm
from asklater.insights.labels import (
    KeyLabels,
    day,
    ngettext,
    page_title,
    percent,
    points_label,
    whole_number,
    window_length,
)
from asklater.insights.navigation import filter_bar
from asklater.insights.presenters import FilterBar, PageLink
from asklater.insights.query import Query
from asklater.manifest.declarations import Manifest

# The plan in sentences


def plan_sentences(plan: SamplePlan | None, effect: float, horizon: timedelta) -> tuple[str, ...]:
    """What it takes to find a difference of `effect`, with what is known of the traffic, and how much longer it takes
    until the last person is judged, `horizon` after getting a variant."""
    if plan is None:
        return (
            gettext(
                "Too few people were eligible lately to estimate how long this would take: at least thirty are needed."
            ),
        )
    aim = gettext(
        (
            "To find a difference of %(effect)s from %(baseline)s, each variant needs %(once)s "
            "people if you look once, at the end; %(many)s at most if you look every day."
        ),
        effect=points_label(effect).removeprefix("+"),
        baseline=percent(plan.baseline),
        once=whole_number(plan.persons_for_one_look),
        many=whole_number(plan.persons_for_many_looks),
    )
    judged = gettext("The last of them is judged %(time)s after that.", time=window_length(horizon))
    return aim, _days_label(plan), *([judged] if horizon >= timedelta(days=2) else [])


def _days_label(plan: SamplePlan) -> str:
    if plan.days_for_one_look is None or plan.days_for_many_looks is None:
        return gettext("Nobody is eligible at present, so it would never end.")
    a_day = f"{plan.persons_a_day:.1f}" if plan.persons_a_day < 10 else whole_number(round(plan.persons_a_day))
    return gettext(
        "At %(number)s eligible people a day that takes %(once)s, or %(many)s.",
        number=a_day,
        once=ngettext("%(num)s day", "%(num)s days", plan.days_for_one_look),
        many=ngettext("%(num)s day", "%(num)s days", plan.days_for_many_looks),
    )


# The pages


def experiment_list_page(
    manifest: Manifest, digests: Mapping[str, str], runs: Sequence[Run], names: KeyLabels
) -> ExperimentListPage:
    """Every experiment that is declared, then those that only ran once."""
    newest: dict[str, Run] = {}
    for run in runs:  # newest first
        newest.setdefault(run.experiment, run)
    gone = [key for key in newest if key not in manifest.experiments]
    return ExperimentListPage(
        listed=tuple(
            _experiment_row(key, manifest, digests.get(key), newest.get(key), names)
            for key in (*manifest.experiments, *gone)
        ),
        draft_url=url_for("experiments.draft"),
    )


def _experiment_row(
    key: str, manifest: Manifest, digest: str | None, newest: Run | None, names: KeyLabels
) -> ExperimentRow:
    shown = manifest.experiments.get(key) or (newest.declared() if newest else None)
    there = stage_of(digest, newest)
    return ExperimentRow(
        label=shown.label if shown else key,
        url=url_for("experiments.experiment", key=key),
        about=subject_label(shown, manifest, names) if shown else "",
        hypothesis=shown.hypothesis if shown else "",
        stage=there.value,
        stage_label=stage_label(there),
    )


def experiment_page(
    found: ExperimentWithRuns, manifest: Manifest, reader: RunReader, names: KeyLabels, form: QueryForm
) -> ExperimentPage:
    """One experiment, and what came of the run that is shown."""
    query, experiment = form.query, found.experiment
    results = reader.results(experiment, found.run, query) if experiment and found.run else None
    label = experiment.label if experiment else found.key
    here = {"people": query.people} if query.people != "all" else {}
    arguments = here | ({"run": str(found.run.id)} if found.run and found.run is not found.newest else {})
    return ExperimentPage(
        filter=_filter(found, form),
        title=page_title(label, form.errors),
        heading=label,
        hypothesis=experiment.hypothesis if experiment else "",
        about=subject_label(experiment, manifest, names) if experiment else "",
        stage=found.stage.value,
        stage_label=stage_label(found.stage),
        stage_says=stage_sentence(found.stage),
        steps=experiment_actions(found.key, found.stage, experiment, found.newest, query.as_of),
        plan=_plan(found, manifest, reader, results, form),
        figures=results_panel(results, experiment, names, stopped=_is_stopped(found))
        if results and experiment
        else None,
        columns=tuple(variant_label(key) for key in experiment.variants) if experiment else (),
        winner_says=_winner_sentence(found),
        winner_text=_winner_text(found, manifest),
        runs=tuple(_run(found, run, here, query.zone) for run in found.runs) if len(found.runs) > 1 else (),
        banner=_real_people_link(found) if results and results.simulated else None,
        arms=_arms(found, reader, names, form.query, arguments),
        csv_url=_experiment_url("experiments.table_csv", found.key, arguments),
        json_url=_experiment_url("experiments.table_json", found.key, arguments),
    )


def _arms(
    found: ExperimentWithRuns, reader: RunReader, names: KeyLabels, query: Query, arguments: Mapping[str, str]
) -> ArmPanel | None:
    if found.experiment is None:
        return None
    arms = reader.arm_horizons(found.experiment, found.run, query)
    csv_url, json_url = (
        _experiment_url(f"experiments.horizons_{form}", found.key, arguments) for form in ("csv", "json")
    )
    return arm_panel(arms, names, csv_url, json_url)


def _plan(
    found: ExperimentWithRuns, manifest: Manifest, reader: RunReader, results: RunResults | None, form: QueryForm
) -> tuple[str, ...]:
    """Only of what may still go on."""
    experiment = found.experiment
    if experiment is None or found.stage not in {Stage.DRAFT, Stage.RUNNING} or found.run is not found.newest:
        return ()
    traffic = reader.traffic(experiment, found.run, results, form.query)
    shares = list(weights_by_variant(experiment).values())
    effect = experiment.minimum_effect
    return plan_sentences(sample_plan(traffic, effect, shares), effect, manifest.horizon_of(experiment))


def _is_stopped(found: ExperimentWithRuns) -> bool:
    return found.run is not None and found.run.stopped_at is not None


def _winner_sentence(found: ExperimentWithRuns) -> str:
    if found.stage is not Stage.DECIDED or found.newest is None or found.run is not found.newest:
        return ""
    experiment, winner = found.experiment, found.newest.winner
    if experiment is not None and winner == experiment.control.key:
        return gettext("The control has won. Take the experiment out of the manifest; nothing else changes.")
    return gettext(
        "“%(variant)s” has won. Put this into the manifest, in place of the tables of the same names, and take the "
        "experiment out of it.",
        variant=variant_label(winner),
    )


def _winner_text(found: ExperimentWithRuns, manifest: Manifest) -> str:
    if not _winner_sentence(found) or found.experiment is None or found.newest is None:
        return ""
    return winner_declarations(manifest, found.experiment, found.newest.winner)


def _filter(found: ExperimentWithRuns, form: QueryForm) -> FilterBar:
    people = tuple(control for control in form.inputs if control.name == "people")
    return filter_bar(replace(form, inputs=people), "experiments.experiment", days=False, place={"key": found.key})


def _run(found: ExperimentWithRuns, run: Run, here: Mapping[str, str], zone: tzinfo) -> PageLink:
    first = day(run.started_at.astimezone(zone))
    label = gettext("from %(day)s", day=first)
    if run.stopped_at is not None:
        label = gettext("%(first)s to %(last)s", first=first, last=day(run.stopped_at.astimezone(zone)))
    arguments = {**here, "run": str(run.id)}
    return PageLink(label, _experiment_url("experiments.experiment", found.key, arguments), current=run is found.run)


def _real_people_link(found: ExperimentWithRuns) -> PageLink:
    return PageLink(
        gettext("Show real people only"), _experiment_url("experiments.experiment", found.key, {"people": "real"})
    )


def _experiment_url(endpoint: str, key: str, arguments: Mapping[str, str]) -> str:
    return url_for(endpoint, key=key, **arguments)  # every name is our own

"""Routes of the experiments: the list, one experiment, its table as a file, a draft; start, stop, declare a winner,
and take each back.
"""

from collections.abc import Callable

from flask import Blueprint, abort, flash, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import clock, http
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import Engine, current_engine
from asklater.experiments.runs import NotPossible
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.insights.experiments.analysis import RunResults
from asklater.insights.experiments.arm_horizons import ArmHorizons, arm_lines, arm_lines_csv
from asklater.insights.experiments.drafts import draft_declarations as drafted
from asklater.insights.experiments.experiment_page import experiment_list_page, experiment_page
from asklater.insights.experiments.exports import result_rows, results_csv as as_csv
from asklater.insights.experiments.forms import read_draft_form
from asklater.insights.experiments.lifecycle import ExperimentWithRuns, variant_label
from asklater.insights.experiments.presenters import ConfirmPage, DraftPage
from asklater.insights.experiments.reader import RunReader
from asklater.insights.filters import declared_options
from asklater.insights.forms import QueryForm, read_undated_query
from asklater.insights.labels import key_labels, page_title
from asklater.insights.routes import only_product_managers, template_context
from asklater.manifest.declarations import Manifest
from asklater.web.csv_files import csv_response

# The blueprint, open to product managers

blueprint = Blueprint("experiments", __name__, url_prefix="/insights/experiments")
blueprint.before_request(only_product_managers)
blueprint.context_processor(template_context)


# The experiment of a URL


def experiment_or_404(engine: Engine, key: str, run_id: int | None = None) -> ExperimentWithRuns:
    """With the run of that number, by default its newest. 404 where there is no such experiment, or no such run."""
    runs = tuple(engine.experiments.runs.of(key))
    declared = engine.manifest.experiments.get(key)
    if declared is None and not runs:
        abort(404)
    run = next((run for run in runs if run.id == run_id), None) if run_id is not None else next(iter(runs), None)
    if run_id is not None and run is None:
        abort(404)
    return ExperimentWithRuns(key, declared, engine.experiments.digest(key) if declared else None, runs, run)


def digests(engine: Engine, manifest: Manifest) -> dict[str, str]:
    """Returns the digest of every declared experiment, by key."""
    return {key: engine.experiments.digest(key) for key in manifest.experiments}


# Pages and files


@blueprint.get("", strict_slashes=False)
def overview() -> ResponseReturnValue:
    engine = current_engine()
    manifest, runs = engine.manifest, engine.experiments.runs.every()
    page = experiment_list_page(manifest, digests(engine, manifest), runs, key_labels(manifest))
    return http.personal(make_response(render_template("asklater/insights/experiments/list.html", page=page)))


@blueprint.get("/<key>")
def experiment(key: str) -> ResponseReturnValue:
    engine = current_engine()
    found, asked = experiment_or_404(engine, key, http.number_argument("run")), _undated_query()
    page = experiment_page(found, engine.manifest, _run_reader(), key_labels(engine.manifest), asked)
    shown = render_template("asklater/insights/experiments/experiment.html", page=page)
    return http.personal(make_response(shown, 422 if asked.errors else 200))


@blueprint.get("/<key>.csv")
def table_csv(key: str) -> ResponseReturnValue:
    return csv_response(as_csv(_results_or_404(key)), f"experiment-{key}")


@blueprint.get("/<key>.json")
def table_json(key: str) -> ResponseReturnValue:
    found = _results_or_404(key)
    return http.personal(jsonify(variants=result_rows(found), sample_ratio_mismatch=found.sample_ratio.mismatch))


@blueprint.get("/<key>/horizons.csv")
def horizons_csv(key: str) -> ResponseReturnValue:
    return csv_response(arm_lines_csv(_arms_or_404(key)), f"experiment-{key}-horizons")


@blueprint.get("/<key>/horizons.json")
def horizons_json(key: str) -> ResponseReturnValue:
    return http.personal(jsonify(variants=arm_lines(_arms_or_404(key))))


def _arms_or_404(key: str) -> tuple[ArmHorizons, ...]:
    found = experiment_or_404(current_engine(), key, http.number_argument("run"))
    if found.experiment is None:
        abort(404)
    return _run_reader().arm_horizons(found.experiment, found.run, _undated_query().query)


def _results_or_404(key: str) -> RunResults:
    """What came of the run that is asked for; 404 where it can no longer be read."""
    found = experiment_or_404(current_engine(), key, http.number_argument("run"))
    if found.experiment is None:
        abort(404)
    return _run_reader().results(found.experiment, found.run, _undated_query().query)


def _undated_query() -> QueryForm:
    """Whose figures; of what is asked elsewhere only the people apply here."""
    people = {"people": request.args["people"]} if "people" in request.args else {}
    engine = current_engine()
    return read_undated_query(people, declared_options(key_labels(engine.manifest)), clock.now(), engine.zone)


def _run_reader() -> RunReader:
    engine = current_engine()
    return RunReader(current_database(), engine.manifest, engine.registry.uncounted)


# Drafts


@blueprint.get("/draft")
def draft() -> ResponseReturnValue:
    engine = current_engine()
    names = key_labels(engine.manifest)
    asked = read_draft_form(
        request.args.get("field"), request.args.getlist("context"), names, _contexts_by_field(engine)
    )
    title = gettext("Draft an experiment")
    page = DraftPage(
        title=page_title(title, asked.errors),
        url=url_for("experiments.draft"),
        inputs=asked.inputs,
        errors=asked.errors,
        text=drafted(engine.manifest, asked.field, asked.contexts) if asked.field else "",
    )
    shown = render_template("asklater/insights/experiments/draft.html", page=page)
    return http.personal(make_response(shown, 422 if asked.errors else 200))


def _contexts_by_field(engine: Engine) -> dict[str, str]:
    """Every context by its label: what asks now, and the spots where something could be asked."""
    placements = {key: placement.label() for key, placement in engine.registry.placements.items()}
    return {**key_labels(engine.manifest).contexts, **placements}


# Actions: each leads back to the experiment


@blueprint.post("/<key>/start")
def start(key: str) -> ResponseReturnValue:
    found = experiment_or_404(current_engine(), key)
    if found.declared is None:
        return _back(found, gettext("The manifest does not declare it any more, so it cannot start."), "error")
    role = current_identity().role()
    return _done(found, lambda: current_engine().experiments.start(key, role), gettext("It has started."))


@blueprint.get("/<key>/stop")
def confirm_stop(key: str) -> ResponseReturnValue:
    found = experiment_or_404(current_engine(), key)
    page = ConfirmPage(
        title=gettext("Stop “%(label)s”?", label=_label(found)),
        text=gettext(
            "From now on everybody is asked as declared. What came of it stays. For an hour you can undo this; later "
            "only a new run can follow, with people assigned again."
        ),
        button=gettext("Stop it"),
        style="danger",
        post_url=url_for("experiments.stop", key=key),
        back_url=url_for("experiments.experiment", key=key),
    )
    return _confirm(page)


@blueprint.post("/<key>/stop")
def stop(key: str) -> ResponseReturnValue:
    found = experiment_or_404(current_engine(), key)
    return _done(found, lambda: current_engine().experiments.stop(key), gettext("It is stopped."))


@blueprint.post("/<key>/go-on")
def take_up(key: str) -> ResponseReturnValue:
    found = experiment_or_404(current_engine(), key)
    return _done(found, lambda: current_engine().experiments.take_up(key), gettext("It goes on as if never stopped."))


@blueprint.get("/<key>/winner")
def confirm_winner(key: str) -> ResponseReturnValue:
    found, variant = experiment_or_404(current_engine(), key), request.args.get("variant", "")
    if not _has_variant(found, variant):
        return _back(found, gettext("Choose one of its variants as the winner."), "error")
    page = ConfirmPage(
        title=gettext("Declare “%(variant)s” the winner?", variant=variant_label(variant)),
        text=gettext(
            "The page then gives the text for the manifest. Until that stands there, everybody is asked as declared. "
            "You can take the winner back."
        ),
        button=gettext("Declare it"),
        style="primary",
        post_url=url_for("experiments.declare", key=key),
        back_url=url_for("experiments.experiment", key=key),
        hidden=(("variant", variant),),
    )
    return _confirm(page)


@blueprint.post("/<key>/winner")
def declare(key: str) -> ResponseReturnValue:
    found, variant = experiment_or_404(current_engine(), key), request.form.get("variant", "")
    if not _has_variant(found, variant):
        return _back(found, gettext("Choose one of its variants as the winner."), "error")
    runs = current_engine().experiments.runs
    return _done(found, lambda: runs.declare(key, variant), gettext("The winner is declared. Its text stands below."))


@blueprint.post("/<key>/winner/back")
def withdraw(key: str) -> ResponseReturnValue:
    found, runs = experiment_or_404(current_engine(), key), current_engine().experiments.runs
    return _done(found, lambda: runs.declare(key, ""), gettext("No winner is declared any more."))


def _done(found: ExperimentWithRuns, step: Callable[[], None], said: str) -> ResponseReturnValue:
    """Take the step; where somebody else was faster, say so and change nothing."""
    try:
        step()
    except NotPossible:
        return _back(found, gettext("This is no longer possible. Check where the experiment stands."), "error")
    return _back(found, said, "success")


def _back(found: ExperimentWithRuns, said: str, look: str) -> ResponseReturnValue:
    flash(said, look)
    return http.go_to(url_for("experiments.experiment", key=found.key))


def _confirm(page: ConfirmPage) -> ResponseReturnValue:
    return http.personal(make_response(render_template("asklater/insights/experiments/confirm.html", page=page)))


def _has_variant(found: ExperimentWithRuns, variant: str) -> bool:
    return found.experiment is not None and variant in found.experiment.variants


def _label(found: ExperimentWithRuns) -> str:
    return found.experiment.label if found.experiment else found.key

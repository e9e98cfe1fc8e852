"""Looking: the list, one experiment, its table as a file."""

from flask import Response, abort, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import clock, http
from webapp.db import current_database
from webapp.insights.experiments.blueprint import blueprint
from webapp.insights.experiments.exporting import rows, table_csv as as_csv
from webapp.insights.experiments.finding import digests, found_or_404
from webapp.insights.experiments.reading import Reading
from webapp.insights.experiments.results import Results
from webapp.insights.experiments.showing import experiment_page, list_page
from webapp.insights.forms import Asked, read_undated
from webapp.insights.names import names_of
from webapp.insights.offers import declared_only
from webapp.profiling.engine import current_engine


@blueprint.get("", strict_slashes=False)
def overview() -> ResponseReturnValue:
    engine = current_engine()
    manifest, runs = engine.manifest, engine.experiments.runs.every()
    page = list_page(manifest, digests(engine, manifest), runs, names_of(manifest))
    return http.personal(make_response(render_template("insights/experiments/list.html", page=page)))


@blueprint.get("/<key>")
def experiment(key: str) -> ResponseReturnValue:
    engine = current_engine()
    found, asked = found_or_404(engine, key, request.args.get("run", type=int)), _asked()
    page = experiment_page(found, engine.manifest, _reading(), names_of(engine.manifest), asked)
    shown = render_template("insights/experiments/experiment.html", page=page)
    return http.personal(make_response(shown, 422 if asked.errors else 200))


@blueprint.get("/<key>.csv")
def table_csv(key: str) -> ResponseReturnValue:
    response = Response(as_csv(_results_or_404(key)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="experiment-{key}.csv"'
    return http.personal(response)


@blueprint.get("/<key>.json")
def table_json(key: str) -> ResponseReturnValue:
    found = _results_or_404(key)
    return http.personal(jsonify(variants=rows(found), sample_ratio_mismatch=found.ratio.mismatch))


def _results_or_404(key: str) -> Results:
    """What came of the run that is asked for; 404 where it can no longer be read."""
    found = found_or_404(current_engine(), key, request.args.get("run", type=int))
    if found.experiment is None:
        abort(404)
    return _reading().results(found.experiment, found.run, _asked().question)


def _asked() -> Asked:
    """Whose figures; of what is asked elsewhere only the people apply here."""
    people = {"people": request.args["people"]} if "people" in request.args else {}
    return read_undated(people, declared_only(names_of(current_engine().manifest)), clock.now())


def _reading() -> Reading:
    engine = current_engine()
    return Reading(current_database(), engine.manifest, engine.uncounted)

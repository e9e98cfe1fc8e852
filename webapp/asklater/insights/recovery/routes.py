"""Routes of recovery: the page, and its tables as files."""

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import clock, http
from asklater.database.access import current_database
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.insights.exports.sheets import sheet_response
from asklater.insights.forms import QueryForm, read_undated_query
from asklater.insights.labels import key_labels
from asklater.insights.postgres_hints import page_snapshot
from asklater.insights.recovery.counts import RecoveryCounts, read_recovery
from asklater.insights.recovery.figures import RecoveryFigures, recovery_figures
from asklater.insights.recovery.presenters import ENDPOINT, SHEETS, only_people, recovery_page
from asklater.insights.routes import only_product_managers, requested_options, template_context
from asklater.insights.urls import page_url
from asklater.suppression import SMALLEST_CELL

blueprint = Blueprint("recovery", __name__, url_prefix="/insights/recovery")
blueprint.before_request(only_product_managers)
blueprint.context_processor(template_context)


@blueprint.get("", strict_slashes=False)
def recovery() -> ResponseReturnValue:
    form, engine = _requested(), current_engine()
    counts, figures = _figures(form)
    page = recovery_page(form, counts, figures, engine.registry.recovery_evidence, key_labels(engine.manifest))
    shown = render_template("asklater/insights/recovery/recovery.html", page=page)
    return http.personal(make_response(shown, 422 if form.errors else 200))


@blueprint.get("/<table>.<any(csv, json):form>")
def table(table: str, form: str) -> ResponseReturnValue:
    if table not in SHEETS:
        abort(404)
    asked = _requested()
    if asked.errors and form == "csv":  # the page says what is wrong beside its input
        return http.go_to(page_url(ENDPOINT, request.args.to_dict()))
    if asked.errors:
        messages = " ".join(error.message for error in asked.errors)
        return http.problem(422, gettext("These filters cannot be understood."), messages)
    counts, figures = _figures(asked)
    as_of = counts.as_of.isoformat() if counts.as_of else None
    about = {"question": {"people": asked.query.people}, "as_of": as_of, "smallest_cell": SMALLEST_CELL}
    return sheet_response(form, SHEETS[table](figures), f"recovery-{table}", **about)


def _requested() -> QueryForm:
    return only_people(read_undated_query(request.args, requested_options(), clock.now()))


def _figures(form: QueryForm) -> tuple[RecoveryCounts, RecoveryFigures]:
    registry = current_engine().registry
    with page_snapshot(current_database()):
        counts = read_recovery(current_database(), registry, form.query.people)
    return counts, recovery_figures(counts, registry.recovery_ways)

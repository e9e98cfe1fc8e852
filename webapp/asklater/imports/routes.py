"""The page of readiness, and its tables as files; for product managers, privacy officers and administrators."""

from flask import Blueprint, Response, jsonify, make_response, render_template
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.imports.presenters import (
    readiness_page,
    suppressed_action_rows,
    suppressed_document,
    suppressed_left_out_rows,
)
from asklater.imports.readiness import ACTION_COLUMNS, LEFT_OUT_COLUMNS, Readiness, readiness
from asklater.imports.runs import PastRun, past_runs
from asklater.web.csv_files import csv_response, csv_text

ROLES = ("pm", "privacy_officer", "admin")
blueprint = Blueprint("readiness", __name__, url_prefix="/staff/readiness")


@blueprint.before_request
def only_staff() -> Response | None:
    text = gettext("The report on imports is for product managers, privacy officers and administrators.")
    hint = gettext("In the demo, look around as the product manager.")
    return current_identity().require_role(ROLES, text, hint)


@blueprint.get("", strict_slashes=False)
def page() -> ResponseReturnValue:
    runs = past_runs(current_engine().database)
    shown = readiness_page(current_engine(), runs, _asked(runs))
    return http.personal(make_response(render_template("asklater/imports/readiness.html", page=shown)))


@blueprint.get("/actions.csv")
def actions_csv() -> ResponseReturnValue:
    return csv_response(csv_text(ACTION_COLUMNS, suppressed_action_rows(_report())), "readiness")


@blueprint.get("/left-out.csv")
def left_out_csv() -> ResponseReturnValue:
    return csv_response(csv_text(LEFT_OUT_COLUMNS, suppressed_left_out_rows(_report())), "left-out")


@blueprint.get("/report.json")
def as_json() -> ResponseReturnValue:
    return http.personal(jsonify(suppressed_document(_report())))


def _report() -> Readiness:
    asked = _asked(past_runs(current_engine().database))
    return readiness(current_engine(), asked.tally) if asked else Readiness(0, (), ())


def _asked(runs: list[PastRun]) -> PastRun | None:
    """The run that the address names, else the latest one."""
    wanted = http.number_argument("run")
    return next((run for run in runs if run.id == wanted), runs[0] if runs else None)

"""The tables of the sign-up pages as files, by the assumptions of the page that leads to them."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.db import current_database
from webapp.insights.addresses import address
from webapp.insights.sheets.answering import sheet_as
from webapp.insights.sheets.sheet import Sheet
from webapp.insights.signup.blueprint import blueprint
from webapp.insights.signup.measuring import measured_at_sign_up
from webapp.insights.signup.price import Plan
from webapp.insights.signup.price_form import read_plan
from webapp.insights.signup.recording import history
from webapp.insights.signup.sheets import changes_sheet, form_sheet, price_sheet
from webapp.profiling.engine import current_engine
from webapp.profiling.words import gettext

TABLES = ("fields", "changes", "price")


@blueprint.get("/sign-up/<table>.<any(csv, json):form>")
def table(table: str, form: str) -> ResponseReturnValue:
    if table not in TABLES:
        abort(404)
    typed = read_plan(request.args, len(current_engine().manifest.signup.fields) + 1)
    if typed.errors and form == "csv":  # the page says what is wrong beside its inputs
        return http.go_to(address("signup.price", request.args.to_dict()))
    if typed.errors:
        told = " ".join(error.message for error in typed.errors)
        return http.problem(422, gettext("The assumptions cannot be understood."), told)
    sheet = _sheet(table, typed.plan)
    return sheet_as(form, sheet, sheet.name)


def _sheet(part: str, plan: Plan) -> Sheet:
    if part == "fields":
        return form_sheet(current_engine().manifest.signup, plan, measured=measured_at_sign_up(current_engine()))
    if part == "changes":
        return changes_sheet(history(current_database()))
    return price_sheet(plan, measured=measured_at_sign_up(current_engine()))

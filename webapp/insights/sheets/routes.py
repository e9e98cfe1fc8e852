"""Every table as a file: the same question, the same figures, the same cells left out as on its page."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.db import current_database
from webapp.insights.addresses import address
from webapp.insights.figures import SMALLEST
from webapp.insights.forms import Asked
from webapp.insights.names import names_of
from webapp.insights.planning import looking
from webapp.insights.question import Question
from webapp.insights.routes import blueprint, question_asked, reading
from webapp.insights.sheets.answering import sheet_as
from webapp.insights.sheets.board_sheets import contexts, episodes, fields, matrix, where_to_ask
from webapp.insights.sheets.course_sheets import coverage, funnel, incidence, outcomes, slices, times, trend
from webapp.insights.sheets.declared_sheet import declared
from webapp.insights.sheets.sheet import Sheet
from webapp.insights.sheets.source import Source
from webapp.profiling.engine import current_engine
from webapp.profiling.words import gettext

SHEETS: Mapping[str, Callable[[Source], Sheet]] = MappingProxyType(
    {
        "episodes": episodes,
        "matrix": matrix,
        "fields": fields,
        "contexts": contexts,
        "where-to-ask": where_to_ask,
        "trend": trend,
        "outcomes": outcomes,
        "times": times,
        "incidence": incidence,
        "slices": slices,
        "funnel": funnel,
        "coverage": coverage,
        "declared": declared,
    }
)


@blueprint.get("/<table>.<any(csv, json):form>")
def table(table: str, form: str) -> ResponseReturnValue:
    if table not in SHEETS:
        abort(404)
    asked = question_asked()
    if asked.errors:
        return _refused(asked, form)
    question = asked.question
    sheet = _sheet(SHEETS[table], question)
    about = {"question": question.arguments(), "as_of": question.as_of.isoformat(), "smallest_cell": SMALLEST}
    return sheet_as(form, sheet, _file_name(table, question), **about)


def _sheet(make: Callable[[Source], Sheet], question: Question) -> Sheet:
    engine, database = current_engine(), current_database()
    with looking(database):
        manifest = engine.manifest
        return make(Source(database, reading(question), manifest, engine.uncounted, names_of(manifest), question))


def _refused(asked: Asked, form: str) -> Response:
    """A spreadsheet's reader is led to the page that says what is wrong beside its inputs, a program is told."""
    if form == "json":
        told = " ".join(error.message for error in asked.errors)
        return http.problem(422, gettext("The question cannot be understood."), told)
    return http.go_to(address("insights.overview", request.args.to_dict()))


def _file_name(table: str, question: Question) -> str:
    return f"{table}-{question.first.isoformat()}-to-{question.last.isoformat()}"

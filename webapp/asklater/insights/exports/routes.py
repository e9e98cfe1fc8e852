"""Every table as a file: the same query, the same figures, the same cells left out as on its page."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.database.access import current_database
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.insights.exports.detail_tables import (
    horizons_table,
    origins_table,
    rejections_table,
    steps_table,
)
from asklater.insights.exports.field_tables import (
    contexts_table,
    declared_table,
    episodes_table,
    fields_table,
    matrix_table,
    where_to_ask_table,
)
from asklater.insights.exports.figure_columns import ExportSource
from asklater.insights.exports.outcome_tables import (
    coverage_table,
    funnel_table,
    incidence_table,
    outcomes_table,
    quality_table,
    slices_table,
    times_table,
    trend_table,
)
from asklater.insights.exports.sheets import Sheet, sheet_response
from asklater.insights.forms import QueryForm
from asklater.insights.labels import key_labels
from asklater.insights.postgres_hints import page_snapshot
from asklater.insights.query import Query
from asklater.insights.routes import blueprint, requested_query, totals_reader
from asklater.insights.urls import page_url
from asklater.suppression import SMALLEST_CELL

SHEETS: Mapping[str, Callable[[ExportSource], Sheet]] = MappingProxyType(
    {
        "episodes": episodes_table,
        "matrix": matrix_table,
        "fields": fields_table,
        "contexts": contexts_table,
        "where-to-ask": where_to_ask_table,
        "trend": trend_table,
        "outcomes": outcomes_table,
        "times": times_table,
        "incidence": incidence_table,
        "slices": slices_table,
        "funnel": funnel_table,
        "coverage": coverage_table,
        "quality": quality_table,
        "horizons": horizons_table,
        "rejections": rejections_table,
        "origins": origins_table,
        "steps": steps_table,
        "declared": declared_table,
    }
)


@blueprint.get("/<table>.<any(csv, json):form>")
def table(table: str, form: str) -> ResponseReturnValue:
    if table not in SHEETS:
        abort(404)
    return answer_table(table, form)


def answer_table(table: str, form: str) -> Response:
    """The table for the query of this request, as `csv` or `json`; 422 where the query cannot be understood."""
    asked = requested_query()
    if asked.errors:
        return _refused(asked, form)
    query = asked.query
    sheet = _sheet(SHEETS[table], query)
    as_of = {"as_of": query.as_of.isoformat(), "time_zone": str(query.zone)}
    about = {"question": query.arguments(), **as_of, "smallest_cell": SMALLEST_CELL}
    return sheet_response(form, sheet, _file_name(table, query), **about)


def _sheet(make: Callable[[ExportSource], Sheet], query: Query) -> Sheet:
    engine, database = current_engine(), current_database()
    with page_snapshot(database):
        manifest = engine.manifest
        return make(
            ExportSource(
                database, totals_reader(query), manifest, engine.registry.uncounted, key_labels(manifest), query
            )
        )


def _refused(asked: QueryForm, form: str) -> Response:
    """A spreadsheet's reader is led to the page that says what is wrong beside its inputs, a program is told."""
    if form == "json" or http.wants_json():
        messages = " ".join(error.message for error in asked.errors)
        return http.problem(422, gettext("These filters cannot be understood."), messages)
    return http.go_to(page_url("insights.overview", request.args.to_dict()))


def _file_name(table: str, query: Query) -> str:
    return f"{table}-{query.first.isoformat()}-to-{query.last.isoformat()}"

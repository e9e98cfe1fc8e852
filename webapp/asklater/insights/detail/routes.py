"""Routes of the matrix, of the lists, and of the pages of a field, of a context, and of one in the other."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import clock, http
from asklater.database.access import Database, current_database
from asklater.engine import current_engine
from asklater.insights.coverage import read_coverage
from asklater.insights.detail.advice import context_experiment
from asklater.insights.detail.cell import cell_page
from asklater.insights.detail.context import context_page
from asklater.insights.detail.field import field_page, read_field_details
from asklater.insights.detail.incidence import read_fresh_times
from asklater.insights.detail.matrix import ListKind, list_page, matrix_page
from asklater.insights.detail.presenters import parent_links
from asklater.insights.filters import FilterOptions, was_asked
from asklater.insights.forms import QueryForm, read_query
from asklater.insights.kept_counts import scope_of
from asklater.insights.labels import KeyLabels, key_labels
from asklater.insights.live import read_live_episodes
from asklater.insights.postgres_hints import page_snapshot
from asklater.insights.prompt_steps import read_steps
from asklater.insights.quality import read_quality
from asklater.insights.routes import blueprint, requested_options, requested_query, totals_reader

PATH_FILTERS = ("field", "context")


def read_path_query(
    arguments: Mapping[str, str], offered: FilterOptions, as_of: datetime, field: str = "", context: str = ""
) -> QueryForm:
    """The query about what the path names; the query string only has the other filters."""
    others = {name: value for name, value in arguments.items() if name not in PATH_FILTERS}
    form = read_query(others, offered, as_of, current_engine().zone)
    query = replace(form.query, field=field, context=context)
    return replace(form, query=query, inputs=tuple(it for it in form.inputs if it.name not in PATH_FILTERS))


def was_ever_declared_or_asked(database: Database, names: KeyLabels, field: str = "", context: str = "") -> bool:
    """Whether each is declared, or was asked at some time."""
    declared = (not field or field in names.fields) and (not context or context in names.contexts)
    return declared or was_asked(database, field, context)


@blueprint.get("/matrix")
def matrix() -> ResponseReturnValue:
    form = requested_query()
    with page_snapshot(current_database()):
        page = matrix_page(totals_reader(form.query), current_engine().manifest, form)
    return _shown("matrix", page, form)


@blueprint.get("/fields")
def fields() -> ResponseReturnValue:
    return _list("fields")


@blueprint.get("/contexts")
def contexts() -> ResponseReturnValue:
    return _list("contexts")


@blueprint.get("/fields/<field>")
def field(field: str) -> ResponseReturnValue:
    form = _place(field=field)
    if form is None:
        return _unknown()
    engine, database = current_engine(), current_database()
    with page_snapshot(database):
        coverage = read_coverage(database, engine.registry.uncounted, form.query.people)
        quality = read_quality(database, engine.registry.uncounted, engine.manifest, form.query.people)
        details = read_field_details(database, scope_of(engine), form.query)
        trial = context_experiment(engine, field, form.query)
        page = field_page(totals_reader(form.query), coverage, quality, details, engine.manifest, form, trial)
    return _shown("field", page, form)


@blueprint.get("/contexts/<context>")
def context(context: str) -> ResponseReturnValue:
    form = _place(context=context)
    if form is None:
        return _unknown()
    engine, database = current_engine(), current_database()
    with page_snapshot(database):
        steps = read_steps(database, scope_of(engine), form.query, context)
        page = context_page(totals_reader(form.query), steps, engine.manifest, form)
    return _shown("context", page, form)


@blueprint.get("/cells/<field>/<context>")
def cell(field: str, context: str) -> ResponseReturnValue:
    form = _place(field=field, context=context)
    if form is None:
        return _unknown()
    engine, database, query = current_engine(), current_database(), form.query
    window = engine.manifest.window
    with page_snapshot(database):
        fresh = read_fresh_times(database, window, query, engine.registry.uncounted)
        seen = read_live_episodes(database, window, query, engine.registry.uncounted)
        page = cell_page(totals_reader(query), fresh, seen, engine.manifest, form)
    return _shown("cell", page, form)


def _place(field: str = "", context: str = "") -> QueryForm | None:
    """Reads the query about what the path names; None where there never was such a field, or such a context."""
    names = key_labels(current_engine().manifest)
    if not was_ever_declared_or_asked(current_database(), names, field, context):
        return None
    return read_path_query(request.args, requested_options(), clock.now(), field, context)


def _list(what: ListKind) -> ResponseReturnValue:
    form = requested_query()
    with page_snapshot(current_database()):
        page = list_page(totals_reader(form.query), current_engine().manifest, form, what)
    return _shown("list", page, form)


def _shown(name: str, page: object, form: QueryForm) -> ResponseReturnValue:
    shown = render_template(f"asklater/insights/detail/{name}.html", page=page)
    return http.personal(make_response(shown, 422 if form.errors else 200))


def _unknown() -> ResponseReturnValue:
    shown = render_template("asklater/insights/detail/unknown.html", ways=parent_links())
    return http.personal(make_response(shown, 404))

"""The matrix, the lists, and the pages of a field, of a context, and of one in the other."""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import clock, http
from webapp.db import current_database
from webapp.insights.coverage import read_coverage
from webapp.insights.detail.framing import ways_back
from webapp.insights.detail.fresh_times import fresh_times
from webapp.insights.detail.places import is_known, read_place
from webapp.insights.detail.showing_cell import cell_page
from webapp.insights.detail.showing_context import context_page
from webapp.insights.detail.showing_field import field_page
from webapp.insights.detail.showing_lists import What, list_page
from webapp.insights.detail.showing_matrix import matrix_page
from webapp.insights.detail.trials import trial_on
from webapp.insights.forms import Asked
from webapp.insights.names import names_of
from webapp.insights.planning import looking
from webapp.insights.routes import blueprint, filters, pseudonym_key, question_asked, reading
from webapp.insights.watching import glance
from webapp.profiling.engine import current_engine


@blueprint.get("/matrix")
def matrix() -> ResponseReturnValue:
    asked = question_asked()
    with looking(current_database()):
        page = matrix_page(reading(asked.question), current_engine().manifest, asked)
    return _shown("matrix", page, asked)


@blueprint.get("/fields")
def fields() -> ResponseReturnValue:
    return _list("fields")


@blueprint.get("/contexts")
def contexts() -> ResponseReturnValue:
    return _list("contexts")


@blueprint.get("/fields/<field>")
def field(field: str) -> ResponseReturnValue:
    asked = _place(field=field)
    if asked is None:
        return _unknown()
    engine, database = current_engine(), current_database()
    with looking(database):
        coverage = read_coverage(database, engine.uncounted, asked.question.people)
        trial = trial_on(engine, field, asked.question)
        page = field_page(reading(asked.question), coverage, engine.manifest, asked, trial)
    return _shown("field", page, asked)


@blueprint.get("/contexts/<context>")
def context(context: str) -> ResponseReturnValue:
    asked = _place(context=context)
    if asked is None:
        return _unknown()
    with looking(current_database()):
        page = context_page(reading(asked.question), current_engine().manifest, asked)
    return _shown("context", page, asked)


@blueprint.get("/cells/<field>/<context>")
def cell(field: str, context: str) -> ResponseReturnValue:
    asked = _place(field=field, context=context)
    if asked is None:
        return _unknown()
    engine, database, question = current_engine(), current_database(), asked.question
    window = engine.manifest.window
    with looking(database):
        fresh = fresh_times(database, window, question, engine.uncounted)
        seen = glance(database, window, question, pseudonym_key(), engine.uncounted)
        page = cell_page(reading(question), fresh, seen, engine.manifest, asked)
    return _shown("cell", page, asked)


def _place(field: str = "", context: str = "") -> Asked | None:
    """None where there never was such a field, or such a context."""
    names = names_of(current_engine().manifest)
    if not is_known(current_database(), names, field, context):
        return None
    return read_place(request.args, filters(), clock.now(), field, context)


def _list(what: What) -> ResponseReturnValue:
    asked = question_asked()
    with looking(current_database()):
        page = list_page(reading(asked.question), current_engine().manifest, asked, what)
    return _shown("list", page, asked)


def _shown(name: str, page: object, asked: Asked) -> ResponseReturnValue:
    shown = render_template(f"insights/detail/{name}.html", page=page)
    return http.personal(make_response(shown, 422 if asked.errors else 200))


def _unknown() -> ResponseReturnValue:
    shown = render_template("insights/detail/unknown.html", ways=ways_back())
    return http.personal(make_response(shown, 404))

"""The dashboard: overview and live view. Open to product managers only."""

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from webapp import clock, http
from webapp.accounts.staff import only
from webapp.db import current_database
from webapp.insights.coverage import read_coverage
from webapp.insights.forms import Asked, read_question, read_undated
from webapp.insights.freshness import fresh
from webapp.insights.names import names_of
from webapp.insights.offers import Offered, offered
from webapp.insights.planning import looking
from webapp.insights.question import Question
from webapp.insights.rollup.reading import Reading
from webapp.insights.showing import Look, overview as overview_page
from webapp.insights.showing_live import live_page
from webapp.insights.tabs import tab_bar
from webapp.insights.watching import glance
from webapp.insights.wording import words_of_templates
from webapp.profiling.engine import current_engine
from webapp.profiling.words import gettext

blueprint = Blueprint("insights", __name__, url_prefix="/insights")
ROLE = "pm"


@blueprint.before_request
def only_product_managers() -> Response | None:
    """Nobody else is sent to a sign-in that would not help: they are told for whom this is."""
    text = gettext("The dashboard is for product managers.")
    return only((ROLE,), text, gettext("In the demo, look around as the PM."))


@blueprint.context_processor
def words() -> dict[str, object]:
    """Numbers as words, and the way to the other pages, for the templates of this room."""
    return {**words_of_templates(), "tab_bar": tab_bar}


@blueprint.get("", strict_slashes=False)
def overview() -> ResponseReturnValue:
    engine, database = current_engine(), current_database()
    asked = question_asked()
    question = asked.question
    look = Look("paused" in request.args, request.args.get("state", ""))
    with looking(database):
        coverage = read_coverage(database, engine.uncounted, question.people)
        young = fresh(database, engine.manifest.window, question, engine.uncounted)
        page = overview_page(reading(question), coverage, young, engine.manifest, asked, look)
    if http.wants_fragment() and look.state == page.refreshing.state:
        return http.personal(Response(status=204))
    status = 422 if asked.errors else 200
    return http.fragment_or_page("insights/_overview.html", "insights/overview.html", status, page=page)


@blueprint.get("/live")
def live() -> ResponseReturnValue:
    engine = current_engine()
    manifest, names = engine.manifest, names_of(engine.manifest)
    asked = read_undated(request.args, filters(), clock.now())
    seen = glance(current_database(), manifest.window, asked.question, pseudonym_key(), engine.uncounted)
    if http.wants_fragment() and request.args.get("state") == seen.state:
        return http.personal(Response(status=204))
    known = request.args.get("newest", type=int)
    page = live_page(seen, manifest, names, asked, paused="paused" in request.args, known=known)
    status = 422 if asked.errors else 200
    return http.fragment_or_page("insights/_live.html", "insights/live.html", status, page=page)


def question_asked() -> Asked:
    """The question of this request."""
    return read_question(request.args, filters(), clock.now())


def filters() -> Offered:
    """What the filters of this request offer."""
    manifest = current_engine().manifest
    return offered(current_database(), manifest, names_of(manifest), request.args)


def reading(question: Question) -> Reading:
    """What can be read as of the question's moment; use it inside a snapshot."""
    engine = current_engine()
    return Reading(current_database(), engine.manifest.window, engine.uncounted, question.as_of)


def pseudonym_key() -> bytes:
    """What pseudonyms are made with, so that nobody else finds the person."""
    return str(current_app.secret_key).encode()

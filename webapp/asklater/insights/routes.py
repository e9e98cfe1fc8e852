"""The dashboard's blueprint, open to product managers only, with the overview and the live view; and what its other
routes read of a request.
"""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from asklater import clock, http
from asklater.database.access import current_database
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.insights.episode_tables import read_table_view
from asklater.insights.filters import FilterOptions, filter_options
from asklater.insights.forms import QueryForm, read_query, read_undated_query
from asklater.insights.labels import key_labels, template_number_labels
from asklater.insights.live import live_page, read_live_episodes
from asklater.insights.navigation import tab_bar
from asklater.insights.overview import RefreshState, read_overview
from asklater.insights.postgres_hints import page_snapshot
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader

blueprint = Blueprint("insights", __name__, url_prefix="/insights")
PRODUCT_MANAGER = "pm"


@blueprint.before_request
def only_product_managers() -> Response | None:
    """Nobody else is sent to a sign-in that would not help: they are told for whom this is."""
    text = gettext("The dashboard is for product managers.")
    return current_identity().require_role((PRODUCT_MANAGER,), text, gettext("In the demo, look around as the PM."))


@blueprint.context_processor
def template_context() -> dict[str, object]:
    """Gives the dashboard's templates numbers as words, and the links to its other pages."""
    return {**template_number_labels(), "tab_bar": tab_bar}


@blueprint.get("", strict_slashes=False)
def overview() -> ResponseReturnValue:
    form, shown = requested_query(), RefreshState("paused" in request.args, request.args.get("state", ""))
    page = read_overview(current_engine(), form, shown, read_table_view(request.args))
    if http.wants_fragment() and shown.etag == page.refreshing.etag:
        return http.personal(Response(status=204))
    status = 422 if form.errors else 200
    return http.fragment_or_page(
        "asklater/insights/_overview.html", "asklater/insights/overview.html", status, page=page
    )


@blueprint.get("/live")
def live() -> ResponseReturnValue:
    engine = current_engine()
    manifest, names = engine.manifest, key_labels(engine.manifest)
    form = read_undated_query(request.args, requested_options(), clock.now(), engine.zone)
    with page_snapshot(current_database()):
        seen = read_live_episodes(current_database(), manifest.window, form.query, engine.registry.uncounted)
    if http.wants_fragment() and request.args.get("state") == seen.etag:
        return http.personal(Response(status=204))
    known = http.number_argument("newest")
    page = live_page(seen, manifest, names, form, paused="paused" in request.args, known=known)
    status = 422 if form.errors else 200
    return http.fragment_or_page("asklater/insights/_live.html", "asklater/insights/live.html", status, page=page)


def requested_query() -> QueryForm:
    """Reads the query of this request."""
    return read_query(request.args, requested_options(), clock.now(), current_engine().zone)


def requested_options() -> FilterOptions:
    """Returns what the filters of this request offer."""
    manifest = current_engine().manifest
    return filter_options(current_database(), manifest, key_labels(manifest), request.args)


def totals_reader(query: Query) -> TotalsReader:
    """What can be read as of the query's moment; use it inside a snapshot."""
    engine = current_engine()
    uncounted = engine.registry.uncounted
    return TotalsReader(current_database(), engine.manifest.window, uncounted, query.as_of, query.zone)


def pseudonym_key() -> bytes:
    """What pseudonyms are made with, so that nobody else finds the person; the same under another SECRET_KEY."""
    return current_engine().keyring.derived("pseudonyms of reviewers")

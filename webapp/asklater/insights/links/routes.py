"""Routes of the links to figures: the list, make and revoke one; and the page that a link opens, for everybody."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from asklater import clock, http
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.insights.episode_tables import TableView
from asklater.insights.exports.sheets import sheet_response
from asklater.insights.filters import filter_options
from asklater.insights.forms import QueryForm, read_query
from asklater.insights.labels import key_labels
from asklater.insights.links.links import make_link, open_link, read_links, revoke_link
from asklater.insights.links.presenters import (
    LinkForm,
    SharedFigures,
    blank_link,
    links_page,
    links_sheet,
    read_link,
    shows_label,
)
from asklater.insights.overview import RefreshState, read_overview
from asklater.insights.query import FILTER_PARAMETERS
from asklater.insights.routes import PRODUCT_MANAGER, only_product_managers, template_context

# The list, open to product managers

blueprint = Blueprint("links", __name__, url_prefix="/insights/links")
blueprint.before_request(only_product_managers)
blueprint.context_processor(template_context)


@blueprint.get("", strict_slashes=False)
def links() -> ResponseReturnValue:
    return _page(_form_of(request.args), blank_link())


@blueprint.post("", strict_slashes=False)
def make() -> ResponseReturnValue:
    """Make a link, and show it this once."""
    asked, form, me = _form_of(request.form), read_link(request.form), current_engine().people.subject()
    if asked.errors or form.errors or me is None:
        return _page(asked, form)
    token = make_link(current_database(), me.id, form.name, asked.query, form.days)
    current_identity().note_event("figures_shared")
    return _page(asked, blank_link(), made=http.absolute_url(url_for("figures.shared", token=token)))


@blueprint.post("/<asklater_number:number>/revoke")
def revoke(number: int) -> ResponseReturnValue:
    if revoke_link(current_database(), number) is None:
        flash(gettext("There is no such link that could be revoked."), "error")
    else:
        current_identity().note_event("figures_revoked")
        flash(gettext("The link is revoked. Whoever opens it finds nothing."), "success")
    return http.go_to(url_for("links.links"))


@blueprint.get("/<any(links):table>.<any(csv, json):form>")
def table(table: str, form: str) -> ResponseReturnValue:
    return sheet_response(form, links_sheet(read_links(current_database())), table)


def _page(asked: QueryForm, form: LinkForm, made: str = "") -> Response:
    found, me = read_links(current_database()), current_engine().people.subject()
    shown = [(link, _form_of(link.arguments)) for link in found]
    page = links_page(shown, asked, form, me.id if me else None, made)
    answer = make_response(render_template("asklater/insights/links/links.html", page=page))
    answer.status_code = 422 if page.errors else 200
    return http.personal(answer)


def _form_of(arguments: Mapping[str, str]) -> QueryForm:
    """The query of these arguments, as the overview reads them."""
    engine = current_engine()
    kept = {name: arguments[name] for name in FILTER_PARAMETERS if name in arguments}
    offered = filter_options(current_database(), engine.manifest, key_labels(engine.manifest), kept)
    return read_query(kept, offered, clock.now(), engine.zone)


# What a link opens, for whoever has it

figures_blueprint = Blueprint("figures", __name__, url_prefix="/shared-figures")
figures_blueprint.context_processor(template_context)


@figures_blueprint.get("/<token>")
def shared(token: str) -> ResponseReturnValue:
    """Its days and filters are those of the link: nothing in the address changes them."""
    identity = current_identity()
    link = open_link(current_database(), token, identity.role_holders(PRODUCT_MANAGER))
    if link is None:
        abort(404)
    identity.note_event_of(link.subject_id, "figures_opened")
    form = _form_of(link.arguments)
    if form.errors:  # what cannot be read falls back to the usual, which is more than the link was made for
        abort(404)
    overview = read_overview(current_engine(), form, RefreshState(), TableView())
    page = SharedFigures(link.name, shows_label(form), link.expires_at, overview)
    answer = make_response(render_template("asklater/insights/links/figures.html", page=page))
    answer.headers["X-Robots-Tag"] = "noindex"
    return http.personal(answer)

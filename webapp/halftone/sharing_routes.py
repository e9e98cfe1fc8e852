"""Sharing: make the page, look at it, put a line on it, take it down, list one's own."""

from flask import Blueprint, Response, abort, flash, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import current_engine, gate, http
from halftone import bylines, sharing
from halftone.catalogue_presenters import own_shares, share_page
from halftone.catalogue_routes import product_or_404
from halftone.forms import MessageInputs
from halftone.sharing import Share

blueprint = Blueprint("sharing", __name__)


def refused(slug: str) -> Response | None:
    """Whether the product is there to be shared."""
    if product_or_404(slug).for_sale:
        return None
    flash(gettext("It is no longer sold, so it cannot be shared."), "error")
    return http.go_to(url_for("shop.product", slug=slug))


@blueprint.post("/products/<slug:slug>/share")
@gate("share_print", first=refused)
def share(slug: str) -> ResponseReturnValue:
    if (objection := refused(slug)) is not None:
        return objection
    shared = sharing.share(product_or_404(slug))
    flash(gettext("Your page is ready. Copy its link below."), "success")
    return http.go_to(url_for("sharing.page", public_id=shared.public_id))


@blueprint.get("/shares")
def own() -> ResponseReturnValue:
    shares = own_shares(current_engine().people.subject())
    return http.personal(make_response(render_template("shop/shares.html", shares=shares)))


@blueprint.get("/shares/<slug:public_id>")
def page(public_id: str) -> ResponseReturnValue:
    return _page(_share_or_404(public_id))


@blueprint.post("/shares/<slug:public_id>")
def say(public_id: str) -> ResponseReturnValue:
    share, form = _own_or_404(public_id), MessageInputs()
    if not form.validate():
        return _page(share, form, 422)
    sharing.say(public_id, form.message.data or "")
    flash(gettext("Saved."), "success")
    return http.go_to(url_for("sharing.page", public_id=public_id))


@blueprint.get("/shares/<slug:public_id>/picture")
def picture(public_id: str) -> ResponseReturnValue:
    content = bylines.picture_of(_share_or_404(public_id).subject_id)
    if content is None:
        abort(404)
    return http.picture(content)


@blueprint.get("/shares/<slug:public_id>/remove")
def confirm_unshare(public_id: str) -> ResponseReturnValue:
    page = share_page(_own_or_404(public_id), current_engine().people.subject())
    return http.personal(make_response(render_template("shop/unshare.html", page=page)))


@blueprint.post("/shares/<slug:public_id>/remove")
def unshare(public_id: str) -> ResponseReturnValue:
    share = _own_or_404(public_id)
    current_engine().take_down(share.subject_id, sharing.SHARES.key, public_id)
    flash(gettext("The page is deleted. Its link no longer works."), "success")
    return http.go_to(url_for("sharing.own"))


def _page(share: Share, form: MessageInputs | None = None, status: int = 200) -> Response:
    page = share_page(share, current_engine().people.subject(), form)
    return http.fragment_or_page("shop/_share_owner.html", "shop/share.html", status, page=page)


def _share_or_404(public_id: str) -> Share:
    reader = current_engine().people.subject()
    found = sharing.by_public_id(public_id, reader.id if reader else None)
    if found is None:
        abort(404)
    return found


def _own_or_404(public_id: str) -> Share:
    """A share of the person who asks; for anybody else it is as if there were none."""
    found, subject = _share_or_404(public_id), current_engine().people.subject()
    if subject is None or subject.id != found.subject_id:
        abort(404)
    return found

"""Reviewing: post or change one's review, delete it, and the pictures of those who wrote one."""

from flask import Blueprint, Response, abort, flash, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import current_engine, gate, http
from halftone import bylines, reviews
from halftone.catalogue import Product
from halftone.catalogue_presenters import product_page, reviews_panel
from halftone.catalogue_routes import product_or_404
from halftone.forms import ReviewInputs

blueprint = Blueprint("reviewing", __name__)


def refused(slug: str) -> Response | None:
    """What speaks against the review as it was typed, None when nothing does."""
    product, form = product_or_404(slug), ReviewInputs()
    if not product.for_sale:
        flash(gettext("It is no longer sold, so it cannot be reviewed."), "error")
        return http.go_to(url_for("shop.product", slug=slug))
    return None if form.validate() else _typed_again(product, form, 422)


def kept(slug: str) -> Response:
    """The page after a cancelled prompt without htmx: what was typed is still there."""
    note = gettext("Nothing was posted. Your review is still here, below.")
    return _typed_again(product_or_404(slug), ReviewInputs(), 200, note)


@blueprint.post("/products/<slug:slug>/reviews")
@gate("review_print", first=refused, cancelled=kept)
def post(slug: str) -> ResponseReturnValue:
    if (objection := refused(slug)) is not None:  # hidden inputs of a prompt are inputs all the same
        return objection
    product, form = product_or_404(slug), ReviewInputs()
    number = reviews.post(product, int(form.rating.data), str(form.text.data))
    if not http.wants_fragment():
        flash(gettext("Your review is posted. Thank you."), "success")
        return http.go_to(url_for("shop.product", slug=slug, _anchor=f"review-{number}"))
    return _in_place(product, fresh=number, said=gettext("Your review is posted. Thank you."))


@blueprint.post("/products/<slug:slug>/reviews/remove")
def remove(slug: str) -> ResponseReturnValue:
    product, subject = product_or_404(slug), current_engine().people.subject()
    if subject is None or str(product.id) not in dict(reviews.published_by(subject.id)):
        abort(404)
    current_engine().take_down(subject.id, reviews.REVIEWS.key, str(product.id))
    flash(gettext("Your review is deleted."), "success")
    return http.go_to(url_for("shop.product", slug=slug, _anchor="reviews"))


@blueprint.get("/reviews/<asklater_number:number>/picture")
def picture(number: int) -> ResponseReturnValue:
    reader = current_engine().people.subject()
    author = reviews.author_of(number, reader.id if reader else None)
    content = bylines.picture_of(author) if author is not None else None
    if content is None:
        abort(404)
    return http.picture(content)


def _in_place(product: Product, *, fresh: int, said: str) -> Response:
    panel = reviews_panel(product, fresh=fresh, said=said)
    return http.fragment_into("reviews", make_response(render_template("shop/_posted.html", reviews=panel)))


def _typed_again(product: Product, form: ReviewInputs, status: int, note: str = "") -> Response:
    panel = reviews_panel(product, typed=form)
    if http.wants_fragment():
        fragment = make_response(render_template("shop/_review_form.html", reviews=panel), status)
        return http.personal(http.fragment_into("review-form", fragment))
    page = product_page(product, panel, note=note)
    return http.personal(make_response(render_template("shop/product.html", page=page), status))

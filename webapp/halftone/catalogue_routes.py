"""Looking around: the front page and the products."""

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.kinds import echo
from halftone import catalogue
from halftone.catalogue import SORTS, Product
from halftone.catalogue_presenters import front_page, product_page, reviews_panel

blueprint = Blueprint("shop", __name__)
LONGEST_QUERY = 80


@blueprint.get("/")
def front() -> ResponseReturnValue:
    sort = request.args.get("sort", "")
    if sort and sort not in SORTS:
        abort(404)
    query = " ".join(echo(request.args.get("q", "")).split())[:LONGEST_QUERY].strip()
    return http.fragment_or_page("shop/_results.html", "shop/front.html", page=front_page(sort, query))


@blueprint.get("/products/<slug:slug>")
def product(slug: str) -> ResponseReturnValue:
    found = product_or_404(slug)
    number = http.number_argument("page") or 1
    reviews = reviews_panel(found, page=min(max(number, 1), 10_000))
    if number > 1 and not reviews.reviews:
        return http.go_to(url_for("shop.product", slug=slug))
    return http.personal(make_response(render_template("shop/product.html", page=product_page(found, reviews))))


@blueprint.get("/products/<slug:slug>/share")
@blueprint.get("/products/<slug:slug>/reviews")
@blueprint.get("/products/<slug:slug>/reviews/remove")
def back_to_product(slug: str) -> ResponseReturnValue:
    """The address of a form's answer, opened anew: the page that the form stands on."""
    return http.go_to(url_for("shop.product", slug=slug))


def product_or_404(slug: str) -> Product:
    found = catalogue.by_slug(slug)
    if found is None:
        abort(404)
    return found

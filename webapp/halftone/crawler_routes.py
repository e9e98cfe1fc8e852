"""For search engines: what they may read, and which pages there are."""

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from asklater import http
from halftone import catalogue
from halftone.catalogue import SORTS

blueprint = Blueprint("crawlers", __name__)
PRIVATE = ("/account", "/ask", "/cart", "/demo", "/insights", "/orders", "/shares", "/sign-in", "/staff")
"""Pages that are somebody's, or that ask; nothing of them belongs into a search."""


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    lines.append(f"Sitemap: {http.absolute_url(url_for('crawlers.sitemap'))}")
    return _as("text/plain", "\n".join(lines) + "\n")


@blueprint.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    paths = [
        url_for("shop.front"),
        *(url_for("shop.front", sort=sort) for sort in SORTS),
        *(url_for("shop.product", slug=product.slug) for product in catalogue.find("")),
        url_for("orders.terms"),
    ]
    pages = [http.absolute_url(path) for path in paths]
    return _as("application/xml", render_template("shop/sitemap.xml", pages=pages))


def _as(kind: str, text: str) -> Response:
    response = make_response(text)
    response.content_type = f"{kind}; charset=utf-8"
    return response

"""What the shop brings to the application: pages, links, the kind `payment`, conditions, and what accounts take
along.
"""

from functools import cache, partial
from typing import Any

from flask import Flask, url_for
from flask_babel import LazyString, gettext
from werkzeug.routing import BaseConverter

from asklater import Link, Services, add_account_links, add_links, current_engine, http
from halftone import (
    cart,
    cart_routes,
    catalogue_routes,
    checkout,
    crawler_routes,
    demo,
    order_routes,
    orders,
    present_routes,
    review_routes,
    sharing_routes,
)
from halftone.catalogue import SORTS
from halftone.delivery import COUNTRY, EFFECT
from halftone.payments import PaymentKind
from halftone.personal_tables import DISCLOSURES, PERSONAL_TABLES, move_purchases
from halftone.presenters import sorts_name
from halftone.reviews import REVIEWS
from halftone.schema import SHOP
from halftone.sharing import FIRST_SHARE, SHARES
from halftone.tables import move_publications, reviews, shares

# Catalogue, reviews, sharing


class Slug(BaseConverter):
    """A name in an address; anything else in its place is an address that does not exist."""

    regex = "[a-z0-9-]{1,60}"


def init_catalogue(app: Flask, services: Services) -> None:
    """The catalogue's pages, shares and reviews."""
    app.url_map.converters["slug"] = Slug
    app.add_template_global(http.absolute_url, "absolute_url")
    for routes in (catalogue_routes, crawler_routes, sharing_routes, review_routes):
        app.register_blueprint(routes.blueprint)
    for published in (shares, reviews):
        services.engine.registry.register_merge(partial(move_publications, published))
    for publication in (SHARES, REVIEWS):
        services.engine.registry.register_publication(publication)
    services.engine.registry.register_signal(FIRST_SHARE, lambda: gettext("First share"))
    add_links(app, 10, _catalogue_links)
    add_account_links(app, 70, lambda: [Link(gettext("Shared pages"), url_for("sharing.own"))])


def _catalogue_links() -> list[Link]:
    return [Link(sorts_name(sort), url_for("shop.front", sort=sort)) for sort in SORTS]


# Cart, checkout, orders


def init_orders(app: Flask, services: Services) -> None:
    """Register the kind `payment`, the condition `cart_has_physical_goods`, and the pages."""
    engine = services.engine
    engine.registry.register_kind(PaymentKind())
    engine.registry.register_condition("cart_has_physical_goods", cart.has_physical_goods)
    engine.registry.register_effect(EFFECT, COUNTRY)
    engine.registry.register_merge(move_purchases)
    engine.registry.register_placement("order_confirmed", lambda: gettext("After an order"))
    engine.registry.register_placement("order_history", lambda: gettext("List of orders"))
    engine.registry.register_signal(checkout.FIRST_ORDER, lambda: gettext("First order"))
    engine.registry.register_retained(orders.ORDERED)
    app.register_blueprint(cart_routes.blueprint)
    app.register_blueprint(present_routes.blueprint)
    app.register_blueprint(order_routes.blueprint)
    add_links(app, 80, _cart_links)
    add_account_links(app, 60, _account_links)


def _cart_links() -> list[Link]:
    return [Link(gettext("Cart"), url_for("cart.cart"), _cart_badge())]


def _cart_badge() -> Any:
    """How many things are in the cart, counted where a template draws it: most fragments have no navigation."""

    @cache
    def count() -> str:
        subject = current_engine().people.subject()
        number = cart.count(subject.id) if subject else 0
        return str(number or "")

    return LazyString(count)


def _account_links() -> list[Link]:
    return [Link(gettext("Your orders"), url_for("orders.orders"))] if current_engine().people.subject() else []


# The application


def init_app(app: Flask, services: Services) -> None:
    """Sell prints."""
    init_orders(app, services)
    init_catalogue(app, services)
    demo.init_app(app, services)
    services.engine.registry.register_history(SHOP)
    services.engine.registry.register_personal_tables(*PERSONAL_TABLES)
    for disclosure in DISCLOSURES:
        services.engine.registry.register_disclosure(disclosure)

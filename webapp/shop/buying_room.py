"""What buying brings to an application: cart, checkout, payment, orders."""

from functools import cache
from typing import Any

from flask import Flask, url_for
from flask_babel import LazyString, gettext

from webapp.accounts.visits import current_visits
from webapp.house import House
from webapp.layout import Link, add_links
from webapp.profiling.engine import current_engine
from webapp.shop import cart_routes, carts, order_routes, orders, placing_orders
from webapp.shop.bringing_over import carry
from webapp.shop.payment_kind import PaymentKind


def join_buying(app: Flask, house: House) -> None:
    """Register the kind `payment`, the condition `cart_has_physical_goods`, and the pages."""
    engine = house.engine
    engine.register_kind(PaymentKind())
    engine.register_condition("cart_has_physical_goods", carts.has_physical_goods)
    engine.register_merge(carry)
    engine.register_placement("order_confirmed", lambda: gettext("After an order"))
    engine.register_placement("order_history", lambda: gettext("List of orders"))
    engine.register_signal(placing_orders.FIRST_ORDER, lambda: gettext("First order"))
    engine.register_kept(orders.ORDERED)
    app.register_blueprint(cart_routes.blueprint)
    app.register_blueprint(order_routes.blueprint)
    add_links(app, 80, _links)
    app.extensions["visits"].account_links.append(_account_links)


def _links() -> list[Link]:
    return [Link(gettext("Cart"), url_for("cart.cart"), _badge())]


def _badge() -> Any:
    """How many things are in the cart, counted where a template draws it: most fragments have no navigation."""

    @cache
    def count() -> str:
        subject = current_engine().people.subject()
        number = carts.count(subject.id) if subject else 0
        return str(number or "")

    return LazyString(count)


def _account_links() -> list[tuple[str, str]]:
    return [(gettext("Your orders"), url_for("orders.orders"))] if current_visits().subject() else []

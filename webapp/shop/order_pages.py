"""The page objects of orders, and how they are put together."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext, ngettext

from webapp.shop.cart_pages import SumView, sums
from webapp.shop.orders import Order, OrderLine
from webapp.shop.prices import Totals, euros
from webapp.shop.showing import art_url, sort_name


@dataclass(frozen=True)
class OrderedView:
    """One line of an order; `file_url` is where a wallpaper is fetched, "" for what a carrier brings."""

    title: str
    url: str
    art_url: str
    note: str
    total: str
    file_url: str


@dataclass(frozen=True)
class OrderPage:
    """One order."""

    number: str
    placed_at: datetime
    lines: tuple[OrderedView, ...]
    sums: SumView
    address: tuple[str, ...]
    paid: str


@dataclass(frozen=True)
class OrderEntry:
    """One order in the list."""

    number: str
    url: str
    placed_at: datetime
    art_url: str
    things: str
    total: str


@dataclass(frozen=True)
class OrdersPage:
    """A person's orders, newest first; `formats` are (label, URL) of the history as a file."""

    orders: tuple[OrderEntry, ...]
    formats: tuple[tuple[str, str], ...]


def order_page(order: Order) -> OrderPage:
    """The page of one order."""
    ships = any(line.ships for line in order.lines)
    return OrderPage(
        number=order.number,
        placed_at=order.placed_at,
        lines=tuple(_line(line) for line in order.lines),
        sums=sums(Totals(order.goods_cents, order.delivery_cents, ships), note=False),
        address=tuple(order.address.splitlines()),
        paid=gettext("%(brand)s card", brand=order.card_brand),
    )


def orders_page(orders: list[Order]) -> OrdersPage:
    """The page of all orders."""
    return OrdersPage(tuple(_entry(order) for order in orders), formats())


def formats() -> tuple[tuple[str, str], ...]:
    """(label, URL) of each way to take the history along."""
    labels = {"csv": gettext("Export as CSV"), "json": gettext("Export as JSON")}
    return tuple((label, url_for("orders.export", format=name)) for name, label in labels.items())


def _entry(order: Order) -> OrderEntry:
    count = ngettext("%(num)s thing", "%(num)s things", order.count)
    titles = ", ".join(line.title for line in order.lines)
    return OrderEntry(
        number=order.number,
        url=url_for("orders.order", public_id=order.public_id),
        placed_at=order.placed_at,
        art_url=art_url(order.lines[0].art),
        things=f"{count}: {titles}",
        total=euros(order.total_cents),
    )


def _line(line: OrderLine) -> OrderedView:
    each = gettext("%(quantity)s × %(price)s", quantity=line.quantity, price=euros(line.price_cents))
    return OrderedView(
        title=line.title,
        url=url_for("shop.product", slug=line.slug),
        art_url=art_url(line.art),
        note=f"{sort_name(line.sort)} · {each}",
        total=euros(line.total_cents),
        file_url="" if line.ships else art_url(line.art),
    )

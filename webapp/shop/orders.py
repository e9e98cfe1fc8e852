"""Reading orders: the list of a person's own, and one of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select, update

from webapp.db import current_database
from webapp.shop.cart_models import OrderLineRow, OrderRow

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True)
class OrderLine:
    """So many of one product, with title and price (cents) of the day."""

    slug: str
    title: str
    sort: str
    art: str
    ships: bool
    price_cents: int
    quantity: int

    @property
    def total_cents(self) -> int:
        return self.price_cents * self.quantity


@dataclass(frozen=True)
class Order:
    """A placed order; `public_id` names its page. Money in cents of `currency`."""

    public_id: str
    number: str
    placed_at: datetime
    delivery_cents: int
    total_cents: int
    currency: str
    address: str
    card_brand: str
    lines: tuple[OrderLine, ...]

    @property
    def goods_cents(self) -> int:
        return self.total_cents - self.delivery_cents

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)


ORDER = tuple(name for name in Order.__dataclass_fields__ if name != "lines")
LINE = tuple(OrderLine.__dataclass_fields__)


def orders_of(subject_id: int | None) -> list[Order]:
    """A person's orders, newest first, each with its lines. One statement."""
    return [] if subject_id is None else _read(_orders().where(OrderRow.subject_id == subject_id))


def order_of(subject_id: int | None, public_id: str) -> Order | None:
    """The order, if it is this person's. One statement."""
    if subject_id is None or not PUBLIC_ID.fullmatch(public_id):
        return None
    found = _read(_orders().where(OrderRow.public_id == public_id, OrderRow.subject_id == subject_id))
    return found[0] if found else None


def placed_with(subject_id: int, checkout_key: str) -> str:
    """The public id of the order that this checkout of the person has placed; "" when it has placed none."""
    if not PUBLIC_ID.fullmatch(checkout_key):
        return ""
    wanted = select(OrderRow.public_id).where(OrderRow.checkout_key == checkout_key, OrderRow.subject_id == subject_id)
    return current_database().reading().execute(wanted).scalar() or ""


def move(from_subject: int, into_subject: int) -> int:
    """Two people turn out to be one: the orders of the first are the second's from now on. How many."""
    moved = update(OrderRow).where(OrderRow.subject_id == from_subject).values(subject_id=into_subject)
    return current_database().writing().execute(moved).rowcount


def _orders() -> Select[Any]:
    columns = [getattr(OrderRow, name) for name in ORDER] + [getattr(OrderLineRow, name) for name in LINE]
    return (
        select(*columns)
        .join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
        .order_by(OrderRow.placed_at.desc(), OrderRow.id.desc(), OrderLineRow.position)
    )


def _read(statement: Select[Any]) -> list[Order]:
    rows = current_database().reading().execute(statement)
    split = len(ORDER)
    return [
        Order(**dict(zip(ORDER, head, strict=True)), lines=tuple(OrderLine(*row[split:]) for row in group))
        for head, group in groupby(rows, key=lambda row: tuple(row[:split]))
    ]

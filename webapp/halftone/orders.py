"""Orders as their owner reads them: the list, one of them, and the history as a file."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from asklater import UTCDateTime, clock, csv_text, current_database, current_engine
from halftone.catalogue import amount
from halftone.tables import OrderLineRow, OrderRow

# Reading

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")

ON_ITS_WAY = timedelta(days=30)
"""Until a parcel has arrived and fourteen days to send it back are over."""
ORDERED = select(OrderRow.subject_id).where(
    OrderRow.placed_at > bindparam("lately", callable_=lambda: clock.now() - ON_ITS_WAY, type_=UTCDateTime)
)
"""Who has an order on its way: it still needs its address. What the books need after that is a legal hold."""


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
    """A placed order; `public_id` names its page. Money in cents of `currency`; `address` is "" when nothing ships,
    and somebody else's of a `present`."""

    public_id: str
    number: str
    placed_at: datetime
    delivery_cents: int
    total_cents: int
    currency: str
    address: str
    present: bool
    card_brand: str
    card_last_four: str
    mailed: bool
    withdrawn_at: datetime | None
    lines: tuple[OrderLine, ...]

    @property
    def goods_cents(self) -> int:
        return self.total_cents - self.delivery_cents

    @property
    def withdraw_by(self) -> datetime:
        """Until when its person may withdraw from it: fourteen days from the parcel's arrival at the latest."""
        return self.placed_at + ON_ITS_WAY

    @property
    def can_be_withdrawn(self) -> bool:
        return self.withdrawn_at is None and clock.now() < self.withdraw_by

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)


ORDER = tuple(name for name in Order.__dataclass_fields__ if name != "lines")
LINE = tuple(OrderLine.__dataclass_fields__)


def orders_of(subject_id: int | None) -> list[Order]:
    """A person's orders, newest first, each with its lines. Two statements: the orders, and the person's key."""
    return [] if subject_id is None else _select_orders(subject_id, _orders())


def order_of(subject_id: int | None, public_id: str) -> Order | None:
    """The order, if it is this person's. Two statements."""
    if subject_id is None or not PUBLIC_ID.fullmatch(public_id):
        return None
    found = _select_orders(subject_id, _orders().where(OrderRow.public_id == public_id))
    return found[0] if found else None


def order_by_cart_key(subject_id: int, checkout_key: str) -> str:
    """The public id of the order that this checkout of the person has placed; "" when it has placed none."""
    if not PUBLIC_ID.fullmatch(checkout_key):
        return ""
    wanted = select(OrderRow.public_id).where(OrderRow.checkout_key == checkout_key, OrderRow.subject_id == subject_id)
    return current_database().reading().execute(wanted).scalar() or ""


def sealed_address(subject_id: int, public_id: str, address: str) -> bytes | None:
    """The address as the order's row keeps it; None for ""."""
    return current_engine().seal(subject_id, label_of(public_id), address) if address else None


def move(from_subject: int, into_subject: int) -> int:
    """Two people turn out to be one: the orders of the first are the second's from now on. How many.

    Their addresses are sealed anew, under the key of the one whose they are now.
    """
    orders, writing = orders_of(from_subject), current_database().writing()
    for order in orders:
        address = sealed_address(into_subject, order.public_id, order.address)
        moved = update(OrderRow).where(OrderRow.public_id == order.public_id)
        writing.execute(moved.values(subject_id=into_subject, address=address))
    return len(orders)


def _orders() -> Select[Any]:
    columns = [getattr(OrderRow, name) for name in ORDER] + [getattr(OrderLineRow, name) for name in LINE]
    return (
        select(*columns)
        .join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
        .order_by(OrderRow.placed_at.desc(), OrderRow.id.desc(), OrderLineRow.position)
    )


def _select_orders(subject_id: int, statement: Select[Any]) -> list[Order]:
    """The person's orders among those that the statement finds."""
    rows = current_database().reading().execute(statement.where(OrderRow.subject_id == subject_id)).all()
    sealed = {label_of(row.public_id): row.address for row in rows if row.address is not None}
    addresses = current_engine().open(subject_id, sealed)
    split = len(ORDER)
    return [
        _order(dict(zip(ORDER, head, strict=True)), addresses, tuple(OrderLine(*row[split:]) for row in group))
        for head, group in groupby(rows, key=lambda row: tuple(row[:split]))
    ]


def _order(row: dict[str, Any], addresses: Mapping[str, str], lines: tuple[OrderLine, ...]) -> Order:
    return Order(**{**row, "address": addresses.get(label_of(row["public_id"]), "")}, lines=lines)


def label_of(public_id: str) -> str:
    """What an order's address is sealed as."""
    return f"order:{public_id}:address"


# Files

CSV_COLUMNS = (
    "order",
    "placed_at",
    "product",
    "title",
    "sort",
    "quantity",
    "price",
    "line_total",
    "order_delivery",
    "order_total",
    "currency",
    "address",
    "present",
)


@dataclass(frozen=True)
class ExportFormat:
    """One format of the history."""

    mimetype: str
    write: Callable[[Iterable[Order]], str]


def as_csv(orders: Iterable[Order]) -> str:
    """The history as a table; see above."""
    return csv_text(CSV_COLUMNS, (_csv_row(order, line) for order in orders for line in order.lines))


def as_json(orders: Iterable[Order]) -> str:
    """The history as a document; see above."""
    document = {"format": "halftone-orders/1", "orders": [_json_document(order) for order in orders]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, ExportFormat] = {
    "csv": ExportFormat("text/csv", as_csv),
    "json": ExportFormat("application/json", as_json),
}


def _csv_row(order: Order, line: OrderLine) -> tuple[object, ...]:
    return (
        order.number,
        order.placed_at.isoformat(timespec="seconds"),
        line.slug,
        line.title,
        line.sort,
        line.quantity,
        amount(line.price_cents),
        amount(line.total_cents),
        amount(order.delivery_cents),
        amount(order.total_cents),
        order.currency,
        order.address.replace("\n", ", "),
        "yes" if order.present else "no",
    )


def _json_document(order: Order) -> dict[str, object]:
    return {
        "number": order.number,
        "placed_at": order.placed_at.isoformat(timespec="seconds"),
        "currency": order.currency,
        "goods_cents": order.goods_cents,
        "delivery_cents": order.delivery_cents,
        "total_cents": order.total_cents,
        "address": order.address or None,
        "present": order.present,
        "paid_with": order.card_brand,
        "withdrawn_at": order.withdrawn_at.isoformat(timespec="seconds") if order.withdrawn_at else None,
        "lines": [
            {
                "product": line.slug,
                "title": line.title,
                "sort": line.sort,
                "quantity": line.quantity,
                "price_cents": line.price_cents,
                "total_cents": line.total_cents,
            }
            for line in order.lines
        ],
    }

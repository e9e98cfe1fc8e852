"""The order history as a file.

CSV: one row for each line of each order, newest first; the columns of COLUMNS; money as euros with two
decimals; CRLF; UTF-8 with a byte order mark, without which spreadsheets misread every letter beyond ASCII.
A cell that a spreadsheet would take for a formula gets an apostrophe in front.

JSON: {"format": "halftone-orders/1", "orders": [{"number", "placed_at" (ISO 8601, UTC), "currency",
"goods_cents", "delivery_cents", "total_cents", "address" (null when nothing was sent), "paid_with",
"lines": [{"product", "title", "sort", "quantity", "price_cents", "total_cents"}]}]}; money as whole cents.
"""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import StringIO

from webapp.shop.orders import Order, OrderLine
from webapp.shop.prices import amount
from webapp.spreadsheets import inert

COLUMNS = (
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
)


@dataclass(frozen=True)
class Format:
    """One way to write the history."""

    mimetype: str
    write: Callable[[Iterable[Order]], str]


def as_csv(orders: Iterable[Order]) -> str:
    """The history as a table; see above."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for order in orders:
        for line in order.lines:
            writer.writerow(inert(str(cell)) for cell in _row(order, line))
    return "\ufeff" + text.getvalue()


def as_json(orders: Iterable[Order]) -> str:
    """The history as a document; see above."""
    document = {"format": "halftone-orders/1", "orders": [_document(order) for order in orders]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Format] = {
    "csv": Format("text/csv", as_csv),
    "json": Format("application/json", as_json),
}


def _row(order: Order, line: OrderLine) -> tuple[object, ...]:
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
    )


def _document(order: Order) -> dict[str, object]:
    return {
        "number": order.number,
        "placed_at": order.placed_at.isoformat(timespec="seconds"),
        "currency": order.currency,
        "goods_cents": order.goods_cents,
        "delivery_cents": order.delivery_cents,
        "total_cents": order.total_cents,
        "address": order.address or None,
        "paid_with": order.card_brand,
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

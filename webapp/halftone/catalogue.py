"""The catalogue: what is for sale, found by sort and words, and what things cost, in integer cents of a euro. Rows
stay behind this door.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_babel import format_currency, get_locale
from sqlalchemy import Select, select, update

from asklater import clock, current_database, current_session
from halftone.delivery import STANDARD, DeliveryRate
from halftone.tables import ProductRow

# Prices

CURRENCY = "EUR"


@dataclass(frozen=True)
class Totals:
    """Euro cents. `ships` says that a carrier brings at least one of the things, at `rate`."""

    goods_cents: int
    delivery_cents: int
    ships: bool
    rate: DeliveryRate = STANDARD

    @property
    def total_cents(self) -> int:
        return self.goods_cents + self.delivery_cents


def totals(parts: Iterable[tuple[int, int, bool]], rate: DeliveryRate = STANDARD) -> Totals:
    """Add up (price in cents, quantity, ships).

    Delivery is free of what needs none, and of everything when the goods cost as much as the rate says.
    """
    counted = list(parts)
    goods = sum(price * quantity for price, quantity, _ships in counted)
    ships = any(ships for _price, _quantity, ships in counted)
    return Totals(goods, rate.cents if ships and goods < rate.free_from_cents else 0, ships, rate)


VAT_PERCENT = 19
"""Germany's, which prices include wherever a parcel goes: the shop is small."""


def vat_in(cents: int) -> int:
    """The value added tax that a price includes, in cents."""
    return round(cents * VAT_PERCENT / (100 + VAT_PERCENT))


def amount(cents: int) -> Decimal:
    """Cents as euros, exactly: 4800 is Decimal("48.00")."""
    return Decimal(cents).scaleb(-2)


def euros(cents: int) -> str:
    """The price as a reader of the page's language writes it."""
    return _in_words_of(str(get_locale()), cents)


@lru_cache(maxsize=4096)
def _in_words_of(_language: str, cents: int) -> str:
    """A page shows dozens of prices, of which there are few."""
    return str(format_currency(amount(cents), CURRENCY))


# Products

SORTS = ("print", "notebook", "wallpaper")
MOST_WORDS = 8


@dataclass(frozen=True)
class Product:
    """A product. `price_cents` are euro cents; `ships` says that a carrier brings it."""

    id: int
    slug: str
    title: str
    sort: str
    price_cents: int
    art: str
    alt: str
    story: str
    details: tuple[str, ...]
    ships: bool
    accent: str
    released: date
    for_sale: bool


COLUMNS = tuple(name for name in Product.__dataclass_fields__ if name != "for_sale")
DETAILS = COLUMNS.index("details")
PRODUCTS = select(
    *(ProductRow.__table__.c[name] for name in COLUMNS), ProductRow.withdrawn_at.is_(None).label("for_sale")
)
FOR_SALE = PRODUCTS.where(ProductRow.withdrawn_at.is_(None)).order_by(ProductRow.released.desc(), ProductRow.slug)


def find(sort: str = "", words: str = "") -> list[Product]:
    """What is for sale, newest first: of one sort if it is named, and with every one of the words in its text."""
    statement = FOR_SALE
    if sort:
        statement = statement.where(ProductRow.sort == sort)
    for word in words.split()[:MOST_WORDS]:
        text = ProductRow.title + " " + ProductRow.story + " " + ProductRow.sort + "s"
        statement = statement.where(text.icontains(word, autoescape=True))
    return _read(statement)


def by_slug(slug: str) -> Product | None:
    """The product, for sale or withdrawn; None when there never was one."""
    found = _read(PRODUCTS.where(ProductRow.slug == slug))
    return found[0] if found else None


def by_ids(ids: Iterable[int]) -> dict[int, Product]:
    """Products by id, withdrawn ones included."""
    return {product.id: product for product in _read(PRODUCTS.where(ProductRow.id.in_(list(ids))))}


def stock(path: Path) -> int:
    """Bring the catalogue in line with the file; products that it no longer names are withdrawn. How many."""
    session = current_session()
    entries: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))["products"]
    known = {row.slug: row for row in session.scalars(select(ProductRow))}
    for entry in entries:
        row = known.get(entry["slug"])
        if row is None:
            session.add(ProductRow(**entry))
        else:
            for name, value in {**entry, "withdrawn_at": None}.items():
                setattr(row, name, value)
    named = [entry["slug"] for entry in entries]
    gone = update(ProductRow).where(ProductRow.slug.not_in(named), ProductRow.withdrawn_at.is_(None))
    session.execute(gone.values(withdrawn_at=clock.now()))
    session.flush()
    return len(entries)


def _read(statement: Select[Any]) -> list[Product]:
    rows = current_database().reading().execute(statement)
    return [_product(row) for row in rows]


def _product(row: Sequence[Any]) -> Product:
    """A row of PRODUCTS, whose columns are in the order of the fields."""
    columns = list(row)
    columns[DETAILS] = tuple(columns[DETAILS])
    return Product(*columns)

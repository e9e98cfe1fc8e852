"""Reading carts: what is in one, what it comes to, and how its owner saw it last."""

import secrets
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from webapp.db import current_database
from webapp.shop import catalogue
from webapp.shop.cart_models import CartLineRow, CartRow
from webapp.shop.catalogue import Product
from webapp.shop.models import ProductRow
from webapp.shop.prices import Totals, totals

MOST = 99
"""Of one thing; of a file, one is enough."""


@dataclass(frozen=True)
class CartLine:
    """So many of one product."""

    product: Product
    quantity: int

    @property
    def gone(self) -> bool:
        return not self.product.for_sale

    @property
    def total_cents(self) -> int:
        return self.product.price_cents * self.quantity


@dataclass(frozen=True)
class Cart:
    """A cart as it is now, in the order in which things were added. `key` is "" while there is no cart."""

    key: str = ""
    lines: tuple[CartLine, ...] = ()

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def sold(self) -> tuple[CartLine, ...]:
        """The lines that can be ordered."""
        return tuple(line for line in self.lines if not line.gone)

    @property
    def gone(self) -> tuple[CartLine, ...]:
        return tuple(line for line in self.lines if line.gone)

    @property
    def totals(self) -> Totals:
        return totals((line.product.price_cents, line.quantity, line.product.ships) for line in self.sold)


def cart_of(subject_id: int | None) -> Cart:
    """The cart of a person; an empty one for somebody of whom nothing is recorded."""
    if subject_id is None:
        return Cart()
    rows = (
        current_database()
        .reading()
        .execute(
            select(CartRow.checkout_key, CartLineRow.product_id, CartLineRow.quantity)
            .join(CartLineRow, CartLineRow.subject_id == CartRow.subject_id, isouter=True)
            .where(CartRow.subject_id == subject_id)
            .order_by(CartLineRow.added_at, CartLineRow.product_id)
        )
        .all()
    )
    wanted = [(product_id, quantity) for _key, product_id, quantity in rows if product_id is not None]
    products = catalogue.by_ids(product_id for product_id, _quantity in wanted) if wanted else {}
    lines = tuple(CartLine(products[product_id], quantity) for product_id, quantity in wanted)
    return Cart(rows[0].checkout_key if rows else "", lines)


def count(subject_id: int) -> int:
    """How many things are in the cart. One statement."""
    return int(current_database().reading().execute(_COUNT, {"person": subject_id}).scalar_one())


def has_physical_goods(subject_id: int | None) -> bool:
    """The condition `cart_has_physical_goods`: whether a carrier will have to bring something."""
    if subject_id is None:
        return False
    wanted = (
        select(CartLineRow.product_id)
        .join(ProductRow, ProductRow.id == CartLineRow.product_id)
        .where(CartLineRow.subject_id == subject_id, ProductRow.ships, ProductRow.withdrawn_at.is_(None))
        .limit(1)
    )
    return current_database().reading().execute(wanted).first() is not None


def lock(subject_id: int) -> str:
    """Hold the person's cart, made if need be, until the transaction ends; its checkout key.

    Everything that changes a cart or orders it does this first, so two of them take turns.
    """
    database = current_database()
    fresh = {"subject_id": subject_id, "checkout_key": new_key()}
    database.writing().execute(database.insert(CartRow.__table__).values(fresh).on_conflict_do_nothing())  # type: ignore[arg-type] # a mapped class's table
    held = select(CartRow.checkout_key).where(CartRow.subject_id == subject_id).with_for_update()
    key: str = database.writing().execute(held).scalar_one()
    return key


def new_key() -> str:
    """A checkout key: unguessable, so that nobody can take it first."""
    return secrets.token_urlsafe(16)


def most_of(product: Product) -> int:
    return MOST if product.ships else 1


_COUNT = select(func.coalesce(func.sum(CartLineRow.quantity), 0)).where(CartLineRow.subject_id == bindparam("person"))
"""Built once: every page shows it."""

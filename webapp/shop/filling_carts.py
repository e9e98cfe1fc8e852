"""Filling a cart: add, change, remove, bring together."""

import re
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from webapp import clock
from webapp.db import current_database
from webapp.profiling.words import gettext
from webapp.shop import carts, catalogue
from webapp.shop.cart_models import CartLineRow, CartRow
from webapp.shop.catalogue import Product

SLUG = re.compile(r"[a-z0-9-]{1,60}")


class Refused(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The cart stays as it is. `reason` tells the person why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Outcome:
    """A line after it was filled: how many there were before, and are now."""

    product: Product
    before: int
    now: int


def product_named(slug: str) -> Product:
    """The product, for sale or gone. Raises Refused when there never was one."""
    product = catalogue.by_slug(slug) if SLUG.fullmatch(slug) else None
    if product is None:
        raise Refused(gettext("There is no such product, so the cart stays as it was."))
    return product


def refuse_unsold(product: Product) -> None:
    """Raises Refused for a product that was withdrawn."""
    if not product.for_sale:
        raise Refused(gettext("“%(title)s” is no longer for sale.", title=product.title))


def refuse_too_many(product: Product, quantity: int) -> None:
    """Raises Refused for a quantity that nobody can have of it; none at all is always possible."""
    if quantity:
        refuse_unsold(product)
    if quantity > carts.most_of(product):
        raise Refused(gettext("A wallpaper is a file, so one is enough."))


def add(subject_id: int, product: Product, quantity: int) -> Outcome:
    """Put `quantity` more into the cart, up to the most there can be of it."""
    carts.lock(subject_id)
    before = _quantity(subject_id, product.id)
    return _put(subject_id, product, before, min(before + quantity, carts.most_of(product)))


def change(subject_id: int, product: Product, quantity: int) -> Outcome:
    """Have so many in the cart, 0 to take it out."""
    carts.lock(subject_id)
    return _put(subject_id, product, _quantity(subject_id, product.id), quantity)


def merge(from_subject: int, into_subject: int) -> int:
    """Two people turn out to be one: what the first put into a cart joins the second's. How many came over.

    Into an empty cart its checkout key comes along: whoever signs in on the way to the till goes on there.
    """
    carts.lock(into_subject)
    coming, came_over = carts.cart_of(from_subject), 0
    if coming.lines and not carts.cart_of(into_subject).lines:
        own = update(CartRow).where(CartRow.subject_id == into_subject)
        current_database().writing().execute(own.values(checkout_key=coming.key))
    for line in coming.lines:
        before = _quantity(into_subject, line.product.id)
        now = min(before + line.quantity, carts.most_of(line.product))
        _put(into_subject, line.product, before, now)
        came_over += line.quantity
    current_database().writing().execute(delete(CartRow).where(CartRow.subject_id == from_subject))
    return came_over


def _quantity(subject_id: int, product_id: int) -> int:
    held = select(CartLineRow.quantity).where(_line(subject_id, product_id))
    return current_database().writing().execute(held).scalar() or 0


def _put(subject_id: int, product: Product, before: int, now: int) -> Outcome:
    database = current_database()
    if now == 0:
        database.writing().execute(delete(CartLineRow).where(_line(subject_id, product.id)))
    else:
        row = {"subject_id": subject_id, "product_id": product.id, "quantity": now, "added_at": clock.now()}
        upsert = database.insert(CartLineRow.__table__).values(row)  # type: ignore[arg-type] # a mapped class's table
        database.writing().execute(
            upsert.on_conflict_do_update(index_elements=["subject_id", "product_id"], set_={"quantity": now})
        )
    return Outcome(product, before, now)


def _line(subject_id: int, product_id: int):  # type: ignore[no-untyped-def] # an SQL expression
    return (CartLineRow.subject_id == subject_id) & (CartLineRow.product_id == product_id)

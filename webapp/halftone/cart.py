"""The cart: what is in one and what it comes to; add, change, remove, bring two together; and how its owner saw it
last.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from asklater import clock, current_database, current_engine, gettext, table_of
from halftone import catalogue
from halftone.catalogue import Product, Totals, euros, totals
from halftone.delivery import ADDRESS, COUNTRY, STANDARD, DeliveryRate, rate_of
from halftone.tables import CartLineRow, CartRow, ProductRow

# Reading

PRESENT = "cart:present"
"""What a present's address is sealed as."""
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
    """A cart as it is now, in the order in which things were added. `key` is "" while there is no cart; `rate` is what
    its delivery costs this person. `present` is the address of somebody else to whom it goes, empty for one's own."""

    key: str = ""
    lines: tuple[CartLine, ...] = ()
    rate: DeliveryRate = STANDARD
    present: Mapping[str, str] = field(default_factory=dict)

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
        parts = ((line.product.price_cents, line.quantity, line.product.ships) for line in self.sold)
        return totals(parts, self.rate)


def cart_of(subject_id: int | None) -> Cart:
    """The cart of a person; an empty one for somebody of whom nothing is recorded."""
    if subject_id is None:
        return Cart()
    rows = (
        current_database()
        .reading()
        .execute(
            select(CartRow.checkout_key, CartRow.present, CartLineRow.product_id, CartLineRow.quantity)
            .join(CartLineRow, CartLineRow.subject_id == CartRow.subject_id, isouter=True)
            .where(CartRow.subject_id == subject_id)
            .order_by(CartLineRow.added_at, CartLineRow.product_id)
        )
        .all()
    )
    wanted = [(product_id, quantity) for *_cart, product_id, quantity in rows if product_id is not None]
    products = catalogue.by_ids(product_id for product_id, _quantity in wanted) if wanted else {}
    lines = tuple(CartLine(products[product_id], quantity) for product_id, quantity in wanted)
    ships = any(line.product.ships for line in lines)
    held = current_engine().answers.read(subject_id, [COUNTRY, ADDRESS]) if ships else {}
    present = _open(subject_id, rows[0].present) if rows else {}
    rate = rate_of({**held, ADDRESS: present} if present else held)
    return Cart(rows[0].checkout_key if rows else "", lines, rate, present)


def _open(subject_id: int, sealed: bytes | None) -> dict[str, str]:
    """The address of a present. No statement where there is none."""
    opened = current_engine().open(subject_id, {PRESENT: sealed} if sealed else {})
    found: dict[str, str] = json.loads(opened[PRESENT]) if opened else {}
    return found


def count(subject_id: int) -> int:
    """How many things are in the cart. One statement."""
    return int(current_database().reading().execute(_COUNT_LINES, {"person": subject_id}).scalar_one())


def has_physical_goods(subject_id: int | None) -> bool:
    """The condition `cart_has_physical_goods`: whether a carrier will have to bring something to the person who
    orders; a present goes to somebody else."""
    if subject_id is None:
        return False
    wanted = (
        select(CartLineRow.product_id)
        .join(ProductRow, ProductRow.id == CartLineRow.product_id)
        .join(CartRow, CartRow.subject_id == CartLineRow.subject_id)
        .where(CartLineRow.subject_id == subject_id, ProductRow.ships, ProductRow.withdrawn_at.is_(None))
        .where(CartRow.present.is_(None))
        .limit(1)
    )
    return current_database().reading().execute(wanted).first() is not None


def lock(subject_id: int) -> str:
    """Hold the person's cart, made if need be, until the transaction ends; its checkout key.

    Everything that changes a cart or orders it does this first, so two of them take turns.
    """
    database = current_database()
    fresh = {"subject_id": subject_id, "checkout_key": new_key()}
    database.writing().execute(database.insert(table_of(CartRow)).values(fresh).on_conflict_do_nothing())
    held = select(CartRow.checkout_key).where(CartRow.subject_id == subject_id).with_for_update()
    key: str = database.writing().execute(held).scalar_one()
    return key


def new_key() -> str:
    """A checkout key: unguessable, so that nobody can take it first."""
    return secrets.token_urlsafe(16)


def most_of(product: Product) -> int:
    return MOST if product.ships else 1


_COUNT_LINES = select(func.coalesce(func.sum(CartLineRow.quantity), 0)).where(
    CartLineRow.subject_id == bindparam("person")
)
"""Built once: every page shows it."""


# Changing

SLUG_PATTERN = re.compile(r"[a-z0-9-]{1,60}")


class CartRefusal(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The cart stays as it is. `reason` tells the person why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class CartChange:
    """A line after it was filled: how many there were before, and are now."""

    product: Product
    before: int
    now: int


def product_named(slug: str) -> Product:
    """The product, for sale or gone. Raises Refused when there never was one."""
    product = catalogue.by_slug(slug) if SLUG_PATTERN.fullmatch(slug) else None
    if product is None:
        raise CartRefusal(gettext("There is no such product, so the cart stays as it was."))
    return product


def refuse_unsold(product: Product) -> None:
    """Raises Refused for a product that was withdrawn."""
    if not product.for_sale:
        raise CartRefusal(gettext("“%(title)s” is no longer for sale.", title=product.title))


def refuse_too_many(product: Product, quantity: int) -> None:
    """Raises Refused for a quantity that nobody can have of it; none at all is always possible."""
    if quantity:
        refuse_unsold(product)
    if quantity > most_of(product):
        raise CartRefusal(gettext("A wallpaper is a file, so you need only one."))


def add(subject_id: int, product: Product, quantity: int) -> CartChange:
    """Put `quantity` more into the cart, up to the most there can be of it."""
    lock(subject_id)
    before = _quantity(subject_id, product.id)
    return _put(subject_id, product, before, min(before + quantity, most_of(product)))


def change(subject_id: int, product: Product, quantity: int) -> CartChange:
    """Have so many in the cart, 0 to take it out."""
    lock(subject_id)
    return _put(subject_id, product, _quantity(subject_id, product.id), quantity)


def set_present(subject_id: int, address: Mapping[str, str]) -> None:
    """Let what is in the cart go to this address of somebody else; to one's own where it is empty. A cart that was
    shown with another address is not ordered any more."""
    lock(subject_id)
    sealed = current_engine().seal(subject_id, PRESENT, json.dumps(address, ensure_ascii=False)) if address else None
    _set(subject_id, present=sealed, checkout_key=new_key())


def empty(subject_id: int) -> None:
    """What was in the cart was ordered; the next order gets a key of its own, and goes to oneself."""
    current_database().writing().execute(delete(CartLineRow).where(CartLineRow.subject_id == subject_id))
    _set(subject_id, present=None, checkout_key=new_key())


def _set(subject_id: int, **values: object) -> None:
    current_database().writing().execute(update(CartRow).where(CartRow.subject_id == subject_id).values(values))


def merge(from_subject: int, into_subject: int) -> int:
    """Two people turn out to be one: what the first put into a cart joins the second's. How many came over.

    Into an empty cart its checkout key comes along: whoever signs in on the way to the till goes on there.
    """
    lock(into_subject)
    coming, came_over = cart_of(from_subject), 0
    if coming.lines and not cart_of(into_subject).lines:
        set_present(into_subject, coming.present)
        _set(into_subject, checkout_key=coming.key)
    for line in coming.lines:
        before = _quantity(into_subject, line.product.id)
        now = min(before + line.quantity, most_of(line.product))
        _put(into_subject, line.product, before, now)
        came_over += line.quantity
    current_database().writing().execute(delete(CartRow).where(CartRow.subject_id == from_subject))
    return came_over


def _quantity(subject_id: int, product_id: int) -> int:
    held = select(CartLineRow.quantity).where(_line(subject_id, product_id))
    return current_database().writing().execute(held).scalar() or 0


def _put(subject_id: int, product: Product, before: int, now: int) -> CartChange:
    database = current_database()
    if now == 0:
        database.writing().execute(delete(CartLineRow).where(_line(subject_id, product.id)))
    else:
        row = {"subject_id": subject_id, "product_id": product.id, "quantity": now, "added_at": clock.now()}
        upsert = database.insert(table_of(CartLineRow)).values(row)
        database.writing().execute(
            upsert.on_conflict_do_update(index_elements=["subject_id", "product_id"], set_={"quantity": now})
        )
    return CartChange(product, before, now)


def _line(subject_id: int, product_id: int):  # type: ignore[no-untyped-def] # an SQL expression
    return (CartLineRow.subject_id == subject_id) & (CartLineRow.product_id == product_id)


# A snapshot in the checkout's form, to compare with

SNAPSHOT_TOTAL = re.compile(r"(?<!\S)=([0-9]{1,9})(?!\S)")
SNAPSHOT_LINE = re.compile(r"([a-z0-9-]{1,60})\*([0-9]{1,3})@([0-9]{1,9})")
LONGEST_SNAPSHOT = 20_000


class CartSnapshot(NamedTuple):
    """A line as it was seen; the price in cents."""

    quantity: int
    price_cents: int


def write_snapshot(cart: Cart) -> str:
    """`slug*quantity@cents` of each line that can be ordered, and `=total` in cents."""
    lines = [f"{line.product.slug}*{line.quantity}@{line.product.price_cents}" for line in cart.sold]
    return " ".join([*lines, f"={cart.totals.total_cents}"])


def read_snapshot(text: str) -> dict[str, CartSnapshot]:
    """The lines that `written` wrote; whatever is not a line is passed over."""
    return {
        slug: CartSnapshot(int(quantity), int(price))
        for slug, quantity, price in SNAPSHOT_LINE.findall(text[:LONGEST_SNAPSHOT])
    }


def changes_since(text: str, cart: Cart, titles: Mapping[str, str]) -> list[str]:
    """One sentence for each thing that is not as it was seen; a general one when no line tells.

    `titles` names the products that are in `text` and no longer in the cart.
    """
    seen = read_snapshot(text)
    now = {line.product.slug: line for line in cart.sold}
    sentences = [
        gettext("“%(title)s” is no longer in the cart.", title=titles[slug])
        for slug in seen
        if slug not in now and slug in titles
    ]
    for slug, line in now.items():
        title, before = line.product.title, seen.get(slug)
        if before is None:
            sentences.append(gettext("“%(title)s” was added.", title=title))
            continue
        if before.quantity != line.quantity:
            sentences.append(
                gettext(
                    "“%(title)s”: %(now)s now, %(then)s before.", title=title, now=line.quantity, then=before.quantity
                )
            )
        if before.price_cents != line.product.price_cents:
            price, then = euros(line.product.price_cents), euros(before.price_cents)
            sentences.append(
                gettext("“%(title)s” costs %(now)s now, %(then)s before.", title=title, now=price, then=then)
            )
    delivery = _delivery_seen(text, seen)
    if not sentences and delivery is not None and delivery != cart.totals.delivery_cents:
        cost, then = euros(cart.totals.delivery_cents), euros(delivery)
        sentences.append(gettext("Delivery costs %(now)s now, %(then)s before.", now=cost, then=then))
    if not sentences:
        sentences.append(gettext("Your cart has changed since this page was shown."))
    return sentences


def _delivery_seen(text: str, seen: Mapping[str, CartSnapshot]) -> int | None:
    """What the delivery cost by a snapshot, in cents; None where it tells no total that holds it."""
    total = SNAPSHOT_TOTAL.search(text[:LONGEST_SNAPSHOT])
    left = int(total[1]) - sum(line.quantity * line.price_cents for line in seen.values()) if total else -1
    return left if left >= 0 else None

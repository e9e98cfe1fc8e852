"""Placing an order: from a cart, once, for the total that was shown."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import insert, update

from asklater import Engine, RateLimit, client_network, clock, current_database, gettext, http, try_to_spend
from asklater.messages import post_mail
from halftone import cart as carts, catalogue, payments
from halftone.cart import Cart
from halftone.catalogue import CURRENCY, euros
from halftone.delivery import ADDRESS, COUNTRY
from halftone.orders import Order, order_by_cart_key, order_of, sealed_address
from halftone.payments import Token
from halftone.tables import OrderLineRow, OrderRow

ACTION = "checkout"
FIRST_ORDER = "first_order"
"""The signal that every order gives; the first one reaches it."""
ORDERS_OF_NETWORK = RateLimit("orders from one network", 30, timedelta(hours=1))
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: nothing that is misread on the telephone."""


@dataclass(frozen=True)
class Checkout:
    """What the checkout's form carries: the cart's key, and the cart as it was shown (`carts.write_snapshot`)."""

    key: str
    seen: str


class NotPlaced(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """Nothing was ordered or charged. `reasons` are sentences for the person."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


class CartChanged(NotPlaced):
    """The cart is not the one that was shown; once it has been looked through, it can be ordered."""


class PaymentRefused(NotPlaced):
    """The card could not be charged; another one may do."""


class TooManyOrders(NotPlaced):
    """The network has tried to place too many; in `retry_after` seconds it may again."""

    def __init__(self, retry_after: int) -> None:
        minutes = -(-retry_after // 60)
        super().__init__(
            ngettext(
                "Many orders were placed from your network. Wait %(num)s minute, then place yours; the cart stays.",
                "Many orders were placed from your network. Wait %(num)s minutes, then place yours; the cart stays.",
                minutes,
            )
        )
        self.retry_after = retry_after


def check(subject_id: int | None, checkout: Checkout) -> str:
    """The public id of the order that this checkout has placed already, "" when it may go ahead.

    Raises NotPlaced when the cart is not the one that was shown, or cannot be ordered.
    """
    cart = carts.cart_of(subject_id)  # read before the order: one that empties it in between is found then
    earlier = order_by_cart_key(subject_id, checkout.key) if subject_id is not None else ""
    if not earlier:
        _check_cart(cart, checkout)
    return earlier


def place(engine: Engine, checkout: Checkout) -> str:
    """Place the order of the person who asks; its public id. Raises Unmet and NotPlaced.

    All of it happens in one transaction, and while the cart is held: of two equal checkouts the second
    finds the order of the first. The charge comes before the order is written and is idempotent under the
    checkout's key, so a crash in between costs the person nothing twice.
    """
    database = current_database()
    database.writing()  # what is read from here on is read inside the transaction
    subject = engine.require(ACTION)
    if subject is None:
        raise NotPlaced(gettext("There is nothing in the cart."))
    carts.lock(subject.id)
    earlier = check(subject.id, checkout)
    if earlier:
        return earlier
    wait = try_to_spend(database, ORDERS_OF_NETWORK, client_network())  # cards that are refused count too
    if wait:
        raise TooManyOrders(wait)
    order = buy(engine, subject.id, checkout.key)
    _confirm(engine, subject.id, order)
    return order.public_id


def buy(engine: Engine, subject_id: int, key: str) -> Order:
    """Charge for what is in the cart, write the order down, empty the cart. Raises PaymentRefused.

    For who has been through the gate, and whose cart is held and can be ordered. Nobody is written to: the
    demo's people have orders of the past.
    """
    cart = carts.cart_of(subject_id)
    to_buyer = cart.totals.ships and not cart.present
    held = engine.answers.use(subject_id, ["payment_method", *([ADDRESS, COUNTRY] if to_buyer else [])])
    token = Token(**held["payment_method"])
    charge = _charge(token, cart, key)
    address = _write_once(engine, cart.present or held[ADDRESS]) if cart.totals.ships else ""
    public_id = _write(subject_id, cart, key, address=address, token=token, charge=charge)
    carts.empty(subject_id)
    engine.signal(subject_id, FIRST_ORDER)
    order = order_of(subject_id, public_id)
    if order is None:
        raise LookupError("the order that was just written")
    return order


def _check_cart(cart: Cart, checkout: Checkout) -> None:
    if not cart.lines:
        raise NotPlaced(gettext("There is nothing in the cart."))
    lost = [
        gettext("“%(title)s” is no longer for sale. Remove it, then place the order.", title=line.product.title)
        for line in cart.gone
    ]
    if lost:
        raise NotPlaced(*lost)
    if checkout.seen != carts.write_snapshot(cart):
        held = {line.product.slug for line in cart.lines}
        gone = [slug for slug in carts.read_snapshot(checkout.seen) if slug not in held]
        products = [catalogue.by_slug(slug) for slug in gone[:10]]
        titles = {product.slug: product.title for product in products if product}
        raise CartChanged(*carts.changes_since(checkout.seen, cart, titles))
    if checkout.key != cart.key:
        raise CartChanged(gettext("Your cart has changed since. This is what you would order now."))


def _charge(token: Token, cart: Cart, key: str) -> str:
    try:
        return payments.charge(token, cart.totals.total_cents, key, clock.now().date())
    except payments.Declined as declined:
        raise PaymentRefused(declined.reason) from declined


def _write_once(engine: Engine, address: object) -> str:
    declared = engine.field("shipping_address")
    return engine.kind_of("shipping_address").show(declared, address)


def _write(subject_id: int, cart: Cart, key: str, *, address: str, token: Token, charge: str) -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    public_id = secrets.token_urlsafe(18)
    row = {
        "public_id": public_id,
        "number": f"{letters[:4]}-{letters[4:]}",
        "subject_id": subject_id,
        "checkout_key": key,
        "placed_at": clock.now(),
        "delivery_cents": cart.totals.delivery_cents,
        "total_cents": cart.totals.total_cents,
        "currency": CURRENCY,
        "address": sealed_address(subject_id, public_id, address),
        "present": bool(address and cart.present),
        "card_brand": token.brand,
        "card_last_four": token.last_four,
        "charge": charge,
        "mailed": False,
    }
    writing = current_database().writing()
    number = writing.execute(insert(OrderRow).values(row).returning(OrderRow.id)).scalar_one()
    lines = [
        {
            "order_id": number,
            "position": position,
            "quantity": line.quantity,
            **{name: getattr(line.product, name) for name in ("slug", "title", "sort", "art", "ships", "price_cents")},
        }
        for position, line in enumerate(cart.lines)
    ]
    writing.execute(insert(OrderLineRow), lines)
    return public_id


def _confirm(engine: Engine, subject_id: int, order: Order) -> None:
    email = engine.answers.use(subject_id, ["email"])["email"]
    title = gettext("Your order %(number)s", number=order.number)
    url = http.absolute_url(url_for("orders.order", public_id=order.public_id))
    if post_mail(email, title, "shop/order_placed.txt", subject_id=subject_id, order=order, euros=euros, url=url):
        mailed = update(OrderRow).where(OrderRow.public_id == order.public_id).values(mailed=True)
        current_database().writing().execute(mailed)

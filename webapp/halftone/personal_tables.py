"""What the shop holds of a person, what the law of taxes keeps, who outside was given it, and what moves when two
subjects turn out to be one.
"""

from collections.abc import Collection

from flask import flash
from flask_babel import gettext, ngettext
from sqlalchemy import select

from asklater import i18n
from asklater.db import current_database, table_of
from asklater.keys.keyring import record
from asklater.personal_tables import ColumnText, LegalHold, PersonalTable
from asklater.registry import Disclosure
from halftone import cart, orders
from halftone.orders import label_of
from halftone.tables import CartLineRow, CartRow, OrderLineRow, OrderRow, reviews, shares

# Tables


DELIVERY, PUBLISHING, BOOKKEEPING = "order_delivery", "publishing", "bookkeeping"
"""The purposes that these records serve, as keys of the manifest."""


def _describe_cart() -> ColumnText:
    return ColumnText(
        i18n.gettext("Cart"), i18n.gettext("you"), i18n.gettext("for as long as your account is held"), {}
    )


def _describe_cart_line() -> ColumnText:
    return ColumnText(
        i18n.gettext("What is in your cart"),
        i18n.gettext("you"),
        i18n.gettext("until you order it or take it out"),
        {
            "product_id": i18n.gettext("product"),
            "quantity": i18n.gettext("how many"),
            "added_at": i18n.gettext("added"),
        },
    )


def _describe_order() -> ColumnText:
    return ColumnText(
        i18n.gettext("Orders"),
        i18n.gettext("you, and the payment provider"),
        i18n.gettext("ten years, as the law of taxes demands; without the address once you are erased"),
        {
            "id": i18n.gettext("number in the books"),
            "public_id": i18n.gettext("name in addresses"),
            "number": i18n.gettext("order number"),
            "placed_at": i18n.gettext("placed"),
            "delivery_cents": i18n.gettext("delivery, in cents"),
            "total_cents": i18n.gettext("total, in cents"),
            "currency": i18n.gettext("currency"),
            "address": i18n.gettext("delivered to"),
            "card_brand": i18n.gettext("card"),
            "charge": i18n.gettext("reference of the payment"),
        },
    )


def _describe_order_line() -> ColumnText:
    return ColumnText(
        i18n.gettext("What you ordered"),
        i18n.gettext("you"),
        i18n.gettext("with the order"),
        {
            "position": i18n.gettext("line"),
            "title": i18n.gettext("title"),
            "slug": i18n.gettext("product"),
            "sort": i18n.gettext("sort"),
            "art": i18n.gettext("picture"),
            "ships": i18n.gettext("is sent"),
            "price_cents": i18n.gettext("price, in cents"),
            "quantity": i18n.gettext("how many"),
        },
    )


def _describe_share() -> ColumnText:
    return ColumnText(
        i18n.gettext("Prints that you share"),
        i18n.gettext("you"),
        i18n.gettext("until you take them back"),
        {
            "id": i18n.gettext("number"),
            "public_id": i18n.gettext("name in addresses"),
            "product_id": i18n.gettext("product"),
            "message": i18n.gettext("message"),
            "shared_at": i18n.gettext("shared"),
        },
    )


def _describe_review() -> ColumnText:
    return ColumnText(
        i18n.gettext("Reviews that you wrote"),
        i18n.gettext("you"),
        i18n.gettext("until you delete them"),
        {
            "id": i18n.gettext("number"),
            "product_id": i18n.gettext("product"),
            "rating": i18n.gettext("rating, 1 to 5"),
            "text": i18n.gettext("text"),
            "posted_at": i18n.gettext("posted"),
            "edited_at": i18n.gettext("edited"),
        },
    )


PERSONAL_TABLES = (
    PersonalTable(table_of(CartRow), DELIVERY, _describe_cart, frozenset({"checkout_key"})),
    PersonalTable(table_of(CartLineRow), DELIVERY, _describe_cart_line),
    PersonalTable(
        table_of(OrderRow),
        DELIVERY,
        _describe_order,
        frozenset({"checkout_key"}),
        repeats={"address": ("address",)},
        sealed={"address": lambda row: record(label_of(row["public_id"]))},
        kept=LegalHold(BOOKKEEPING, "placed_at", "P10Y", {"address": None, "card_brand": ""}),
    ),
    PersonalTable(
        table_of(OrderLineRow),
        DELIVERY,
        _describe_order_line,
        frozenset({"order_id"}),
        link="order_id",
        through=table_of(OrderRow),
        kept=LegalHold(BOOKKEEPING, "", "P10Y", {}),
    ),
    PersonalTable(shares, PUBLISHING, _describe_share),
    PersonalTable(reviews, PUBLISHING, _describe_review),
)


# Recipients outside


def _charges(subject_id: int) -> Collection[str]:
    """The provider's own references of what it has charged."""
    return current_database().reading().scalars(select(OrderRow.charge).where(OrderRow.subject_id == subject_id)).all()


def _parcels(subject_id: int) -> Collection[str]:
    """The numbers on the labels of what was sent."""
    sent = select(OrderRow.number).where(OrderRow.subject_id == subject_id, OrderRow.address.is_not(None))
    return current_database().reading().scalars(sent).all()


DISCLOSURES = (
    Disclosure("payment", lambda: i18n.gettext("the payment provider"), _charges),
    Disclosure("carrier", lambda: i18n.gettext("the carrier"), _parcels),
)


# Two subjects, one person


def move_purchases(from_subject: int, into_subject: int) -> None:
    """Bring cart and orders over to the account that came back, and say so on the next page."""
    things = cart.merge(from_subject, into_subject)
    moved = orders.move(from_subject, into_subject)
    words = [
        ngettext("%(num)s thing in your cart", "%(num)s things in your cart", things) if things else "",
        ngettext("%(num)s order", "%(num)s orders", moved) if moved else "",
    ]
    came = ", ".join(word for word in words if word)
    if came:
        flash(gettext("It came along with you: %(things)s.", things=came), "success")

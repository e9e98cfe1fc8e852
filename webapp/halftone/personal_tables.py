"""What the shop holds of a person, what the law of taxes keeps, who outside was given it, and what moves when two
subjects turn out to be one.
"""

from collections.abc import Collection

from flask import flash
from flask_babel import ngettext
from sqlalchemy import select

from asklater import (
    WITH_ITS_OWNER,
    ColumnText,
    Disclosure,
    LegalHold,
    PersonalTable,
    current_database,
    gettext,
    record,
    table_of,
)
from halftone import cart, orders
from halftone.orders import label_of
from halftone.tables import CartLineRow, CartRow, OrderLineRow, OrderRow, reviews, shares

# Tables

DELIVERY, PUBLISHING, BOOKKEEPING = "order_delivery", "publishing", "bookkeeping"
"""The purposes that these records serve, as keys of the manifest."""


def _describe_cart() -> ColumnText:
    return ColumnText(
        gettext("Cart"),
        gettext("you"),
        gettext("for as long as your account is held; the address of a present until you order it or take it back"),
        {"present": gettext("address of a present")},
    )


def _describe_cart_line() -> ColumnText:
    return ColumnText(
        gettext("What is in your cart"),
        gettext("you"),
        gettext("until you order it or take it out"),
        {
            "product_id": gettext("product"),
            "quantity": gettext("how many"),
            "added_at": gettext("added"),
        },
    )


def _describe_order() -> ColumnText:
    return ColumnText(
        gettext("Orders"),
        gettext("you, and the payment provider"),
        gettext(
            "%(span)s from the end of the year in which you ordered, as the law of taxes demands; without the address "
            "once you are erased"
        ),
        {
            "id": gettext("number in the books"),
            "public_id": gettext("name in addresses"),
            "number": gettext("order number"),
            "placed_at": gettext("placed"),
            "delivery_cents": gettext("delivery, in cents"),
            "total_cents": gettext("total, in cents"),
            "currency": gettext("currency"),
            "address": gettext("delivered to"),
            "present": gettext("sent as a present"),
            "card_brand": gettext("card"),
            "card_last_four": gettext("last four digits of the card"),
            "charge": gettext("reference of the payment"),
            "mailed": gettext("confirmed by email"),
            "withdrawn_at": gettext("withdrawn"),
            "refund": gettext("reference of the refund"),
        },
    )


def _describe_order_line() -> ColumnText:
    return ColumnText(
        gettext("What you ordered"),
        gettext("you"),
        gettext("with the order"),
        {
            "position": gettext("line"),
            "title": gettext("title"),
            "slug": gettext("product"),
            "sort": gettext("sort"),
            "art": gettext("picture"),
            "ships": gettext("is sent"),
            "price_cents": gettext("price, in cents"),
            "quantity": gettext("how many"),
        },
    )


def _describe_share() -> ColumnText:
    return ColumnText(
        gettext("Prints that you share"),
        gettext("you"),
        gettext("until you take them back"),
        {
            "id": gettext("number"),
            "public_id": gettext("name in addresses"),
            "product_id": gettext("product"),
            "message": gettext("message"),
            "shared_at": gettext("shared"),
        },
    )


def _describe_review() -> ColumnText:
    return ColumnText(
        gettext("Reviews that you wrote"),
        gettext("you"),
        gettext("until you delete them"),
        {
            "id": gettext("number"),
            "product_id": gettext("product"),
            "rating": gettext("rating, 1 to 5"),
            "text": gettext("text"),
            "posted_at": gettext("posted"),
            "edited_at": gettext("edited"),
        },
    )


PERSONAL_TABLES = (
    PersonalTable(
        table_of(CartRow),
        DELIVERY,
        _describe_cart,
        frozenset({"checkout_key"}),
        sealed={"present": lambda _row: record(cart.PRESENT)},
        retention=WITH_ITS_OWNER,
    ),
    PersonalTable(table_of(CartLineRow), DELIVERY, _describe_cart_line, retention=WITH_ITS_OWNER),
    PersonalTable(
        table_of(OrderRow),
        DELIVERY,
        _describe_order,
        frozenset({"checkout_key"}),
        repeats={"address": ("address",), "card_brand": ("payment",), "card_last_four": ("payment",)},
        sealed={"address": lambda row: record(label_of(row["public_id"]))},
        kept=LegalHold(
            BOOKKEEPING,
            "placed_at",
            "P8Y",
            {"address": None, "card_brand": "", "card_last_four": ""},
            start="end_of_year",
        ),
    ),
    PersonalTable(
        table_of(OrderLineRow),
        DELIVERY,
        _describe_order_line,
        frozenset({"order_id"}),
        link="order_id",
        through=table_of(OrderRow),
        kept=LegalHold(BOOKKEEPING, "", "P8Y", {}),
    ),
    PersonalTable(shares, PUBLISHING, _describe_share, retention=WITH_ITS_OWNER),
    PersonalTable(reviews, PUBLISHING, _describe_review, retention=WITH_ITS_OWNER),
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
    Disclosure("payment", lambda: gettext("the payment provider"), _charges),
    Disclosure("carrier", lambda: gettext("the carrier"), _parcels),
)


# Two subjects, one person


def move_purchases(from_subject: int, into_subject: int) -> None:
    """Bring cart and orders over to the account that came back, and say so on the next page."""
    things = cart.merge(from_subject, into_subject)
    moved = orders.move(from_subject, into_subject)
    words = [
        ngettext("%(num)s item in your cart", "%(num)s items in your cart", things) if things else "",
        ngettext("%(num)s order", "%(num)s orders", moved) if moved else "",
    ]
    came = ", ".join(word for word in words if word)
    if came:
        flash(gettext("It came along with you: %(things)s.", things=came), "success")

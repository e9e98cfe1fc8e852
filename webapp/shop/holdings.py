"""What the shop keeps of a person; of their orders, what the law of taxes demands outlives an erasure."""

from webapp.profiling.holdings import Holding, Kept, Words
from webapp.profiling.keyring import record
from webapp.profiling.words import gettext
from webapp.shop.orders import label_of

DELIVERY, PUBLISHING, BOOKKEEPING = "order_delivery", "publishing", "bookkeeping"
"""The purposes that these records serve, as keys of the manifest."""


def _carts() -> Words:
    return Words(gettext("Cart"), gettext("you"), gettext("for as long as your account is held"), {})


def _cart_lines() -> Words:
    return Words(
        gettext("What is in your cart"),
        gettext("you"),
        gettext("until you order it or take it out"),
        {"product_id": gettext("product"), "quantity": gettext("how many"), "added_at": gettext("added")},
    )


def _orders() -> Words:
    return Words(
        gettext("Orders"),
        gettext("you, and the payment provider"),
        gettext("ten years, as the law of taxes demands; without the address once you are erased"),
        {
            "id": gettext("number in the books"),
            "public_id": gettext("name in addresses"),
            "number": gettext("order number"),
            "placed_at": gettext("placed"),
            "delivery_cents": gettext("delivery, in cents"),
            "total_cents": gettext("total, in cents"),
            "currency": gettext("currency"),
            "address": gettext("delivered to"),
            "card_brand": gettext("card"),
            "charge": gettext("reference of the payment"),
        },
    )


def _order_lines() -> Words:
    return Words(
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


def _shares() -> Words:
    return Words(
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


def _reviews() -> Words:
    return Words(
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


HOLDINGS = (
    Holding("cart", DELIVERY, _carts, frozenset({"checkout_key"})),
    Holding("cart_line", DELIVERY, _cart_lines),
    Holding(
        "shop_order",
        DELIVERY,
        _orders,
        frozenset({"checkout_key"}),
        repeats={"address": ("address",)},
        sealed={"address": lambda row: record(label_of(row["public_id"]))},
        kept=Kept(BOOKKEEPING, "placed_at", "P10Y", {"address": None, "card_brand": ""}),
    ),
    Holding(
        "shop_order_line",
        DELIVERY,
        _order_lines,
        frozenset({"order_id"}),
        link="order_id",
        through="shop_order",
        kept=Kept(BOOKKEEPING, "", "P10Y", {}),
    ),
    Holding("share", PUBLISHING, _shares),
    Holding("review", PUBLISHING, _reviews),
)

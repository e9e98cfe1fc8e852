"""Products as they are drawn: names of sorts, prices, pictures and their sizes."""

from decimal import Decimal

from flask import url_for
from flask_babel import format_currency

from webapp.profiling.words import gettext
from webapp.shop.browsing_pages import Byline, Card
from webapp.shop.bylines import Author
from webapp.shop.catalogue import Product

SIZES = {"print": (600, 800), "notebook": (600, 800), "wallpaper": (900, 600)}
"""Width and height of the works of each sort, in pixels: room is kept before the picture is there."""


def price(cents: int) -> str:
    """Euro cents as an amount in the reader's language."""
    return str(format_currency(Decimal(cents) / 100, "EUR"))


def sort_name(sort: str) -> str:
    """One product of the sort, as a word."""
    return {"print": gettext("Print"), "notebook": gettext("Notebook"), "wallpaper": gettext("Wallpaper")}[sort]


def sorts_name(sort: str) -> str:
    """All products of the sort, as a word."""
    return {"print": gettext("Prints"), "notebook": gettext("Notebooks"), "wallpaper": gettext("Wallpapers")}[sort]


def card(product: Product, *, eager: bool = False) -> Card:
    width, height = SIZES[product.sort]
    return Card(
        title=product.title,
        url=url_for("shop.product", slug=product.slug),
        sort=product.sort,
        sort_label=sort_name(product.sort),
        price=price(product.price_cents),
        art=f"art/{product.art}",
        alt=product.alt,
        width=width,
        height=height,
        eager=eager,
    )


def byline(author: Author, picture_url: str) -> Byline:
    """An author as drawn; somebody whose name was removed stays somebody."""
    name = author.name or gettext("Somebody")
    return Byline(name, name[:1].upper(), picture_url if author.has_picture else "")

"""Products as they are drawn: names of sorts, pictures and their sizes."""

from flask import url_for

from webapp.profiling.words import gettext
from webapp.shop.browsing_pages import Byline, Card
from webapp.shop.bylines import Author
from webapp.shop.catalogue import Product
from webapp.shop.prices import euros

SIZES = {"print": (600, 800), "notebook": (600, 800), "wallpaper": (900, 600)}
"""Width and height of the works of each sort, in pixels: room is kept before the picture is there."""


def sort_name(sort: str) -> str:
    """One product of the sort, as a word; a sort that the shop has no more keeps its own name."""
    words = {"print": gettext("Print"), "notebook": gettext("Notebook"), "wallpaper": gettext("Wallpaper")}
    return words.get(sort, sort)


def sorts_name(sort: str) -> str:
    """All products of the sort, as a word."""
    return {"print": gettext("Prints"), "notebook": gettext("Notebooks"), "wallpaper": gettext("Wallpapers")}[sort]


def art_url(art: str) -> str:
    """Where a work's picture is."""
    return url_for("static", filename=f"art/{art}")


def card(product: Product, *, eager: bool = False) -> Card:
    width, height = SIZES[product.sort]
    return Card(
        title=product.title,
        url=url_for("shop.product", slug=product.slug),
        sort=product.sort,
        sort_label=sort_name(product.sort),
        price=euros(product.price_cents),
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

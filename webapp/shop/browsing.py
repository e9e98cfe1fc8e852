"""Putting the front page and the product page together."""

from flask import url_for
from flask_babel import ngettext

from webapp.profiling.words import gettext
from webapp.shop import catalogue
from webapp.shop.browsing_pages import Chip, FrontPage, ProductPage, ReviewsPanel
from webapp.shop.catalogue import SORTS, Product
from webapp.shop.showing import card, sorts_name

HERO = ("late-sun", "counterweight")
"""The works of the opening, as long as they are for sale."""
A_ROW, RELATED = 4, 4


def front_page(sort: str, query: str) -> FrontPage:
    """What is for sale, narrowed by a sort ("" for all) and by words."""
    found = catalogue.find(sort, query)
    narrowed = bool(sort or query)
    by_slug = {product.slug: product for product in found}
    hero = [] if narrowed else [by_slug[slug] for slug in HERO if slug in by_slug]
    return FrontPage(
        title=_title(sort, query),
        lede=_lede(sort) if sort and not query else "",
        hero=tuple(card(product, eager=True) for product in hero),
        sort=sort,
        query=query,
        chips=_chips(sort, query),
        cards=tuple(card(product, eager=place < A_ROW) for place, product in enumerate(found)),
        found=ngettext("%(num)s work", "%(num)s works", len(found)),
    )


def product_page(product: Product, reviews: ReviewsPanel, *, note: str = "") -> ProductPage:
    """A product with its reviews; `note` is a sentence above it all."""
    return ProductPage(
        title=product.title,
        slug=product.slug,
        card=card(product, eager=True),
        story=product.story,
        details=product.details,
        delivery=_delivery(product),
        for_sale=product.for_sale,
        many=product.ships,
        sort_url=url_for("shop.front", sort=product.sort),
        share_url=url_for("sharing.share", slug=product.slug),
        related=tuple(card(other) for other in _related(product)),
        reviews=reviews,
        note=note,
    )


def _related(product: Product) -> list[Product]:
    """The neighbours of its sort, going round, so that each product leads on to others."""
    same = [other for other in catalogue.find(product.sort) if other.id != product.id]
    place = sum(other.released >= product.released for other in same)
    return [*same[place:], *same[:place]][:RELATED]


def _chips(sort: str, query: str) -> tuple[Chip, ...]:
    words = query or None
    every = Chip(gettext("All"), url_for("shop.front", q=words), not sort)
    return (every, *(Chip(sorts_name(one), url_for("shop.front", sort=one, q=words), one == sort) for one in SORTS))


def _title(sort: str, query: str) -> str:
    if query and sort:
        return gettext("“%(query)s” in %(sort)s", query=query, sort=sorts_name(sort))
    if query:
        return gettext("Search: “%(query)s”", query=query)
    return sorts_name(sort) if sort else gettext("Prints, notebooks and wallpapers")


def _lede(sort: str) -> str:
    return {
        "print": gettext("On cotton paper, numbered where we say so, rolled in a tube and sent within two days."),
        "notebook": gettext("Cloth covers printed with a work each, 160 pages that lie flat."),
        "wallpaper": gettext("The same hand for your screens: drawn once, sharp at every size. Nothing is shipped."),
    }[sort]


def _delivery(product: Product) -> str:
    if product.ships:
        return gettext("Sent within two days. We ask where to only when you place an order.")
    return gettext("A download, ready at once. No address is needed.")

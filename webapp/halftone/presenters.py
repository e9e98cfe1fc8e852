"""The page objects of front page, product, reviews and shares, and what several pages show alike: cards, names of
sorts, bylines.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from flask import request, url_for
from flask_babel import get_locale

from asklater import gettext
from asklater.kinds import Input, InputError
from halftone.bylines import Author
from halftone.catalogue import Product, euros

# Page objects


@dataclass(frozen=True)
class Card:
    """A product in a grid. `art` is a path under static; `eager` says that its picture is seen at once."""

    title: str
    url: str
    sort: str
    sort_label: str
    price: str
    art: str
    alt: str
    width: int
    height: int
    eager: bool = False


@dataclass(frozen=True)
class Chip:
    """One filter of the grid."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class FrontPage:
    """The grid, whole or narrowed. `hero` holds the works of the opening, none when the grid is narrowed."""

    title: str
    lede: str
    hero: tuple[Card, ...]
    sort: str
    query: str
    chips: tuple[Chip, ...]
    cards: tuple[Card, ...]
    found: str


@dataclass(frozen=True)
class Byline:
    """Who shares or reviews. `picture_url` is "" when there is none: then the initial stands in."""

    name: str
    initial: str
    picture_url: str


@dataclass(frozen=True)
class ReviewView:
    """One review as it is drawn. `mine` says that the reader wrote it, `fresh` that it was posted just now."""

    element_id: str
    by: Byline
    rating: int
    text: str
    posted_at: datetime
    edited: bool
    mine: bool
    fresh: bool


@dataclass(frozen=True)
class ReviewForm:
    """The form, empty or with what was typed or is posted. `changes` says that it changes a posted review."""

    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]
    changes: bool
    unfolded: bool


@dataclass(frozen=True)
class ReviewsPanel:
    """The reviews of a product. `form` is None where none can be written; `said` is announced."""

    product_title: str
    product_url: str
    post_url: str
    remove_url: str
    count: int
    average: float
    average_text: str
    summary: str
    reviews: tuple[ReviewView, ...]
    form: ReviewForm | None
    page: int
    pages: int
    previous_url: str
    next_url: str
    said: str = ""


@dataclass(frozen=True)
class ProductPage:
    """A product, what may be done with it, and what people say of it."""

    title: str
    slug: str
    card: Card
    story: str
    details: tuple[str, ...]
    delivery: str
    for_sale: bool
    many: bool
    sort_url: str
    share_url: str
    related: tuple[Card, ...]
    reviews: ReviewsPanel
    note: str = ""


@dataclass(frozen=True)
class SharePage:
    """A shared print. The panel of its owner (`own`) holds the form of the line beside the print."""

    card: Card
    story: str
    for_sale: bool
    by: Byline
    message: str
    shared_at: datetime
    url: str
    own: bool
    say_url: str
    unshare_url: str
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]


@dataclass(frozen=True)
class OwnShare:
    """One line of the list of what somebody shares."""

    card: Card
    message: str
    shared_at: datetime
    url: str
    unshare_url: str


# Cards, pictures, bylines

SIZES = {"print": (600, 800), "notebook": (600, 800), "wallpaper": (900, 600)}
"""Width and height of the works of each sort, in pixels: room is kept before the picture is there."""


def sort_name(sort: str) -> str:
    """One product of the sort, as a word; a sort that the shop has no more keeps its own name."""
    match sort:
        case "print":
            return gettext("Print")
        case "notebook":
            return gettext("Notebook")
        case "wallpaper":
            return gettext("Wallpaper")
    return sort


def sorts_name(sort: str) -> str:
    """All products of the sort, as a word."""
    return {"print": gettext("Prints"), "notebook": gettext("Notebooks"), "wallpaper": gettext("Wallpapers")}[sort]


def art_url(art: str) -> str:
    """Where a work's picture is."""
    return url_for("static", filename=f"art/{art}")


def card(product: Product, *, eager: bool = False) -> Card:
    """The product as a grid shows it."""
    return cards([product], eager=int(eager))[0]


def cards(products: Iterable[Product], *, eager: int = 0) -> tuple[Card, ...]:
    """The products of a grid, of which the first `eager` are seen at once."""
    language, root = str(get_locale()), request.root_path
    return tuple(_card(language, root, product, place < eager) for place, product in enumerate(products))


@lru_cache(maxsize=1000)
def _card(_language: str, _root: str, product: Product, eager: bool) -> Card:
    """Kept, since a page shows the same thirty again and again; `_root` is where the application is mounted."""
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
    name = author.name or gettext("Anonymous")
    return Byline(name, name[:1].upper(), picture_url if author.has_picture else "")

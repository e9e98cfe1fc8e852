"""The page objects of the cart, and how they are put together."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from webapp.layout import Link
from webapp.profiling.inputs import InputError
from webapp.profiling.words import gettext
from webapp.shop import cart_seen, carts
from webapp.shop.carts import Cart, CartLine
from webapp.shop.prices import FREE_ABOVE_CENTS, Totals, euros
from webapp.shop.showing import art_url, sort_name


@dataclass(frozen=True)
class LineView:
    """One line: prices as text, `quantity` as it is or was typed, `most` of it that one can have."""

    slug: str
    title: str
    sort: str
    url: str
    art_url: str
    price: str
    total: str
    quantity: str
    most: int
    ships: bool
    gone: bool
    error: str

    @property
    def input_id(self) -> str:
        return f"quantity-{self.slug}"


@dataclass(frozen=True)
class SumView:
    """What it comes to, as text."""

    goods: str
    delivery: str
    delivery_note: str
    total: str


@dataclass(frozen=True)
class Undo:
    """What was taken out last, and can come back."""

    slug: str
    title: str
    quantity: int


@dataclass(frozen=True)
class Wrong:
    """A quantity that was refused: of which product, what was typed, why."""

    slug: str
    typed: str
    reason: str


@dataclass(frozen=True)
class Problem:
    """Why something was not done: the reasons, what to do now, and where another card can be given if that helps."""

    title: str
    reasons: tuple[str, ...]
    advice: str = ""
    pay_url: str = ""


@dataclass(frozen=True)
class Place:
    """A navigation entry as the page that asked shows it."""

    label: str
    url: str
    badge: str
    current: bool


@dataclass(frozen=True)
class CartPage:
    """The cart. `key` and `seen` go with the checkout.

    `status` is announced; `focus` says that the control that was pressed is gone, so the cart takes the focus.
    """

    lines: tuple[LineView, ...]
    count: int
    sums: SumView
    key: str
    seen: str
    orderable: bool
    problem: Problem | None = None
    undo: Undo | None = None
    status: str = ""
    focus: bool = False

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(line.input_id, line.error) for line in self.lines if line.error)


@dataclass(frozen=True)
class AddedPage:
    """The words beside the product's form, after a press on it."""

    text: str
    url: str
    error: bool = False


def cart_page(
    cart: Cart,
    *,
    problem: Problem | None = None,
    undo: Undo | None = None,
    wrong: Wrong | None = None,
    said: str = "",
    focus: bool = False,
) -> CartPage:
    """The page of `cart`."""
    total = euros(cart.totals.total_cents)
    return CartPage(
        lines=tuple(_line(line, wrong) for line in cart.lines),
        count=cart.count,
        sums=sums(cart.totals),
        key=cart.key,
        seen=cart_seen.written(cart),
        orderable=bool(cart.lines) and not cart.gone,
        problem=problem,
        undo=undo,
        status=gettext("%(said)s The total is %(total)s.", said=said, total=total) if said else "",
        focus=focus,
    )


def sums(totals: Totals, note: bool = True) -> SumView:
    """The sums as text; `note` adds what would make the delivery free."""
    free = totals.delivery_cents == 0
    short = FREE_ABOVE_CENTS - totals.goods_cents
    if not totals.ships:
        delivery, words = gettext("Nothing to deliver"), gettext("Wallpapers come as files.")
    elif free:
        delivery, words = gettext("Free"), gettext("Orders above %(least)s are delivered free.", least=_least())
    else:
        delivery, words = euros(totals.delivery_cents), gettext("Free above %(least)s.", least=_least())
        words = (
            gettext("Free above %(least)s: %(short)s to go.", least=_least(), short=euros(short)) if short else words
        )
    return SumView(euros(totals.goods_cents), delivery, words if note else "", euros(totals.total_cents))


def seen_from(path: str, navigation: Iterable[Link]) -> list[Place]:
    """The navigation as the page at `path` shows it, whatever address answers now."""
    return [Place(link.label, link.url, link.badge, link.url in {path, path.partition("?")[0]}) for link in navigation]


def _least() -> str:
    return euros(FREE_ABOVE_CENTS)


def _line(line: CartLine, wrong: Wrong | None) -> LineView:
    product = line.product
    here = wrong if wrong and wrong.slug == product.slug else None
    return LineView(
        slug=product.slug,
        title=product.title,
        sort=sort_name(product.sort),
        url=url_for("shop.product", slug=product.slug),
        art_url=art_url(product.art),
        price=euros(product.price_cents),
        total=euros(line.total_cents),
        quantity=here.typed[:20] if here else str(line.quantity),
        most=carts.most_of(product),
        ships=product.ships,
        gone=line.gone,
        error=here.reason if here else "",
    )

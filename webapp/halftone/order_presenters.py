"""The page objects of cart and orders, and how they are put together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from flask import url_for
from flask_babel import ngettext

from asklater import Link, current_engine, current_identity, gettext
from asklater.kinds import Given, Input, InputError
from halftone import cart as carts, checkout, presents
from halftone.cart import Cart, CartLine
from halftone.catalogue import Totals, euros, vat_in
from halftone.delivery import ADDRESS, COUNTRY, DeliveryRate, country_name
from halftone.orders import Order, OrderLine
from halftone.presenters import art_url, sort_name

# Cart


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
    """What it comes to, as text. `country_link` is (label, URL) of where the country is given or changed, or None."""

    goods: str
    delivery: str
    delivery_note: str
    total: str
    vat: str
    country_link: tuple[str, str] | None = None


@dataclass(frozen=True)
class UndoRemoval:
    """What was taken out last, and can come back."""

    slug: str
    title: str
    quantity: int


@dataclass(frozen=True)
class WrongQuantity:
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
class CartUrls:
    """A navigation entry as the page that asked shows it."""

    label: str
    url: str
    badge: str
    current: bool


@dataclass(frozen=True)
class Fact:
    """Something that an order would use: what for, the value line by line, and where it is changed."""

    label: str
    rows: tuple[str, ...]
    change_url: str


@dataclass(frozen=True)
class CartPage:
    """The cart. `key` and `seen` go with the checkout; `facts` are what is known already of where it would go and who
    would pay, and `asks_first` says that something is lacking, so that the button does not order at once.

    `status` is announced; `focus` says that the control that was pressed is gone, so the cart takes the focus.
    `present` says whether it can go to somebody else, or does. `keeps_prompt`: an order's question that is open beside
    it stays open, as it was filled in.
    """

    lines: tuple[LineView, ...]
    count: int
    sums: SumView
    key: str
    seen: str
    orderable: bool
    submit_label: str
    asks_first: bool
    facts: tuple[Fact, ...] = ()
    present: Literal["", "offered", "chosen"] = ""
    problem: Problem | None = None
    undo: UndoRemoval | None = None
    status: str = ""
    focus: bool = False
    keeps_prompt: bool = False

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
    undo: UndoRemoval | None = None,
    wrong: WrongQuantity | None = None,
    said: str = "",
    focus: bool = False,
    keeps_prompt: bool = False,
) -> CartPage:
    """The page of `cart`."""
    total = euros(cart.totals.total_cents)
    asks_first = _asks_first()
    return CartPage(
        lines=tuple(_cart_line(line, wrong) for line in cart.lines),
        count=cart.count,
        sums=replace(sums(cart.totals), country_link=_country_link() if cart.totals.ships else None),
        key=cart.key,
        seen=carts.write_snapshot(cart),
        orderable=bool(cart.lines) and not cart.gone,
        submit_label=gettext("Place order") if asks_first else order_and_pay(cart),
        asks_first=asks_first,
        facts=_facts(cart),
        present="chosen" if cart.present and cart.totals.ships else "offered" if cart.totals.ships else "",
        problem=problem,
        undo=undo,
        status=gettext("%(said)s The total is %(total)s.", said=said, total=total) if said else "",
        focus=focus,
        keeps_prompt=keeps_prompt,
    )


def order_and_pay(cart: Cart) -> str:
    """What the button says that orders."""
    return gettext("Order and pay %(total)s", total=euros(cart.totals.total_cents))


def _asks_first() -> bool:
    engine = current_engine()
    subject = engine.people.subject()
    if subject is None or "email" not in subject.held:  # which costs no statement
        return True
    return not engine.foresee(checkout.ACTION, subject).clear


def _facts(cart: Cart) -> tuple[Fact, ...]:
    """What an order would use: the address of a present, and what is known once there is an address by which the
    person can change it."""
    subject = current_engine().people.subject()
    to_somebody = (_present_fact(cart),) if cart.present and cart.totals.ships else ()
    if subject is None or not cart.lines or "email" not in subject.held:
        return to_somebody
    engine, back = current_engine(), url_for("cart.cart")
    labels = {
        ADDRESS: gettext("Deliver to"),
        "payment_method": gettext("Pay with"),
        "email": gettext("Confirmation to"),
    }
    to_buyer = cart.totals.ships and not cart.present
    wanted = [key for key in labels if key in subject.held and (key != ADDRESS or to_buyer)]
    held = engine.answers.read(subject.id, wanted)
    return to_somebody + tuple(
        Fact(
            labels[key],
            tuple(engine.kind_of(key).show(engine.field(key), held[key]).splitlines()),
            url_for("accounts.change", field=key, back=back),
        )
        for key in wanted
        if key in held
    )


def _present_fact(cart: Cart) -> Fact:
    engine = current_engine()
    rows = engine.kind_of(ADDRESS).show(engine.field(ADDRESS), cart.present).splitlines()
    return Fact(gettext("Present to"), tuple(rows), url_for("presents.present"))


@dataclass(frozen=True)
class PresentPage:
    """The form of a present's address."""

    inputs: tuple[Input, ...]

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


def present_page(given: Given, errors: Mapping[str, str]) -> PresentPage:
    """The form as it was filled in."""
    return PresentPage(presents.inputs(given, errors))


def sums(totals: Totals, note: bool = True) -> SumView:
    """The sums as text; `note` adds where it goes, and what would make the delivery free."""
    rate = totals.rate
    least, short = euros(rate.free_from_cents), rate.free_from_cents - totals.goods_cents
    if not totals.ships:
        delivery, words = gettext("Nothing to deliver"), gettext("Wallpapers come as files.")
    elif totals.delivery_cents == 0:
        delivery = gettext("Free")
        words = _with_destination(rate, gettext("Orders of %(least)s or more are delivered free.", least=least))
    else:
        delivery, words = euros(totals.delivery_cents), gettext("Free from %(least)s.", least=least)
        words = gettext("Free from %(least)s: %(short)s to go.", least=least, short=euros(short)) if short else words
        words = _with_destination(rate, words)
    vat = gettext("includes %(vat)s VAT", vat=euros(vat_in(totals.total_cents)))
    return SumView(euros(totals.goods_cents), delivery, words if note else "", euros(totals.total_cents), vat)


def _with_destination(rate: DeliveryRate, words: str) -> str:
    if rate.days is None:
        return words
    least, most = rate.days
    where = gettext(
        "To %(country)s, in %(least)s to %(most)s working days.",
        country=country_name(rate.country),
        least=least,
        most=most,
    )
    return f"{where} {words}"


def _country_link() -> tuple[str, str]:
    """Where the country is given: on the account, or at sign-up by who has none yet."""
    subject, here = current_engine().people.subject(), url_for("cart.cart")
    held = subject.held if subject else frozenset()
    if COUNTRY in held:
        return gettext("Change the country"), url_for("accounts.change", field=COUNTRY, back=here)
    label = gettext("Delivery price for your country")
    if "email" in held:
        return label, url_for("accounts.change", field=COUNTRY, back=here)
    return label, url_for("accounts.sign_in", next=here)


def is_seen_from(path: str, navigation: Iterable[Link]) -> list[CartUrls]:
    """The navigation as the page at `path` shows it, whatever address answers now."""
    return [
        CartUrls(link.label, link.url, link.badge, link.url in {path, path.partition("?")[0]}) for link in navigation
    ]


def _cart_line(line: CartLine, wrong: WrongQuantity | None) -> LineView:
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


# Orders


@dataclass(frozen=True)
class OrderedView:
    """One line of an order; `file_url` is where a wallpaper is fetched, "" for what a carrier brings."""

    title: str
    url: str
    art_url: str
    note: str
    total: str
    file_url: str


@dataclass(frozen=True)
class OrderPage:
    """One order. `proving_url` is where its person proves the address that it was placed with, "" where they did;
    `withdraw_url` is "" where one cannot withdraw any more. `just_placed`: its page is shown for the first time.
    """

    number: str
    url: str
    placed_at: datetime
    lines: tuple[OrderedView, ...]
    sums: SumView
    address: tuple[str, ...]
    present: bool
    paid: str
    mailed: bool
    proving_url: str
    withdraw_url: str
    withdraw_by: datetime
    withdrawn_at: datetime | None
    just_placed: bool


@dataclass(frozen=True)
class OrderEntry:
    """One order in the list."""

    number: str
    url: str
    placed_at: datetime
    art_url: str
    things: str
    total: str


@dataclass(frozen=True)
class OrdersPage:
    """A person's orders, newest first; `formats` are (label, URL) of the history as a file.

    `proving_url` is where the way to orders of other browsers begins, "" where all are here.
    """

    orders: tuple[OrderEntry, ...]
    formats: tuple[tuple[str, str], ...]
    proving_url: str


def order_page(order: Order, *, just_placed: bool = False) -> OrderPage:
    """The page of one order."""
    url = url_for("orders.order", public_id=order.public_id)
    ships = any(line.ships for line in order.lines)
    return OrderPage(
        number=order.number,
        url=url,
        placed_at=order.placed_at,
        lines=tuple(_ordered_line(line) for line in order.lines),
        sums=sums(Totals(order.goods_cents, order.delivery_cents, ships), note=False),
        address=tuple(order.address.splitlines()),
        present=order.present,
        paid=_paid(order),
        mailed=order.mailed,
        proving_url=current_identity().proving_url(url),
        withdraw_url=url_for("orders.withdraw", public_id=order.public_id) if order.can_be_withdrawn else "",
        withdraw_by=order.withdraw_by,
        withdrawn_at=order.withdrawn_at,
        just_placed=just_placed,
    )


def _paid(order: Order) -> str:
    if not order.card_last_four:  # an order of before that was kept
        return gettext("%(brand)s card", brand=order.card_brand)
    return gettext("%(brand)s ending in %(last_four)s", brand=order.card_brand, last_four=order.card_last_four)


def orders_page(orders: list[Order]) -> OrdersPage:
    """The page of all orders."""
    proving_url = current_identity().proving_url(url_for("orders.orders"))
    return OrdersPage(tuple(_order_entry(order) for order in orders), formats(), proving_url)


def formats() -> tuple[tuple[str, str], ...]:
    """(label, URL) of each format of the history."""
    labels = {"csv": gettext("Export as CSV"), "json": gettext("Export as JSON")}
    return tuple((label, url_for("orders.export", format=name)) for name, label in labels.items())


def _order_entry(order: Order) -> OrderEntry:
    count = ngettext("%(num)s item", "%(num)s items", order.count)
    titles = ", ".join(line.title for line in order.lines)
    return OrderEntry(
        number=order.number,
        url=url_for("orders.order", public_id=order.public_id),
        placed_at=order.placed_at,
        art_url=art_url(order.lines[0].art),
        things=f"{count}: {titles}",
        total=euros(order.total_cents),
    )


def _ordered_line(line: OrderLine) -> OrderedView:
    each = gettext("%(quantity)s × %(price)s", quantity=line.quantity, price=euros(line.price_cents))
    return OrderedView(
        title=line.title,
        url=url_for("shop.product", slug=line.slug),
        art_url=art_url(line.art),
        note=f"{sort_name(line.sort)} · {each}",
        total=euros(line.total_cents),
        file_url="" if line.ships else art_url(line.art),
    )

"""The cart as its owner saw it: written into the checkout's form, compared with what it is when the form comes back.

It is the person's own input and proves nothing; a forged one can only be refused, or agree with the truth.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from webapp.profiling.words import gettext
from webapp.shop.carts import Cart
from webapp.shop.prices import euros

LINE = re.compile(r"([a-z0-9-]{1,60})\*([0-9]{1,3})@([0-9]{1,9})")
LONGEST = 20_000


class Seen(NamedTuple):
    """A line as it was seen; the price in cents."""

    quantity: int
    price_cents: int


def written(cart: Cart) -> str:
    """`slug*quantity@cents` of each line that can be ordered, and `=total` in cents."""
    lines = [f"{line.product.slug}*{line.quantity}@{line.product.price_cents}" for line in cart.sold]
    return " ".join([*lines, f"={cart.totals.total_cents}"])


def read(text: str) -> dict[str, Seen]:
    """The lines that `written` wrote; whatever is not a line is passed over."""
    return {slug: Seen(int(quantity), int(price)) for slug, quantity, price in LINE.findall(text[:LONGEST])}


def differences(text: str, cart: Cart, titles: Mapping[str, str]) -> list[str]:
    """One sentence for each thing that is not as it was seen; a general one when no line tells.

    `titles` names the products that are in `text` and no longer in the cart.
    """
    seen = read(text)
    now = {line.product.slug: line for line in cart.sold}
    sentences = [
        gettext("“%(title)s” is no longer in the cart.", title=titles[slug])
        for slug in seen
        if slug not in now and slug in titles
    ]
    for slug, line in now.items():
        title, before = line.product.title, seen.get(slug)
        if before is None:
            sentences.append(gettext("“%(title)s” was added.", title=title))
            continue
        if before.quantity != line.quantity:
            sentences.append(
                gettext(
                    "“%(title)s”: %(now)s now, %(then)s before.", title=title, now=line.quantity, then=before.quantity
                )
            )
        if before.price_cents != line.product.price_cents:
            price, then = euros(line.product.price_cents), euros(before.price_cents)
            sentences.append(
                gettext("“%(title)s” costs %(now)s now, %(then)s before.", title=title, now=price, then=then)
            )
    if not sentences:
        sentences.append(gettext("It is not the cart that the page showed."))
    return sentences

"""The cart as it was seen, and what became of it since."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from halftone import cart
from halftone.cart import Cart, CartLine
from halftone.catalogue import Product

SUN = Product(1, "sun", "Sun", "print", 4800, "sun.svg", "", "", (), True, "#000000", date(2026, 1, 1), True)
SEA = replace(SUN, id=2, slug="sea", title="Sea", price_cents=900, ships=False)
BEFORE = Cart("key", (CartLine(SUN, 2), CartLine(SEA, 1)))
SEEN = cart.write_snapshot(BEFORE)


def test_what_is_written_is_read_again() -> None:
    assert SEEN == "sun*2@4800 sea*1@900 =10500"
    assert cart.read_snapshot(SEEN) == {"sun": (2, 4800), "sea": (1, 900)}


def told(*lines: CartLine) -> list[str]:
    return cart.changes_since(SEEN, Cart("key", lines), {"sun": "Sun", "sea": "Sea"})


def test_each_difference_has_a_sentence_of_its_own() -> None:
    assert told(CartLine(SUN, 3), CartLine(SEA, 1)) == ["“Sun”: 3 now, 2 before."]
    assert told(CartLine(SUN, 2)) == ["“Sea” is no longer in the cart."]
    moon = replace(SUN, id=3, slug="moon", title="Moon")
    assert told(*BEFORE.lines, CartLine(moon, 1)) == ["“Moon” was added."]


def test_a_new_price_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cart, "euros", lambda cents: f"{cents} cents")
    assert told(CartLine(replace(SUN, price_cents=5000), 2), CartLine(SEA, 1)) == [
        "“Sun” costs 5000 cents now, 4800 cents before."
    ]


def test_what_cannot_be_read_is_told_in_general() -> None:
    assert cart.changes_since(f"{SEEN} junk", BEFORE, {}) == ["Your cart has changed since this page was shown."]


@given(st.text(max_size=300))
def test_a_forged_one_is_read_without_harm(text: str) -> None:
    assert all(0 <= line.quantity <= 999 for line in cart.read_snapshot(text).values())
    assert cart.changes_since(text, Cart(), {})

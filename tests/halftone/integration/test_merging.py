"""Somebody comes back in a second browser: what was gathered there comes along."""

from collections.abc import Callable

import pytest

from tests.halftone.integration.shopping import OTHER_PRINT, PRINT, WALLPAPER, Shopper


def come_back(browser: Shopper) -> None:
    """Prove the address of somebody who has proved it before."""
    browser.get("/account/bring-back")
    assert browser.page is not None
    if "answer.email" in browser.page.text:
        browser.answer({"answer.email": "ada@x.example"})
    browser.answer({"answer.verified_email": browser.mailed_code()})


@pytest.mark.thorough
def test_carts_join_and_orders_move(plain: Shopper, somebody: Callable[[], Shopper]) -> None:
    first = plain.buy(PRINT)
    come_back(plain)
    plain.put(PRINT, 98)
    plain.put(WALLPAPER)
    second = somebody()
    order = second.buy(OTHER_PRINT)
    second.put(PRINT, 5)
    second.put(WALLPAPER)
    second.put(OTHER_PRINT, 2)
    come_back(second)
    page = second.get("/cart").text
    assert "It came along with you: 8 items in your cart, 1 order." in page
    titles = {row.id: row.slug for row in plain.rows("product")}
    held = {titles[row.product_id]: row.quantity for row in plain.rows("cart_line")}
    assert held == {PRINT: 99, WALLPAPER: 1, OTHER_PRINT: 2}
    for url in (first, order):
        assert second.client.get(url).status_code == 200
        assert plain.client.get(url).status_code == 200
        assert "Weg 1" in second.client.get(url).text  # sealed under the key of the one account now
    assert len({row.subject_id for row in plain.rows("shop_order")}) == 1
    assert len(plain.rows("cart")) == 1


@pytest.mark.thorough
def test_whoever_brings_nothing_is_told_nothing(plain: Shopper, somebody: Callable[[], Shopper]) -> None:
    plain.buy()
    come_back(plain)
    second = somebody()
    come_back(second)
    page = second.get("/orders").text
    assert "It came along" not in page
    assert "Late Sun" in page


@pytest.mark.thorough
def test_who_comes_back_on_the_way_to_the_till_goes_on_there(plain: Shopper, somebody: Callable[[], Shopper]) -> None:
    plain.buy()
    come_back(plain)
    second = somebody()
    second.put(OTHER_PRINT)
    seen = second.cart_form()
    come_back(second)
    second.order(seen)
    assert second.went_to().startswith("/orders/")


@pytest.mark.thorough
def test_what_was_in_the_cart_at_home_is_looked_at_before_it_is_ordered(
    plain: Shopper, somebody: Callable[[], Shopper]
) -> None:
    plain.buy()
    come_back(plain)
    plain.put(PRINT)
    second = somebody()
    second.put(OTHER_PRINT)
    seen = second.cart_form()
    come_back(second)
    assert second.order(seen).status_code == 409
    second.order()
    assert second.went_to().startswith("/orders/")

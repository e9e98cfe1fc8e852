"""A print as a present: another's address, for one order alone."""

from collections.abc import Callable

import pytest

from tests.halftone.integration.shopping import ADDRESS, CARD, EMAIL, PRINT, WALLPAPER, Shopper
from tests.halftone.integration.test_merging import come_back

TO_GRACE = {
    "present.country": "GB",
    "present.name": "Grace Hopper",
    "present.street_address": "10 Downing Street",
    "present.city": "London",
    "present.postal_code": "SW1A 2AA",
}


def to_grace(shopper: Shopper) -> Shopper:
    """With a print in the cart that goes to her."""
    shopper.put(PRINT)
    shopper.get("/cart/present")
    shopper.answer(TO_GRACE)
    assert shopper.went_to() == "/cart"
    return shopper


def test_an_order_goes_to_somebody_else_and_asks_for_no_address(shopper: Shopper) -> None:
    page = to_grace(shopper).client.get("/cart").text
    assert "Present to" in page
    assert "Grace Hopper" in page
    assert "1 of 2" in shopper.order().text
    shopper.supply(EMAIL, CARD)
    page = shopper.client.get(shopper.went_to()).text
    assert "Present to" in page
    assert "10 Downing Street" in page
    assert {row.field for row in shopper.rows("asklater_answer")} == {"email", "payment_method"}


def test_it_is_for_that_order_only(shopper: Shopper) -> None:
    to_grace(shopper).order()
    shopper.supply(EMAIL, CARD)
    shopper.put(PRINT)
    assert "Grace" not in shopper.client.get("/cart").text
    assert "Delivery address" in shopper.order().text
    assert shopper.rows("cart")[0].present is None
    assert [bool(row.present) for row in shopper.rows("shop_order")] == [True]


def test_it_can_be_changed_and_taken_back(shopper: Shopper) -> None:
    page = to_grace(shopper).get("/cart/present")
    assert 'value="Grace Hopper"' in page.text
    shopper.answer({**TO_GRACE, "present.name": "Ada Lovelace"})
    assert "Ada Lovelace" in shopper.get("/cart").text
    shopper.post("/cart/present/remove")
    assert "Ada Lovelace" not in shopper.get("/cart").text
    assert "1 of 3" in shopper.order().text


def test_what_does_not_fit_is_said_and_nothing_is_kept(shopper: Shopper) -> None:
    shopper.put(PRINT)
    shopper.get("/cart/present")
    page = shopper.answer({**TO_GRACE, "present.postal_code": "nonsense"})
    assert page.status_code == 422
    assert 'href="#present-answer-shipping-address--postal-code"' in page.text
    assert 'value="Grace Hopper"' in page.text
    page = shopper.answer({**TO_GRACE, "present.country": "US", "_asklater.redraw": "1"})
    assert "ZIP code" in page.text
    assert shopper.rows("cart")[0].present is None


@pytest.mark.thorough
def test_whoever_looked_at_another_address_orders_nothing(shopper: Shopper) -> None:
    shopper.buy()
    shopper.put(PRINT)
    looked_at = shopper.cart_form()
    to_grace(shopper)
    assert "changed" in shopper.order(looked_at).text
    assert len(shopper.rows("shop_order")) == 1


def test_files_are_no_parcel(shopper: Shopper) -> None:
    shopper.put(WALLPAPER)
    assert "Send as a present" not in shopper.client.get("/cart").text
    shopper.get("/cart/present")
    assert shopper.went_to() == "/cart"


def test_without_a_cart_there_is_nothing_to_send(shopper: Shopper) -> None:
    shopper.get("/cart/present")
    assert shopper.went_to() == "/cart"
    shopper.post("/cart/present", TO_GRACE)
    assert shopper.went_to() == "/cart"
    assert shopper.rows("asklater_subject") == []


@pytest.mark.thorough
def test_it_is_sealed_told_to_its_person_and_gone_with_them(plain: Shopper) -> None:
    to_grace(plain)
    assert b"Hopper" not in bytes(plain.rows("cart")[0].present)
    plain.order()
    plain.supply(EMAIL)
    assert "Grace Hopper" in plain.get("/account/data").text  # in the cart
    plain.order()
    plain.supply(CARD)
    (order,) = plain.rows("shop_order")
    assert b"Hopper" not in bytes(order.address)
    assert "Grace Hopper" in plain.get("/account/data").text
    plain.post("/account/erase", {"erase": "yes"})
    (order,) = plain.rows("shop_order")
    assert (order.address, bool(order.present)) == (None, True)


@pytest.mark.thorough
def test_it_comes_along_with_the_cart(plain: Shopper, somebody: Callable[[], Shopper]) -> None:
    come_back(plain)
    second = to_grace(somebody())
    come_back(second)
    for browser in (plain, second):
        assert "Grace Hopper" in browser.get("/cart").text


@pytest.mark.parametrize("present", [True, False])
def test_browsers_fill_in_the_other_persons_address_apart(shopper: Shopper, present: bool) -> None:
    shopper.put(PRINT)
    if present:
        page = shopper.get("/cart/present").text
        assert 'autocomplete="section-present shipping name"' in page
        return
    shopper.order()
    assert 'autocomplete="shipping name"' in shopper.supply(EMAIL).text
    assert 'autocomplete="billing cc-number"' in shopper.supply(ADDRESS).text

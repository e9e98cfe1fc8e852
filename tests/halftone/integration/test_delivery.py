"""Delivery prices follow the country that is given at sign-up, and changed on the account."""

import re

import pytest

from tests.halftone.integration.shopping import ADDRESS, CARD, EMAIL, PRINT, WALLPAPER, Shopper

SIGN_UP = "/ask/sign_up?next=/cart"
CHANGE = "/account/fields/country"


def signed_up(shopper: Shopper, country: str | None) -> Shopper:
    """With a print in the cart, and with this country, None to leave its input out."""
    shopper.put()
    shopper.get(SIGN_UP)
    shopper.answer({**EMAIL, **({} if country is None else {"answer.country": country})})
    assert shopper.went_to() == "/cart"
    return shopper


def cart(shopper: Shopper) -> str:
    return shopper.client.get("/cart").text


def test_sign_up_asks_the_country_and_does_not_wait_for_it(plain: Shopper) -> None:
    page = plain.get(SIGN_UP).text
    assert '<label class="label" for="' in page
    assert 'Country <span class="optional">(optional)</span>' in page
    assert 'autocomplete="country"' in page


@pytest.mark.parametrize(
    ("country", "price", "where"),
    [
        ("DE", "€2.90", "To Germany, in 1 to 2 working days. Free from €60.00"),
        ("AT", "€3.90", "To Austria, in 2 to 4 working days. Free from €80.00"),
        ("US", "€4.90", "To United States, in 8 to 14 working days. Free from €80.00"),
    ],
)
def test_the_cart_shows_the_price_of_the_country_given(shopper: Shopper, country: str, price: str, where: str) -> None:
    page = cart(signed_up(shopper, country))
    assert f'<dd class="price">{price}</dd>' in page
    assert where in page
    assert f'href="{CHANGE}?back=/cart"' in page


@pytest.mark.parametrize("country", [None, ""])
def test_an_empty_one_is_not_given_and_can_be_given_later(shopper: Shopper, country: str | None) -> None:
    page = cart(signed_up(shopper, country))
    assert '<dd class="price">€4.90</dd>' in page
    assert "working days" not in page
    assert "Delivery price for your country" in page
    shopper.get(CHANGE)
    assert shopper.post(f"{CHANGE}?back=/cart", {"answer.country": "AT"}).status_code < 400
    assert '<dd class="price">€3.90</dd>' in cart(shopper)


def test_it_is_changed_on_the_account(shopper: Shopper) -> None:
    signed_up(shopper, "AT")
    shopper.get(CHANGE)
    shopper.post(CHANGE, {"answer.country": "DE"})
    assert '<dd class="price">€2.90</dd>' in cart(shopper)


def test_a_country_that_is_none_is_refused_beside_its_input(plain: Shopper) -> None:
    plain.get(SIGN_UP)
    page = plain.answer({**EMAIL, "answer.country": "XX"})
    assert page.status_code == 422
    assert "Choose one of the answers that are offered." in page.text
    assert "Email address" not in page.text, "it is taken already"
    plain.answer({"answer.country": ""})
    assert plain.went_to() == "/cart"


@pytest.mark.thorough
def test_the_order_costs_what_was_shown(shopper: Shopper) -> None:
    signed_up(shopper, "DE")
    shopper.order()
    shopper.supply(ADDRESS, CARD)
    assert '<dd class="price">€2.90</dd>' in shopper.client.get(shopper.went_to()).text


@pytest.mark.thorough
def test_an_address_elsewhere_has_the_standard_price_and_says_so_before_it_is_charged(shopper: Shopper) -> None:
    signed_up(shopper, "AT")
    shopper.order()
    shopper.supply(ADDRESS)
    refused = shopper.answer(CARD)
    assert "Delivery costs €4.90 now, €3.90 before." in refused.text
    assert shopper.rows("shop_order") == []
    shopper.order()
    assert '<dd class="price">€4.90</dd>' in shopper.client.get(shopper.went_to()).text


def test_what_comes_as_a_file_has_no_delivery(plain: Shopper) -> None:
    signed_up(plain, "DE")
    plain.post(f"/cart/lines/{PRINT}/remove")
    plain.put(WALLPAPER)
    page = cart(plain)
    assert "Nothing to deliver" in page
    assert CHANGE not in page


@pytest.mark.parametrize(("country", "chosen"), [("AT", "Austria"), (None, "Germany")])
def test_the_delivery_address_begins_with_the_country_that_was_given(
    shopper: Shopper, country: str | None, chosen: str
) -> None:
    signed_up(shopper, country)
    assert re.findall(r"<option[^>]* selected[^>]*>([^<]+)", shopper.order().text) == [chosen]

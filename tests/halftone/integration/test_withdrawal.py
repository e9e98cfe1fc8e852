"""Withdrawing from an order, and what a cart tells before one is placed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from asklater import clock
from halftone.orders import ON_ITS_WAY
from tests.halftone.integration.shopping import CARD, EMAIL, OTHER_PRINT, WALLPAPER, Shopper


@pytest.mark.thorough
def test_a_withdrawn_order_is_refunded_once_and_its_person_is_told(plain: Shopper) -> None:
    url = plain.buy()
    page = plain.get(url).text
    assert "Withdraw from the order" in page
    asked = plain.get(f"{url}/withdraw").text
    assert "Visa ending in 4242" in asked
    plain.post(f"{url}/withdraw")
    order = plain.rows("shop_order")[0]
    assert order.refund.startswith("refund_")
    assert order.withdrawn_at is not None
    after = plain.get(url).text
    assert "We refund" in after
    assert "Withdraw from the order" not in after
    plain.post(f"{url}/withdraw")
    again = plain.rows("shop_order")[0]
    assert (again.refund, again.withdrawn_at) == (order.refund, order.withdrawn_at)
    letters = [mail for mail in plain.rows("asklater_outgoing_mail") if "You withdrew from order" in mail.title]
    assert len(letters) == 1
    assert "send it back" in letters[0].text


@pytest.mark.thorough
def test_nobody_withdraws_from_somebody_elses_order(plain: Shopper, somebody: Callable[[], Shopper]) -> None:
    url = plain.buy()
    stranger = somebody()
    stranger.buy(OTHER_PRINT)
    assert stranger.get(f"{url}/withdraw").status_code == 404
    assert stranger.post(f"{url}/withdraw").status_code == 404
    assert plain.rows("shop_order")[0].withdrawn_at is None


def test_it_is_too_late_after_thirty_days(plain: Shopper) -> None:
    url = plain.buy(WALLPAPER)
    with clock.later_by(ON_ITS_WAY + timedelta(minutes=1)):
        assert "Withdraw from the order" not in plain.get(url).text
        plain.post(f"{url}/withdraw")
        assert "The time to withdraw from this order is over." in plain.get(url).text
    assert plain.rows("shop_order")[0].withdrawn_at is None


def test_the_cart_tells_what_an_order_would_use_and_what_it_costs(shopper: Shopper) -> None:
    shopper.put()
    assert "Place order" in shopper.get("/cart").text
    shopper.order()
    shopper.supply(EMAIL)
    told = shopper.get("/cart").text
    assert "ada@x.example" in told
    assert "Pay with" not in told


def test_a_second_order_says_that_it_charges_and_which_card(shopper: Shopper) -> None:
    shopper.buy()
    shopper.put(OTHER_PRINT)
    page = shopper.get("/cart").text
    assert "Order and pay €" in page
    assert "Visa ending in 4242" in page
    assert "Weg 1" in page
    assert "VAT" in page


def test_the_last_step_of_the_prompt_says_what_it_costs(shopper: Shopper) -> None:
    shopper.put(WALLPAPER)
    shopper.order()
    assert shopper.page is not None
    assert "Order and pay" not in shopper.page.text
    assert "Order and pay €" in shopper.supply(EMAIL).text
    shopper.supply(CARD)
    assert "Thank you." in shopper.get(shopper.went_to()).text


def test_an_order_is_thanked_for_once(shopper: Shopper) -> None:
    url = shopper.buy()
    assert "Thank you." in shopper.get(url).text
    assert "Thank you." not in shopper.get(url).text


def test_the_terms_are_told_to_everybody(plain: Shopper) -> None:
    assert "Withdrawal" in plain.get("/terms").text
    assert 'href="/terms"' in plain.get("/").text

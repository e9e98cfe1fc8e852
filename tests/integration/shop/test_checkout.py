"""From a cart to an order."""

from tests.integration.shop.shopping import ADDRESS, CARD, EMAIL, Shopper


def test_questions_come_one_by_one_and_then_the_order_is_placed(shopper: Shopper) -> None:
    shopper.put()
    assert "1 of 3" in shopper.order().text
    assert "2 of 3" in shopper.supply(EMAIL).text
    assert "3 of 3" in shopper.supply(ADDRESS).text
    shopper.supply(CARD)
    assert shopper.went_to().startswith("/orders/")
    assert "Late Sun" in shopper.client.get(shopper.went_to()).text

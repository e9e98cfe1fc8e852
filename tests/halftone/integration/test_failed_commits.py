"""A commit that fails on the way to an order: sent once more, the same succeeds, and nothing is doubled."""

from tests.halftone.integration.shopping import ADDRESS, CARD, EMAIL, Shopper
from tests.support.outages import commits_fail


def test_what_was_not_put_into_the_cart_can_be_put_again(shopper: Shopper) -> None:
    with commits_fail(shopper.app):
        assert shopper.put().status_code == 503
    assert shopper.put().status_code in {200, 303}
    assert [row.quantity for row in shopper.rows("cart_line")] == [1]
    with commits_fail(shopper.app):
        assert shopper.put().status_code == 503
    assert "Late Sun" in shopper.client.get("/cart").text


def test_an_order_that_was_not_kept_is_placed_by_the_next_press(shopper: Shopper) -> None:
    shopper.put()
    shopper.order()
    for answer in (EMAIL, ADDRESS, CARD):
        action, hidden = shopper.forms()[-1]
        with commits_fail(shopper.app):
            refused = shopper.answer(answer)
        assert (refused.status_code, "erased" in refused.text) == (503, False)
        filled = {**hidden, **answer}
        shopper.page = shopper.client.post(action, data=filled, headers=shopper._headers({}))
    assert shopper.went_to().startswith("/orders/")
    assert len(shopper.rows("shop_order")) == 1

"""Two things at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from halftone import checkout, orders
from tests.halftone.integration.shopping import ADDRESS, CARD, EMAIL, OTHER_PRINT, PRINT, Shopper
from tests.support.waiting import PATIENCE


def at_once(shopper: Shopper, url: str, forms: list[dict[str, str]]) -> list[str]:
    """Send the forms from browsers of one person in the same instant; where each was sent on to."""
    cookie = shopper.client.get_cookie("asklater")
    assert cookie is not None
    ready = Barrier(len(forms))

    def send(form: dict[str, str]) -> str:
        client = shopper.app.test_client()
        client.set_cookie("asklater", cookie.value)
        ready.wait(PATIENCE)
        answer = client.post(url, data=form)
        assert answer.status_code in {200, 303, 409}
        return answer.headers.get("Location", "")

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, forms))


@pytest.mark.thorough
def test_the_same_cart_placed_at_once_is_one_order(plain: Shopper) -> None:
    plain.buy()
    for count in range(2, 6):
        plain.put(OTHER_PRINT)
        form = plain.cart_form()
        pages = at_once(plain, "/checkout", [form] * 4)
        assert len(set(pages)) == 1
        assert pages[0].startswith("/orders/")
        assert len(plain.rows("shop_order")) == count
    assert len([mail for mail in plain.rows("asklater_outgoing_mail") if mail.title.startswith("Your order")]) == 5


@pytest.mark.thorough
def test_an_order_that_comes_in_between_is_found_and_not_objected_to(
    plain: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain.buy()
    plain.put(OTHER_PRINT)
    form, look, placed = plain.cart_form(), orders.order_by_cart_key, list[str]()

    def look_before_another_is_placed(subject_id: int, key: str) -> str:
        found = look(subject_id, key)
        monkeypatch.undo()
        placed.extend(at_once(plain, "/checkout", [form]))
        return found

    monkeypatch.setattr(checkout, "order_by_cart_key", look_before_another_is_placed)
    assert plain.order(form).location == placed[0]
    assert len(plain.rows("shop_order")) == 2


@pytest.mark.thorough
def test_the_last_answer_sent_at_once_is_one_order(plain: Shopper) -> None:
    plain.put()
    plain.order()
    plain.supply(EMAIL, ADDRESS)
    action, hidden = plain.forms()[-1]
    pages = at_once(plain, action, [{**hidden, **CARD}] * 4)
    assert len(set(pages)) == 1
    assert len(plain.rows("shop_order")) == 1


def test_adding_at_once_loses_nothing(plain: Shopper) -> None:
    plain.put()
    form = {"product": PRINT, "quantity": "2", "csrf_token": plain.csrf_token()}
    at_once(plain, "/cart", [form] * 6)
    assert [row.quantity for row in plain.rows("cart_line")] == [13]

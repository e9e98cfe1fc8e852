"""Communication preferences after an order: one consent per purpose, never pre-ticked, and stopped in one press."""

import pytest

from tests.halftone.integration.shopping import OTHER_PRINT, Shopper
from tests.support.records import held


@pytest.mark.thorough
def test_the_order_page_asks_after_the_first_order_and_one_yes_is_one_yes(shopper: Shopper) -> None:
    order, htmx = shopper.buy(), shopper.htmx
    shopper.htmx = False
    page = shopper.get(order).text
    assert "May we write to you now and then?" in page
    assert page.count('type="checkbox"') == 2
    assert " checked" not in page
    shopper.htmx = htmx
    answer = shopper.answer({"answer.restock_by_email": "yes"})
    assert "Saved" in (answer.text if htmx else shopper.get(order).text)
    account = shopper.get("/account").text
    assert "Stop: Word of prints that are back, by email" in account
    assert "Allow: News of new works, by email" in account
    assert "from: After an order" in account
    (number,) = {who for who, field in held(shopper.app) if field == "restock_by_email"}
    assert shopper.post("/account/consents/restock_by_email/withdraw").status_code == (200 if htmx else 303)
    engine = shopper.app.extensions["asklater.engine"]
    with shopper.app.app_context():
        given = engine.answers.read(number, ["news_by_email", "restock_by_email"])
    assert given == {"news_by_email": {"given": False}, "restock_by_email": {"given": False}}


@pytest.mark.thorough
def test_whoever_said_not_now_is_left_alone_at_the_next_order(plain: Shopper) -> None:
    plain.get(plain.buy())
    assert plain.answer({"_asklater.cancel": "1"}).status_code == 303
    plain.put(OTHER_PRINT)
    plain.order()
    page = plain.get(plain.went_to()).text
    assert "May we write to you" not in page
    assert plain.get("/orders").status_code == 200
    assert {row.signal: row.count for row in plain.rows("asklater_signal")} == {"first_order": 2}

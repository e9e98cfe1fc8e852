"""Erasing a shopper: the books stay and say nothing of them, what they published is gone, nothing is revived."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app

from asklater import clock
from asklater.engine import Engine
from halftone import checkout
from tests.halftone.integration.publishing import reviewed, shared
from tests.halftone.integration.shopping import CARD, OTHER_PRINT, WALLPAPER, Shopper
from tests.support.browsing import went_to

PLAN, PRESS = "/account/erase", {"erase": "yes"}


def erase(shopper: Shopper) -> str:
    """Press the button; the page of the receipt."""
    page = went_to(shopper.post(PLAN, PRESS))
    assert page.startswith("/erased/")
    return page


def purge(app: Flask, at: Any) -> None:
    with clock.at(at):
        app.extensions["asklater.jobs"].runs["purge_kept"]()


@pytest.mark.thorough
def test_the_books_outlive_their_person_and_do_not_name_them(plain: Shopper, shop: Flask) -> None:
    order = plain.buy()
    plain.put(WALLPAPER)
    plain.order()
    (person,) = {row.subject_id for row in plain.rows("shop_order")}
    plan = plain.get(PLAN).text
    for words in (
        "Orders",
        "Keeping the books",
        "Art. 6(1)(c)",
        "until at most",
        "Coin Payments SE, Vienna, Austria",
        "Parcel Post AG, Bonn, Germany",
    ):
        assert words in plan
    page = erase(plain)
    assert "Keeping the books" in plain.client.get(page).text
    (shell,) = plain.rows("asklater_subject")
    orders = plain.rows("shop_order")
    assert {row.subject_id for row in orders} == {shell.id} != {person}
    assert {(row.address, row.card_brand) for row in orders} == {(None, "")}
    assert all(row.total_cents and row.charge for row in orders)
    assert len(plain.rows("shop_order_line")) == 2
    assert shell.erased_at is not None
    assert (shell.signed_up_at, shell.data_key) == (None, None)
    assert plain.get(order).status_code == 404
    told = {(row.recipient, row.contents.count("charge_")) for row in plain.rows("asklater_recipient_notice")}
    assert told == {("payment", 2), ("carrier", 0)}
    engine: Engine = shop.extensions["asklater.engine"]
    with shop.app_context(), engine.database.unit_of_work():
        holdings = {"shop_order", "shop_order_line", "subject"}
        left = {
            name: held.count(engine.database.reading(), shell.id)
            for name, held in engine.registry.personal_tables.items()
        }
        assert {name for name, number in left.items() if number} == holdings


@pytest.mark.thorough
def test_they_go_when_their_term_is_over_and_not_before(plain: Shopper, shop: Flask) -> None:
    placed = datetime(clock.now().year - 1, 3, 1, 12, tzinfo=UTC)
    over = datetime(placed.year + 9, 1, 1, tzinfo=UTC)
    with clock.at(placed):
        plain.buy()
        erase(plain)
    living = Shopper(shop)
    living.buy()
    shop.extensions["asklater.jobs"].runs["prune_accounts"]()
    purge(shop, over - timedelta(days=1))
    assert len(plain.rows("shop_order")) == 2
    purge(shop, over)
    purge(shop, over)
    (kept,), (person,) = plain.rows("shop_order"), plain.rows("asklater_subject")
    assert kept.subject_id == person.id
    assert person.erased_at is None
    assert len(plain.rows("shop_order_line")) == 1
    purge(shop, datetime(over.year + 1, 1, 1, tzinfo=UTC))
    assert plain.rows("shop_order") == []
    assert len(plain.rows("asklater_subject")) == 1, "who is here stays, whatever becomes of the books"


def test_what_somebody_published_is_gone_at_once(plain: Shopper, shop: Flask) -> None:
    page = shared(plain)
    reviewed(plain)
    reader = Shopper(shop)
    assert "It glows across the room." in reader.get("/products/late-sun").text
    assert reader.get(f"{page}/picture").status_code == 200
    erase(plain)
    assert "It glows across the room." not in reader.get("/products/late-sun").text
    assert reader.get(page).status_code == 404
    assert reader.get(f"{page}/picture").status_code == 404


@pytest.mark.thorough
def test_in_the_middle_of_a_checkout_nothing_is_revived(shopper: Shopper, shop: Flask) -> None:
    shopper.buy()
    shopper.put(OTHER_PRINT)
    shopper.run("DELETE FROM asklater_answer WHERE field = 'payment_method'")
    form = shopper.cart_form()
    shopper.order(form)
    asked = shopper.page
    tab = Shopper(shop, htmx=shopper.htmx)
    cookie = shopper.client.get_cookie("asklater")
    assert cookie is not None
    tab.client.set_cookie("asklater", cookie.value)
    erase(shopper)
    tab.page = asked
    assert tab.answer(CARD).status_code < 500
    assert tab.order(form).status_code < 500
    assert len(tab.rows("shop_order")) == 1
    assert [row.email for row in tab.rows("asklater_account")] == []
    assert tab.rows("asklater_answer") == []


@pytest.mark.thorough
def test_an_order_that_is_overtaken_is_not_placed(
    plain: Shopper, shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain.buy()
    plain.put(OTHER_PRINT)
    form, place = plain.cart_form(), checkout.place
    tab = Shopper(shop)
    cookie = plain.client.get_cookie("asklater")
    assert cookie is not None
    tab.client.set_cookie("asklater", cookie.value)

    def place_once_they_are_gone(*arguments: Any) -> str:
        monkeypatch.undo()
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        assert app is shop
        erase(tab)
        return place(*arguments)

    monkeypatch.setattr(checkout, "place", place_once_they_are_gone)
    answer = plain.order(form)
    assert answer.status_code < 500
    assert len(plain.rows("shop_order")) == 1
    assert plain.rows("asklater_outgoing_mail") == []
    assert len(plain.rows("asklater_subject")) <= 2


@pytest.mark.thorough
def test_shells_of_the_simulator_go_with_its_others(plain: Shopper, shop: Flask) -> None:
    plain.buy()
    plain.run("UPDATE asklater_subject SET simulated = true")
    erase(plain)
    assert shop.test_cli_runner().invoke(args=["demo", "remove"]).exit_code == 0
    assert plain.rows("asklater_subject") == plain.rows("shop_order") == []

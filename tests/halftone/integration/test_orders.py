"""Orders: the list, the pages, the history as a file."""

import csv
import json
from collections.abc import Callable
from io import StringIO

import pytest
from werkzeug.test import TestResponse

from asklater.database.access import Database
from asklater.keys.service import Sealed
from halftone.orders import CSV_COLUMNS, orders_of
from tests.halftone.integration.shopping import ADDRESS, CARD, EMAIL, OTHER_PRINT, PRINT, WALLPAPER, Shopper
from tests.support.records import on_disk, statements

CSV = "/orders/export?format=csv"


def prove(shopper: Shopper) -> TestResponse:
    """Answer the prompt for the code; the last response."""
    return shopper.answer({"answer.verified_email": shopper.mailed_code()})


def test_nobody_has_no_orders(shopper: Shopper) -> None:
    assert "No orders yet" in shopper.get("/orders").text
    assert shopper.rows("asklater_subject") == []


@pytest.mark.thorough
def test_orders_are_listed_newest_first(shopper: Shopper) -> None:
    first = shopper.buy()
    shopper.put(OTHER_PRINT)
    shopper.order()
    second = shopper.went_to()
    page = shopper.get("/orders").text
    assert 0 < page.index(second) < page.index(first)
    assert "1 item: Undertow" in page


@pytest.mark.thorough
def test_an_order_is_its_owners_alone(shopper: Shopper, somebody: Callable[[], Shopper]) -> None:
    url = shopper.buy()
    page = shopper.client.get(url)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    stranger = somebody()
    stranger.buy(OTHER_PRINT)
    assert stranger.client.get(url).status_code == 404
    assert somebody().client.get(url).status_code == 404
    for wrong in ("/orders/none", "/orders/%00", "/orders/1", "/orders/" + "x" * 500):
        assert shopper.client.get(wrong).status_code == 404


@pytest.mark.thorough
def test_the_address_of_an_order_tells_nothing(plain: Shopper) -> None:
    url = plain.buy()
    order = plain.rows("shop_order")[0]
    assert len(url.removeprefix("/orders/")) >= 22
    assert order.number not in url
    assert str(order.id) != url.removeprefix("/orders/")


@pytest.mark.thorough
def test_the_export_asks_for_a_proof_of_the_address(shopper: Shopper) -> None:
    shopper.buy()
    assert "The six digits" in shopper.get(CSV).text
    wrong = shopper.answer({"answer.verified_email": "1"})
    assert wrong.status_code == 422
    assert "Type the six digits" in wrong.text
    assert "shop_order" not in wrong.text
    answer = prove(shopper)
    if shopper.htmx:
        assert "Your download starts now." in answer.text
        assert 'href="/orders/export?format=csv"' in answer.text
    assert shopper.client.get(CSV).status_code == 200


@pytest.mark.thorough
def test_the_proof_sent_twice_is_harmless(shopper: Shopper) -> None:
    shopper.buy()
    asked = shopper.get(CSV)
    code = shopper.mailed_code()
    for _ in range(2):
        shopper.page = asked
        assert shopper.answer({"answer.verified_email": code}).status_code in {200, 303}
    assert shopper.client.get(CSV).status_code == 200


def test_a_visitor_is_asked_for_the_address_first(shopper: Shopper) -> None:
    assert "Email address" in shopper.get(CSV).text
    assert "The six digits" in shopper.answer({"answer.email": "ada@x.example"}).text


def test_the_table_holds_every_line(plain: Shopper) -> None:
    plain.buy(PRINT, WALLPAPER)
    plain.get(CSV)
    prove(plain)
    answer = plain.get(CSV)
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="halftone-orders-20')
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"\xef\xbb\xbforder,")
    rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [(row["product"], row["quantity"], row["price"]) for row in rows] == [
        (PRINT, "1", "48.00"),
        (WALLPAPER, "1", "9.00"),
    ]
    assert {row["order_total"] for row in rows} == {"61.90"}
    assert rows[0]["address"] == "Ada Lovelace, Weg 1, 10115 Berlin, Germany"


@pytest.mark.thorough
def test_the_document_holds_every_order(plain: Shopper) -> None:
    plain.buy(WALLPAPER)
    plain.get(CSV)
    prove(plain)
    answer = plain.get("/orders/export?format=json")
    assert answer.content_type == "application/json; charset=utf-8"
    document = json.loads(answer.data)
    assert document["format"] == "halftone-orders/1"
    order = document["orders"][0]
    assert (order["total_cents"], order["address"], order["currency"]) == (900, None, "EUR")
    assert order["lines"][0]["title"] == "Moonrise, Still Lake"


@pytest.mark.parametrize("query", ["", "?format=", "?format=xml", "?format=csv&format=json", "?format=%00"])
def test_an_unknown_format_is_refused_in_words_before_anything_is_asked(shopper: Shopper, query: str) -> None:
    answer = shopper.get(f"/orders/export{query}")
    assert answer.status_code == 400
    assert "There is no such format" in answer.text
    assert shopper.rows("asklater_subject") == []


def test_an_export_is_only_looked_at(shopper: Shopper) -> None:
    assert shopper.post(CSV).status_code == 405
    assert shopper.client.head(CSV).status_code == 200


def test_a_program_is_told_what_is_missing(plain: Shopper) -> None:
    answer = plain.client.get(CSV, headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert [each["field"] for each in answer.get_json()["missing"]] == ["email"]
    assert answer.get_json()["later"] == ["verified_email"]


@pytest.mark.thorough
def test_nobody_exports_anothers_orders(plain: Shopper, somebody: Callable[[], Shopper]) -> None:
    plain.buy()
    stranger = somebody()
    stranger.get(CSV)
    stranger.answer({"answer.email": "eve@x.example"})
    prove(stranger)
    assert stranger.get(CSV).data.decode("utf-8-sig").strip() == ",".join(CSV_COLUMNS)


@pytest.mark.thorough
def test_a_hostile_name_is_inert_everywhere(plain: Shopper) -> None:
    plain.put()
    plain.order()
    hostile = "=cmd|' /C calc'!A0<script>{{7*7}}"
    plain.supply(EMAIL, {**ADDRESS, "answer.shipping_address.name": hostile}, CARD)
    page = plain.client.get(plain.went_to()).text
    assert "<script>{{7*7}}" not in page
    assert "&lt;script&gt;{{7*7}}" in page
    plain.get(CSV)
    prove(plain)
    assert "'=cmd|" in plain.get(CSV).text


def test_where_a_parcel_went_is_on_no_disk(plain: Shopper) -> None:
    url = plain.buy()
    database: Database = plain.app.extensions["asklater.database"]
    plain.app.extensions["asklater.jobs"].runs["deliver_mail"]()
    content = on_disk(database)
    assert plain.rows("shop_order")[0].number.encode() in content  # the search looks where rows are
    assert b"Your order" not in content  # mails are sealed too
    assert b"Ada Lovelace" not in content
    assert b"Weg 1" not in content
    assert "Weg 1" in plain.get(url).text


def test_an_address_that_was_put_at_another_order_does_not_open(plain: Shopper) -> None:
    plain.buy()
    plain.put(OTHER_PRINT)
    plain.order()
    plain.run("UPDATE shop_order SET address = (SELECT address FROM shop_order ORDER BY id LIMIT 1)")
    database: Database = plain.app.extensions["asklater.database"]
    with plain.app.app_context(), database.unit_of_work(), pytest.raises(Sealed):
        orders_of(plain.rows("shop_order")[0].subject_id)


@pytest.mark.thorough
def test_what_the_pages_cost(plain: Shopper) -> None:
    url = plain.buy()
    for orders in (1, 2):
        for page, most in (("/orders", 7), (url, 15)):  # a first order's page asks, which is written, told and noted
            with statements(plain.app) as sent:
                plain.client.get(page)
            # the person, the orders, the key, the badge, the menu's warnings, and what was asked in the background
            assert len(sent) <= most, f"{page} with {orders}"
        plain.put(OTHER_PRINT)
        plain.order()

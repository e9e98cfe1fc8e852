"""A card passes through: after a checkout nothing on this side has its number."""

import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import make_url

from asklater.database.access import Database
from tests.halftone.integration.shopping import ADDRESS, CARD, EMAIL, Shopper

NUMBER = "5105105105105100"
SPACED = "5105 1051 0510 5100"
CODE = "871"
TYPED = {**CARD, "answer.payment_method.number": SPACED, "answer.payment_method.code": CODE}


def traces(shopper: Shopper) -> str:
    """Everything that the database holds, as text, and the bytes of its files where it has files."""
    database: Database = shopper.app.extensions["asklater.database"]
    held = "\n".join(str(row) for table in database_tables(database) for row in shopper.rows(table))
    if database.is_sqlite:
        path = Path(str(make_url(database.url).database))
        held += "".join(file.read_bytes().decode("latin-1") for file in path.parent.glob(f"{path.name}*"))
    return held


def database_tables(database: Database) -> list[str]:
    from_code = database.engine.dialect.get_table_names  # every table there is, ours or not
    with database.engine.connect() as connection:
        return [f'"{name}"' for name in from_code(connection)]


def without_test_cards(page: str) -> str:
    """The page without the numbers that it offers to try it with."""
    return re.sub(r' data-fills="[^"]*"', "", page)


@pytest.mark.thorough
def test_the_number_is_in_no_table_no_log_and_no_page(shopper: Shopper, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shopper.put()
    shopper.order()
    shopper.supply(EMAIL, ADDRESS)
    pages = [
        shopper.answer({**TYPED, "answer.payment_method.expiry": "01 / 20"}).text,
        shopper.answer({**TYPED, "answer.payment_method.number": "4000 0000 0000 0002"}).text,
        shopper.answer({**TYPED, "answer.payment_method.code": "8"}).text,
        shopper.answer(TYPED).text,
    ]
    pages += [shopper.client.get(url).text for url in (shopper.went_to(), "/orders", "/account")]
    assert "Mastercard ending in 5100" in pages[-1]
    everything = traces(shopper) + caplog.text
    for secret in (NUMBER, SPACED, "4000 0000 0000 0002", "4000000000000002"):
        assert secret not in everything
        assert all(secret not in without_test_cards(page) for page in pages)
    assert all(f'value="{CODE}"' not in page for page in pages)
    assert 'value="01 / 20"' in pages[0]
    assert f"'{CODE}'" not in everything


def test_the_canary_would_be_found(shopper: Shopper) -> None:
    shopper.put()
    shopper.run(f"UPDATE product SET title = '{SPACED}' WHERE slug = 'late-sun'")
    assert SPACED in traces(shopper)


@pytest.mark.thorough
def test_the_card_can_be_changed_and_is_charged_anew(shopper: Shopper) -> None:
    shopper.buy()
    form = shopper.client.get("/account/fields/payment_method").text
    assert 'value="08 / 44"' in form
    assert "4242 4242 4242 4242" in form
    assert "4242424242424242" not in without_test_cards(form)
    shopper.post("/account/fields/payment_method", TYPED)
    shopper.put()
    shopper.order()
    assert [row.card_brand for row in shopper.rows("shop_order")] == ["Visa", "Mastercard"]

"""PRIVACY 12: no address and no value of anybody lies in plain on disk: database, its log, queue and logs."""

import logging
from pathlib import Path

import pytest

from asklater.database.access import Database
from asklater.settings import Settings
from tests.halftone.integration.publishing import reviewed, shared
from tests.halftone.integration.shopping import ADDRESS, CARD, OTHER_PRINT, Shopper
from tests.support.records import on_disk

ONE, NEW = "Hoopoebird.One@x.example", "hoopoebird.two@x.example"
STREET, TOWN = "Hoopoestreet 7", "Hoopoetown"
DELIVERED = {**ADDRESS, "answer.shipping_address.street_address": STREET, "answer.shipping_address.city": TOWN}
PUBLISHED_NAME, PUBLISHED_TEXT = "Hoopoename", "Everybody reads the Wordbird"
SECRET = ("hoopoebird", "Hoopoebird", "Hoopoestreet", "Hoopoetown", PUBLISHED_NAME)


def live(shopper: Shopper) -> None:
    """Buy, prove the address and change it, ask to get back in, publish; all mails go out."""
    shopper.put(OTHER_PRINT)
    shopper.order()
    shopper.supply({"answer.email": ONE}, DELIVERED, CARD)
    shopper.get("/orders/export?format=csv")
    shopper.answer({"answer.verified_email": shopper.mailed_code()})
    shopper.get("/account/email")
    shopper.answer({"email": NEW})
    shopper.answer({"code": shopper.mailed_code()})
    shared(shopper, name=PUBLISHED_NAME)
    reviewed(shopper, text=PUBLISHED_TEXT)
    lost = Shopper(shopper.app)
    lost.post("/recover/mail", {"address": NEW, "new": f"third.{ONE}"})
    lost.mailed_code()


@pytest.mark.thorough
def test_a_whole_life_in_the_shop(
    plain: Shopper, settings: Settings, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    live(plain)
    database: Database = plain.app.extensions["asklater.database"]
    plain.app.extensions["asklater.jobs"].enqueue("deliver_mail")
    assert NEW in {row.recipient for row in plain.rows("asklater_outgoing_mail")}
    assert f"third.{ONE}" in {row.email for row in plain.rows("asklater_email_code")}
    assert NEW in plain.get("/account").text
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    everything = on_disk(database) + files + caplog.text.encode()
    assert PUBLISHED_TEXT.encode() in everything  # what is published is public by design; the search looks there
    assert (settings.instance / "queue.sqlite3").exists()
    assert [word for word in SECRET if word.encode() in everything] == []

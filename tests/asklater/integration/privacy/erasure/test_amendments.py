"""A receipt says what was done and what is owed by whom, and is signed anew when more is done."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.erasure.recipient_notices import RECIPIENTS_EXTENSION
from asklater.privacy.tables import Erasure, RecipientNotice
from asklater.registry import Disclosure
from tests.asklater.integration.privacy.erasure.conftest import Erase, work
from tests.asklater.integration.privacy.erasure.test_deletion import post
from tests.asklater.integration.privacy.erasure.test_recipient_notices import Listening
from tests.support.browsing import Browser
from tests.support.people import settle, somebody
from tests.support.records import rows
from tests.support.snapshots import put_back, snapshot


def disclose(app: Flask) -> Listening:
    """The printers have a webhook, the binders are told by an officer."""
    engine: Engine = app.extensions["asklater.engine"]
    for key in ("printers", "binders"):
        engine.registry.register_disclosure(Disclosure(key, lambda key=key: f"the {key}", lambda _number: ("17",)))
    printers = app.extensions[RECIPIENTS_EXTENSION]["printers"] = Listening()
    return printers


def receipt_of(app: Flask, public_id: str) -> dict[str, Any]:
    found: dict[str, Any] = Browser(app).get(f"/erased/{public_id}/receipt.json").json
    return found


def states(receipt: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {one["recipient"]: (one["state"], one["by"]) for one in receipt["recipients"]}


def test_nobody_is_said_to_be_told_before_they_are(whole_app: Flask, erased: Erase) -> None:
    disclose(whole_app)
    name = erased(settle(whole_app)).id
    first = receipt_of(whole_app, name)
    assert states(first) == {"printers": ("owed", "webhook"), "binders": ("owed", "officer")}
    assert (first["revision"], first["complete"], first["leftovers"]["state"]) == (1, False, "owed")
    page = Browser(whole_app).get(f"/erased/{name}").text
    assert "the binders: not told yet; the privacy officer has to tell them" in page
    assert "being overwritten" in page

    work(whole_app)
    assert states(receipt_of(whole_app, name)) == {"printers": ("told", "webhook"), "binders": ("owed", "officer")}
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    (owed,) = (row for row in rows(whole_app, RecipientNotice.__table__) if row.recipient == "binders")
    officer.post(f"/officer/erasures/notices/{owed.id}/told")
    last = receipt_of(whole_app, name)
    assert states(last) == {"printers": ("told", "webhook"), "binders": ("told", "officer")}
    assert (last["revision"], last["complete"], last["leftovers"]["state"]) == (4, True, "removed")
    assert last["id"] == first["id"]
    assert "told by the privacy officer on" in Browser(whole_app).get(f"/erased/{name}").text
    work(whole_app)
    assert receipt_of(whole_app, name) == last, "nothing is signed anew where nothing has changed"


def test_a_webhook_that_was_given_up_is_owed_by_the_officer(whole_app: Flask, erased: Erase) -> None:
    disclose(whole_app).down = True
    name, moment = erased(settle(whole_app)).id, clock.now()
    for day in range(13):
        with clock.at(moment + timedelta(days=day)):
            work(whole_app, "tell_recipients")
    assert states(receipt_of(whole_app, name))["printers"] == ("owed", "officer")


def test_whoever_shows_an_older_version_is_told_of_the_newer_one(whole_app: Flask, erased: Erase) -> None:
    disclose(whole_app)
    name = erased(settle(whole_app)).id
    first = json.dumps(receipt_of(whole_app, name))
    stranger = Browser(whole_app)
    assert "This is its newest version" in stranger.post("/privacy/receipts/check", {"receipt": first}).text
    work(whole_app)
    page = stranger.post("/privacy/receipts/check", {"receipt": first}).text
    assert "Genuine" in page
    assert "There is a newer version of this receipt" in page
    assert f'href="/erased/{name}"' in page


def test_the_newest_version_is_back_on_record_after_a_restore(whole_app: Flask, erased: Erase, instance: Path) -> None:
    disclose(whole_app)
    name = erased(settle(whole_app)).id
    kept = snapshot(whole_app)
    work(whole_app)
    newest = receipt_of(whole_app, name)
    put_back(whole_app, kept)
    assert receipt_of(whole_app, name)["revision"] < newest["revision"]
    outcome = whole_app.test_cli_runner().invoke(args=["asklater", "privacy", "replay"])
    assert outcome.exit_code == 0, outcome.output
    assert receipt_of(whole_app, name) == newest


def test_a_receipt_that_is_on_no_record_says_what_to_do(whole_app: Flask, erased: Erase) -> None:
    document = json.dumps(receipt_of(whole_app, erased(settle(whole_app)).id))
    engine: Engine = whole_app.extensions["asklater.engine"]
    with engine.database.engine.begin() as connection:
        connection.execute(delete(Erasure))
    page = Browser(whole_app).post("/privacy/receipts/check", {"receipt": document}).text
    assert "flask asklater privacy replay" in page


def test_every_mail_that_went_is_counted(whole_app: Flask, erased: Erase) -> None:
    number = settle(whole_app)
    post(whole_app, number, *["ada@x.example"] * 6)
    work(whole_app, "deliver_mail")
    receipt = erased(number)
    assert (receipt.erased["outgoing_mail"], receipt.erased["delivered_mail"]) == (6, 6)


@pytest.mark.thorough
def test_what_is_owed_after_a_restore_is_settled_by_the_officer(whole_app: Flask, erased: Erase) -> None:
    number = settle(whole_app)
    kept = snapshot(whole_app)
    disclose(whole_app).down = True
    name = erased(number).id
    put_back(whole_app, kept)
    assert whole_app.test_cli_runner().invoke(args=["asklater", "privacy", "replay"]).exit_code == 0
    work(whole_app, "tell_recipients")
    assert states(receipt_of(whole_app, name)) == {"printers": ("owed", "officer"), "binders": ("owed", "officer")}
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    assert "by what they know the person was lost" in officer.get("/officer/erasures").text
    for owed in rows(whole_app, RecipientNotice.__table__):
        officer.post(f"/officer/erasures/notices/{owed.id}/told")
    assert states(receipt_of(whole_app, name)) == {"printers": ("told", "officer"), "binders": ("told", "officer")}
    said = whole_app.test_cli_runner().invoke(args=["asklater", "privacy", "replay"]).output
    assert "Receipts and keys put back: 0." in said
    assert len({(row.erasure_id, row.recipient) for row in rows(whole_app, RecipientNotice.__table__)}) == len(
        rows(whole_app, RecipientNotice.__table__)
    )


@pytest.mark.thorough
def test_who_was_told_before_the_restore_is_not_told_again(whole_app: Flask, erased: Erase) -> None:
    printers = disclose(whole_app)
    erased(settle(whole_app))
    kept = snapshot(whole_app)
    work(whole_app)
    put_back(whole_app, kept)
    assert whole_app.test_cli_runner().invoke(args=["asklater", "privacy", "replay"]).exit_code == 0
    work(whole_app)
    assert len(printers.told) == 1

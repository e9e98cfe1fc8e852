"""The privacy officer's page: what was erased, in numbers; and whether a receipt is genuine."""

import csv
import io
import json

from flask import Flask
from sqlalchemy import delete

from asklater.db import Database
from asklater.privacy.erasure import queries
from asklater.privacy.tables import Erasure
from tests.asklater.integration.privacy.erasure.conftest import Erase
from tests.support.browsing import went_to
from tests.support.people import settle, somebody


def test_every_erasure_is_listed_without_whom(whole_app: Flask, erased: Erase) -> None:
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    assert "Nobody was erased yet" in officer.get("/officer/erasures").text
    for number in range(queries.PAGE_SIZE + 1):
        erased(settle(whole_app, f"a{number}@x.example"), "officer" if number % 2 else "person")
    page = officer.get("/officer/erasures").text
    assert "51 erasures" in page
    assert "a1@x.example" not in page
    assert page.count('class="panel"') == queries.PAGE_SIZE
    assert officer.get("/officer/erasures?before=2").text.count('class="panel"') == 1
    assert officer.get("/officer/erasures?before=made-up").status_code == 200
    assert 'href="/officer/erasures"' in officer.get("/officer").text


def test_a_receipt_is_checked(whole_app: Flask, erased: Erase) -> None:
    receipt = erased(settle(whole_app))
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    text = officer.get(f"/erased/{receipt.id}/receipt.json").text
    check = "/officer/erasures"
    assert "Genuine" in officer.post(check, {"receipt": text}).text
    assert "Genuine" in officer.post(check, {"file": (io.BytesIO(text.encode()), "receipt.json"), "receipt": ""}).text
    altered = json.dumps({**json.loads(text), "erased": {"account": 7}})
    other = json.dumps(whole_app.extensions["asklater.signer"].sign({"kind": "erasure receipt", "id": 7}))
    surrogate = json.dumps({**json.loads(text), "id": "\ud83d"})
    for forged in (altered, surrogate, text.replace('"proof": "', '"proof": "x'), other):
        answer = officer.post(check, {"receipt": forged})
        assert answer.status_code == 422
        assert "forged or was altered" in answer.text
    for wrong in (
        "",
        " ",
        "no json",
        "[]",
        "{}",
        "[" * 50_000,
        '{"kind": "\\ud83d"}',
        '{"kind": 1}',
        "x" * 200_000,
        '"a"',
    ):
        answer = officer.post(check, {"receipt": wrong})
        assert answer.status_code == 422, wrong[:20]
        assert "There is a problem" in answer.text
    assert "{&#34;kind&#34;: 1}" in officer.post(check, {"receipt": '{"kind": 1}'}).text
    picture = {"file": (io.BytesIO(bytes(range(256))), "receipt.json")}
    assert officer.post(check, picture).status_code == 422


def test_a_genuine_one_that_is_not_on_record_says_what_to_do(whole_app: Flask, erased: Erase) -> None:
    receipt = erased(settle(whole_app))
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    text = officer.get(f"/erased/{receipt.id}/receipt.json").text
    database: Database = whole_app.extensions["asklater.database"]
    with database.engine.begin() as connection:
        connection.execute(delete(Erasure))
    assert "flask asklater privacy replay" in officer.post("/officer/erasures", {"receipt": text}).text


def test_other_staff_see_nothing_of_it(whole_app: Flask, erased: Erase) -> None:
    erased(settle(whole_app))
    pm = somebody(whole_app, "pm@x.example", "pm", factor=True)
    assert pm.get("/officer/erasures").status_code == 403
    assert went_to(pm.get("/officer/erasures")) == ""


def test_every_erasure_is_a_line_of_a_csv(whole_app: Flask, erased: Erase) -> None:
    receipts = [erased(settle(whole_app, f"{name}@x.example")) for name in "abc"]
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    table = list(csv.reader(io.StringIO(officer.get("/officer/erasures.csv").text.removeprefix("\ufeff"))))
    assert [row[0] for row in table] == ["id", *(receipt.id for receipt in reversed(receipts))]

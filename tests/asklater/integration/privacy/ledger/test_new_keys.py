"""Under another SECRET_KEY and another master key a restored backup has all rights back, and receipts stay ours."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.privacy.erasure.deletion import PERSON, erase
from asklater.privacy.erasure.replay import former_mark
from asklater.privacy.ledger.file import append_lines
from asklater.privacy.receipt_checks.checks import check_receipt_text
from asklater.privacy.signing import Signer, key_from_secret
from asklater.privacy.signing_keys import current_signer, rotate
from asklater.privacy.tables import Erasure, signing_key
from asklater.settings import Settings
from asklater.subjects import rights
from asklater.tables import subject
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.people import settle, somebody
from tests.support.records import rows
from tests.support.workshop import PEOPLED_WORKSHOP

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
OTHER_SECRET = "another secret of the tests, as long"
Open = Callable[..., Flask]


@pytest.fixture
def open_with(settings: Settings) -> Iterator[Open]:
    """Opens the application on the test's database, with other settings."""
    with ExitStack() as stack:
        yield lambda **changed: stack.enter_context(opened(replace(settings, **changed), PEOPLED_WORKSHOP))


def do(app: Flask, verb: Callable[..., object], *arguments: object) -> object:
    engine: Engine = app.extensions["asklater.engine"]
    with app.app_context(), engine.database.unit_of_work():
        return verb(engine, *arguments)


def run(app: Flask, *arguments: str | Path) -> str:
    database: Database = app.extensions["asklater.database"]
    outcome = app.test_cli_runner().invoke(args=["asklater", *map(str, arguments)])
    database.release()
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


@pytest.mark.thorough
def test_a_backup_restored_under_new_keys_has_all_rights_back(open_with: Open, tmp_path: Path) -> None:
    before, file = open_with(master_key=OLD), tmp_path / "monday.backup"
    ada, bo = settle(before), settle(before, "bo@x.example")
    run(before, "backup", file)
    do(before, rights.restrict, ada)
    receipt = do(before, lambda engine: erase(engine, bo, by=PERSON))
    after = open_with(master_key=NEW, retired_master_keys=(OLD,), secret_key=OTHER_SECRET)
    run(after, "keys", "rotate")
    said = run(after, "restore", file, "--replace")
    assert "Erased again: 1." in said
    assert "Other rights in force again: 1." in said
    assert "another SECRET_KEY" in said
    assert [(row.id, row.restricted_at is not None) for row in rows(after, subject)] == [(ada, True)]
    page = Browser(after).get(f"/erased/{receipt.id}/receipt.json")  # type: ignore[attr-defined]
    checked = Browser(after).post("/privacy/receipts/check", {"receipt": page.text})
    assert "Genuine" in checked.text


def test_a_receipt_is_ours_after_a_change_of_secret_and_of_keys(open_with: Open) -> None:
    app = open_with()
    document = do(app, lambda _engine: current_signer().sign({"kind": "something"}))
    assert "Receipts are signed with key" in run(app, "keys", "rotate-signing")
    other = open_with(secret_key=OTHER_SECRET)
    later = do(other, lambda _engine: current_signer().sign({"kind": "something"}))
    assert json.dumps(document) != json.dumps(later)
    for one in (document, later):
        assert "Genuine" in Browser(other).post("/privacy/receipts/check", {"receipt": json.dumps(one)}).text
    keys = Browser(other).get("/privacy/keys.json").json["keys"]
    assert [key["kid"] for key in keys] == [row.kid for row in sorted(rows(other, signing_key), key=_newest)]
    assert [row.private_key is None for row in sorted(rows(other, signing_key), key=_newest)] == [False, True]
    assert not any("d" in key for key in keys)


def _newest(row: object) -> bool:
    return not row.in_use  # type: ignore[attr-defined]


@pytest.mark.thorough
def test_receipts_of_an_earlier_version_stay_ours(open_with: Open, settings: Settings, instance: Path) -> None:
    """It signed with a key that was made from SECRET_KEY, and marked by SECRET_KEY itself."""
    app = open_with()
    ada, former = settle(app), Signer(key_from_secret(settings.secret_key))
    (person,) = (row for row in rows(app, subject) if row.id == ada)
    mark = former_mark(settings.secret_key.encode(), ada, person.created_at)
    contents = {"kind": "erasure receipt", "version": 1, "id": "an-old-one", "controller": "A workshop"}
    contents |= {"erased_at": clock.now().isoformat(), "by": "person", "erased": {"account": 1}, "kept": []}
    document = former.sign({**contents, "recipients_told": [], "browser_only": False, "mark": mark})
    append_lines(instance / "rights.jsonl", [json.dumps(document)])
    row = Erasure(
        public_id="other", mark=mark, erased_at=clock.now(), erased_by="person", document=json.dumps(document)
    )
    do(app, lambda engine: engine.database.session().add(row))
    do(app, lambda _engine: current_signer())  # as soon as it is used, the public half of the former key is kept
    other = open_with(secret_key=OTHER_SECRET)
    assert do(other, lambda _engine: check_receipt_text(current_signer(), json.dumps(document)).verdict) == "genuine"
    assert "Erased again: 0." in run(other, "privacy", "replay"), "its mark needs the secret of its time"
    other.config["SECRET_KEY_FALLBACKS"] = [settings.secret_key]
    assert "Erased again: 1." in run(other, "privacy", "replay")


def test_keys_that_a_restored_database_has_forgotten_are_put_back(open_with: Open) -> None:
    app = open_with()
    first = do(app, lambda _engine: current_signer().public_keys[0]["kid"])
    second = do(app, rotate)
    document = do(app, lambda _engine: current_signer().sign({"kind": "something"}))
    do(app, lambda engine: engine.database.writing().execute(delete(signing_key).where(signing_key.c.kid == second)))
    back = {"in_use": True, "retired_at": None}
    do(app, lambda engine: engine.database.writing().execute(update(signing_key).values(back)))
    assert do(app, lambda _engine: [row.kid for row in _engine.database.reading().execute(select(signing_key))]) == [
        first
    ]
    assert "Receipts and keys put back: 1." in run(app, "privacy", "replay")
    assert do(app, lambda _engine: check_receipt_text(current_signer(), json.dumps(document)).verdict) == "genuine"
    kids = do(app, lambda _engine: [key["kid"] for key in current_signer().public_keys])
    assert kids[0] not in {first, second}, "what may be in others' hands signs nothing any more"  # type: ignore[index]


def test_an_administrator_has_receipts_signed_with_a_new_key(open_with: Open) -> None:
    app = open_with()
    admin = somebody(app, "admin@x.example", "admin", factor=True)
    (before,) = Browser(app).get("/privacy/keys.json").json["keys"]
    assert before["kid"] in admin.get("/staff/keys").text
    answer = admin.post("/staff/keys/signing")
    assert answer.status_code == 303
    assert [key["kid"] for key in Browser(app).get("/privacy/keys.json").json["keys"]][1:] == [before["kid"]]
    with clock.at(clock.now() + timedelta(hours=2)):
        assert admin.post("/staff/keys/signing").status_code != 200, "a proof of who one is does not hold for ever"

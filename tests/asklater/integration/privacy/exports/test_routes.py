"""The page of one's own export: ordering, watching, fetching, deleting; for nobody else, after a fresh proof."""

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.exports.orders import ExportGone, delete_export
from asklater.privacy.tables import export, export_part
from tests.support.browsing import Browser, went_to
from tests.support.exports import build, exported, ordered
from tests.support.people import browser_of, settle
from tests.support.records import rows

PAGE = "/account/export"


@pytest.mark.thorough
def test_from_the_order_to_the_files_without_javascript(office: Flask, ada: int) -> None:
    browser = browser_of(office, ada)
    assert "Prepare my data" in browser.get(PAGE).text
    assert went_to(browser.post(PAGE)) == PAGE
    waiting = browser.get(PAGE)
    assert ("Your data is being prepared" in waiting.text, "<progress" in waiting.text) == (True, True)
    assert 'href="/account/export">Reload' in waiting.text
    build(office)
    ready = browser.get(PAGE).text
    assert "Your data is ready." in ready
    (number,) = (row.id for row in rows(office, export))
    document = browser.get(f"{PAGE}/{number}.json")
    assert document.headers["Cache-Control"] == "no-store"
    assert document.headers["Content-Disposition"].startswith('attachment; filename="my-data-')
    assert {entry["field"] for entry in json.loads(document.text)["fields"]} >= {"email", "display_name"}
    archive = ZipFile(BytesIO(browser.get(f"{PAGE}/{number}.zip").data))
    assert archive.testzip() is None
    held = list(csv.DictReader(StringIO(archive.read("fields.csv").decode("utf-8-sig"))))
    values = {row["field"]: row["value"] for row in held}
    assert values["display_name"] == "'=Ada of the Analytical Engine"  # no spreadsheet runs it
    assert went_to(browser.post(f"{PAGE}/{number}/delete")) == PAGE
    assert "It is deleted." in browser.get(PAGE).text
    assert browser.get(f"{PAGE}/{number}.json").status_code == 404


@pytest.mark.thorough
def test_through_htmx_it_draws_itself_anew_until_it_is_ready(office: Flask, ada: int) -> None:
    browser = browser_of(office, ada, htmx=True)
    assert went_to(browser.post(PAGE)) == PAGE
    waiting = browser.get(PAGE).text
    assert waiting.lstrip().startswith('<section id="export"')
    assert 'data-hx-trigger="every 1s"' in waiting
    build(office)
    ready = browser.get(PAGE).text
    assert "data-hx-trigger" not in ready
    assert 'data-announce="Your data is ready."' in ready


@pytest.mark.thorough
def test_it_is_its_owners_only(office: Flask, ada: int) -> None:
    exported(office, ada)
    (number,) = (row.id for row in rows(office, export))
    bob = browser_of(office, settle(office, "bob@x.example"))
    officer = browser_of(office, settle(office, "officer@x.example", "privacy_officer"), factor=True)
    for other in (bob, officer, Browser(office)):
        assert other.get(f"{PAGE}/{number}.json").status_code == 404
        assert other.get(f"{PAGE}/{number}.zip").status_code == 404
        assert other.post(f"{PAGE}/{number}/delete").status_code == 404
        assert "Your data is ready." not in other.get(PAGE).text
    assert len(rows(office, export)) == 1


def test_it_wants_a_fresh_proof(office: Flask, ada: int) -> None:
    exported(office, ada)
    (number,) = (row.id for row in rows(office, export))
    browser = browser_of(office, ada, proved=False)
    for url in (PAGE, f"{PAGE}/{number}.json", f"{PAGE}/{number}.zip"):
        assert went_to(browser.get(url)).startswith("/confirm?next=/account/export")
    for url in (PAGE, f"{PAGE}/{number}/delete"):
        assert went_to(browser.post(url)).startswith("/confirm")
    assert [row.id for row in rows(office, export)] == [number]


def test_a_visitor_takes_along_what_this_session_holds(office: Flask) -> None:
    nobody = Browser(office)
    assert "Nothing is held" in nobody.get(PAGE).text
    assert went_to(nobody.post(PAGE)) == PAGE
    assert rows(office, export) == []
    nobody.post("/publish")
    nobody.answer({"answer.email": "visitor@x.example", "answer.display_name": "V"})
    nobody.post(PAGE)
    build(office)
    (found,) = rows(office, export)
    told = json.loads(nobody.get(f"{PAGE}/{found.id}.json").text)
    assert {entry["value"] for entry in told["fields"]} >= {"visitor@x.example"}


def test_one_that_is_expired_or_not_ready_is_not_there(office: Flask, ada: int) -> None:
    browser = browser_of(office, ada)
    number = ordered(office, ada)
    assert browser.get(f"{PAGE}/{number}.json").status_code == 404
    build(office)
    (found,) = rows(office, export)
    assert found.expires_at - found.ready_at == timedelta(days=7)
    with clock.at(found.expires_at):
        fresh = browser_of(office, ada)
        assert fresh.get(f"{PAGE}/{number}.json").status_code == 404
        assert "Prepare my data" in fresh.get(PAGE).text


def test_one_that_failed_says_so(office: Flask, ada: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asklater.privacy.exports.batches.Batch.fill", lambda *_: 1 / 0)
    ordered(office, ada)
    for _ in range(3):
        build(office)
    page = browser_of(office, ada).get(PAGE).text
    assert "Your data could not be prepared." in page
    assert "privacy@workshop.example" in page


@pytest.mark.thorough
def test_one_that_does_not_open_any_more_leads_to_a_new_one(office: Flask, engine: Engine, ada: int) -> None:
    exported(office, ada)
    (number,) = (row.id for row in rows(office, export))
    with office.app_context(), engine.database.unit_of_work():
        engine.database.writing().execute(update(export_part).values(content=bytes(60)))
    browser = browser_of(office, ada)
    assert went_to(browser.get(f"{PAGE}/{number}.json")) == PAGE
    assert "It cannot be opened any more." in browser.get(PAGE).text


def test_deleted_while_it_is_sent_it_breaks_off(office: Flask, engine: Engine, ada: int) -> None:
    exported(office, ada)
    (number,) = (row.id for row in rows(office, export))
    sent = browser_of(office, ada).client.get(f"{PAGE}/{number}.json", buffered=False)
    pieces = sent.iter_encoded()
    next(pieces)
    with office.app_context(), engine.database.unit_of_work():
        assert delete_export(ada, number)
    with pytest.raises(ExportGone):
        list(pieces)
    sent.close()


def test_the_account_page_leads_there(office: Flask, ada: int) -> None:
    assert f'href="{PAGE}"' in browser_of(office, ada).get("/account").text

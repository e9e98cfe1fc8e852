"""PRIVACY 16: how much is held, of whom and how old, what a leak would show, and to whom this is told."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.leak_impact.leaks import Storage, database_leak, storage_of
from asklater.privacy.tables import daily_held_count
from asklater.records.answers import Provenance
from asklater.settings import Settings
from tests.asklater.integration.privacy.erasure.canaries import found
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.planting import LEAST, plant
from tests.support.records import on_disk, rows
from tests.support.workshop import PEOPLED_WORKSHOP

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
ORIGIN = Provenance("import", "import")


@pytest.fixture
def office(settings: Settings) -> Iterator[Flask]:
    """Seven accounts, six of them with a name that was given half a year ago and never used; three used addresses."""
    with lent(settings, PEOPLED_WORKSHOP) as app:
        engine: Engine = app.extensions["asklater.engine"]
        with clock.at(NOW - timedelta(days=180)):
            numbers = [
                settle(app, f"p{count}@x.example", "privacy_officer" if count == 6 else "") for count in range(7)
            ]
            with app.app_context(), engine.database.unit_of_work():
                for number in numbers[:6]:
                    engine.answers.give(number, "display_name", "Canary", ORIGIN)
                for number in numbers[:3]:
                    engine.answers.give(number, "address", {"country": "DE"}, ORIGIN)
        with clock.at(NOW), app.app_context(), engine.database.unit_of_work():
            engine.answers.use(numbers[0], ["address"])
            for number in numbers:
                engine.answers.use(number, ["email"])
        app.extensions["officer"] = numbers[6]
        yield app


@pytest.fixture
def engine(office: Flask) -> Engine:
    found_engine: Engine = office.extensions["asklater.engine"]
    return found_engine


@pytest.fixture
def officer(office: Flask) -> Browser:
    return browser_of(office, office.extensions["officer"], factor=True)


def count(app: Flask, moment: datetime = NOW) -> None:
    with clock.at(moment):
        app.extensions["asklater.jobs"].runs["count_held"]()


def line(page: str, label: str) -> list[str]:
    """The cells of the first row that this label heads."""
    row = re.search(rf'<th scope="row">{re.escape(label)}</th>(.*?)</tr>', page, re.DOTALL)
    assert row, label
    return re.findall(r"<td[^>]*>(.*?)</td>", row.group(1))


def test_it_tells_each_field_and_counts_no_handful_out(office: Flask, officer: Browser) -> None:
    assert "has not counted yet" in officer.get("/officer/leak-impact").text
    count(office)
    page = officer.get("/officer/leak-impact").text
    assert line(page, "Display name") == ["6", "public", "2026-01-01", "everyone", "everyone who sees the page"]
    assert line(page, "Postal address") == ["fewer than 5", "personal", "–", "owner, the workshop", "nobody outside"]
    assert line(page, "Phone number")[0] == "0"
    assert line(page, "Your account") == [
        "7",
        "number; role; proved; taken over from an earlier system; device_proved",
        "browser_mark; email_mark",
        "address",
    ]
    assert "<b>23</b>" in page, "7 addresses, 7 proofs, 6 names, 3 postal addresses"
    assert "Canary" not in page


def test_what_a_leak_shows_is_told_as_it_is_stored(office: Flask, officer: Browser) -> None:
    """Neither an address nor a name stands plain anywhere, and the page says so."""
    count(office)
    page = officer.get("/officer/leak-impact").text
    shown = page[page.index('id="shows"') :]
    assert found(office, ["display_name", "p3@x.example", "Canary"]) == ["display_name"], "the one that is no value"
    addresses = line(shown, "Email address")[0]
    assert "plain in" not in addresses
    assert "Your account (address)" in addresses
    assert line(shown, "Display name")[0] == "encrypted"
    assert line(shown, "Display name")[2:] == ["nothing", "the value"]
    assert "public pages anyway" in line(shown, "Display name")[1]


@pytest.mark.thorough
def test_what_the_page_says_of_each_column_is_what_the_bytes_show(office: Flask, engine: Engine) -> None:
    """A word is put into every column of every table of a person: what is said to be sealed is not found in the
    database, and what is found there is said to be plain."""
    planted = plant(office, "leak")
    on_file = on_disk(engine.database)
    said: dict[tuple[str, str], tuple[Storage, bool]] = {}
    for canary in planted.canaries:
        if isinstance(canary.value, str) and len(canary.value) >= LEAST:
            word = canary.value.partition("@")[0].encode()
            storage = storage_of(engine.registry.personal_tables[canary.table], canary.column)
            said[canary.table, canary.column] = storage, word in on_file
    untrue = [
        where
        for where, (storage, is_found) in said.items()
        if storage is not Storage.MARK and (storage is Storage.PLAIN) is not is_found
    ]
    assert untrue == []
    assert {storage for storage, _found in said.values()} >= {Storage.SEALED, Storage.PLAIN}


def test_a_consent_stands_plain_in_the_log_of_answers_and_the_page_says_so(office: Flask, engine: Engine) -> None:
    consent = next(iter(engine.manifest.fields.values())).model_copy(update={"kind": "consent"})
    with office.test_request_context():
        shown = database_leak(consent, engine.registry.personal_tables.values())
    assert shown.startswith(
        "the value, or a part of it, where it stands in What became of your answers (what you said"
    )


def test_the_database_is_its_owners_alone(engine: Engine) -> None:
    if not engine.database.is_sqlite:
        pytest.skip("PostgreSQL keeps its own files")
    file = Path(str(engine.database.engine.url.database))
    modes = {path.name: path.stat().st_mode & 0o077 for path in file.parent.glob(f"{file.name}*")}
    assert set(modes.values()) == {0}, modes


def test_a_day_keeps_its_last_count_and_the_days_make_a_course(office: Flask, officer: Browser) -> None:
    count(office, NOW - timedelta(days=1))
    count(office)
    settle(office, "late@x.example")
    count(office, NOW + timedelta(hours=1))
    whole = [row for row in rows(office, daily_held_count) if not row.part]
    assert [(row.accounts, row.held, row.declared) for row in whole] == [(7, 23, 9), (8, 25, 9)]
    page = officer.get("/officer/leak-impact").text
    assert line(page[page.index('id="course"') :].replace(' class="cell-short"', ""), "2026-06-30") == [
        *("8", "25", "3.1", "72", "35%")
    ]
    assert page.count("<polyline") == 2


def test_administrators_see_it_too_and_nobody_else(office: Flask) -> None:
    admin = browser_of(office, settle(office, "admin@x.example", "admin"), factor=True)
    page = admin.get("/officer/leak-impact")
    assert page.status_code == 200
    assert 'href="/officer/record"' not in page.text
    assert 'href="/officer/leak-impact"' in admin.get("/account").text
    for role in ("pm", ""):
        other = browser_of(office, settle(office, f"{role}@y.example", role), factor=True)
        assert other.get("/officer/leak-impact").status_code == 403
    assert Browser(office).get("/officer/leak-impact").status_code == 403


def test_the_linter_tells_what_is_held_for_nothing(office: Flask, officer: Browser) -> None:
    assert "has not counted yet" in officer.get("/officer/minimisation").text
    count(office)
    page = officer.get("/officer/minimisation").text
    assert line(page, "Display name") == ["6"]
    assert "Nothing: every field is needed" in page
    for used in ("Email address", "Postal address", "Verified email address"):
        assert f'<th scope="row">{used}</th>' not in page

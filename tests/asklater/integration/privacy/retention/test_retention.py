"""The officer's page of retention: what is held until when, field by field and table by table, without a value."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import insert

from asklater import clock
from asklater.engine import Engine
from asklater.privacy import kept_counts
from asklater.privacy.retention import next_run
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from asklater.settings import Settings
from asklater.subjects import rights
from asklater.tables import answer
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.people import somebody
from tests.support.plans import gathered, whole_tables
from tests.support.records import statements
from tests.support.workshop import PEOPLED_WORKSHOP

NOON = datetime(2026, 11, 1, 12, 7, tzinfo=UTC)
DAY, KEPT = timedelta(days=1), timedelta(days=30)


@pytest.fixture
def office(settings: Settings) -> Iterator[Flask]:
    with lent(settings, PEOPLED_WORKSHOP) as app, clock.at(NOON):
        yield app


@pytest.fixture
def engine(office: Flask) -> Engine:
    found: Engine = office.extensions["asklater.engine"]
    return found


@pytest.fixture
def officer(office: Flask) -> Browser:
    return somebody(office, "officer@x.example", "privacy_officer", factor=True)


def give(engine: Engine, count: int, ago: timedelta, *, restricted: bool = False, field: str = "display_name") -> None:
    """So many people gave their name so long ago."""
    with engine.database.unit_of_work(), clock.at(NOON - ago):
        for _ in range(count):
            number = record_arrival(engine.database)
            if field in engine.manifest.fields:
                engine.answers.give(
                    number, field, {"email": "canary@x.example"}.get(field, "Canary Ada"), Provenance("publish")
                )
            else:
                row = {"subject_id": number, "field": field, "value": b"sealed", "action": "publish"}
                row |= {"source": "person", "notice_version": "1", "given_at": clock.now(), "used_at": clock.now()}
                engine.database.writing().execute(insert(answer), {**row, "expires_at": clock.now() + KEPT})
            if restricted:
                rights.restrict(engine, number)


def row(page: str, first: str) -> list[str]:
    """The cells of the row that begins so."""
    found = re.search(rf"<tr>\s*<th[^>]*>{re.escape(first)}</th>(.*?)</tr>", unescape(page), re.DOTALL)
    assert found is not None, first
    return re.findall(r"<td[^>]*>(.*?)</td>", found.group(1), re.DOTALL)


def test_it_tells_what_is_held_what_goes_when_and_what_went(office: Flask, engine: Engine, officer: Browser) -> None:
    give(engine, 7, KEPT - 3 * DAY)  # they go in three days
    give(engine, 6, KEPT - 20 * DAY)
    give(engine, 5, timedelta(0))
    give(engine, 5, KEPT + DAY)
    give(engine, 2, KEPT + DAY, restricted=True)
    give(engine, 6, DAY, field="nickname")
    page = officer.get("/officer/retention").text
    held = ["Kept for 30 days after its last use.", "25", "7", "18", "18", "Oct 1, 2026"]
    assert row(page, "Display name") == held
    assert row(page, "nickname")[0] == "Not declared any more: each goes at its own time."
    assert row(page, "nickname")[1:4] == ["6", "0", "6"]
    assert "Expired, and deleted in that run: 5." in page
    assert "because their people restricted their data: fewer than 5." in page
    assert 'datetime="2026-11-01T12:30:00+00:00"' in page
    assert "no answer has come to its end" in page
    office.extensions["asklater.jobs"].runs["expire_answers"]()
    page = officer.get("/officer/retention").text
    assert row(page, "Nov 1, 2026") == ["Display name", "5"]
    assert row(page, "Display name")[1] == "20"
    give(engine, 1, timedelta(days=365 * 4), field="email")
    office.extensions["asklater.jobs"].runs["expire_answers"]()
    page = officer.get("/officer/retention").text
    assert re.findall(r">Nov 1, 2026</th>\s*<td>(.*?)</td>\s*<td[^>]*>(.*?)</td>", page) == [
        ("Display name", "5"),
        ("Email address", "fewer than 5"),
    ]
    assert "anary" not in page
    assert "officer@x.example" not in page


def test_every_other_record_stands_there_with_its_rule(officer: Browser, engine: Engine) -> None:
    page = officer.get("/officer/retention").text
    assert row(page, "Sessions") == ["Protecting your account", "1 day after they end", "fewer than 5"]
    with officer.app.test_request_context():
        for held in engine.registry.tables_in_use():
            if held.purpose:
                assert row(page, held.words().label)


def test_the_purge_runs_on_the_half_hours() -> None:
    for minute, then in ((0, (12, 30)), (29, (12, 30)), (30, (13, 0)), (59, (13, 0))):
        found = next_run(NOON.replace(minute=minute))
        assert (found.hour, found.minute) == then


def test_of_many_people_it_tells_what_the_worker_counted(
    office: Flask, engine: Engine, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page reads does not grow with them: no statement goes over the answers."""
    monkeypatch.setattr(kept_counts, "COUNTED_FROM_PEOPLE", 20)
    give(engine, 25, DAY)
    office.extensions["asklater.jobs"].runs["count_retention"]()
    before = officer.get("/officer/retention").text
    give(engine, 30, DAY)
    with statements(office) as sent:
        page = officer.get("/officer/retention").text
    assert row(page, "Display name")[1] == row(before, "Display name")[1] == "25"
    assert "the worker counts them every hour" in page
    assert not [statement for statement in sent if "FROM asklater_answer" in statement and "count(" in statement]
    with clock.at(NOON + timedelta(hours=1)):
        office.extensions["asklater.jobs"].runs["count_retention"]()
    later = officer.get("/officer/retention").text
    assert row(later, "Display name")[1] == "55"
    assert 'datetime="2026-11-01T13:07:00+00:00"' in later


def test_the_pages_of_the_staff_read_no_whole_table(
    office: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not engine.database.is_sqlite:
        pytest.skip("the plans are SQLite's")
    monkeypatch.setattr(kept_counts, "COUNTED_FROM_PEOPLE", 3)
    admin = somebody(office, "admin@x.example", "admin", factor=True)
    officer = somebody(office, "officer@x.example", "privacy_officer", factor=True)
    give(engine, 5, DAY)
    for job in ("count_retention", "count_account_keys", "make_signing_key"):
        office.extensions["asklater.jobs"].runs[job]()
    with gathered(office) as sent:
        officer.get("/officer/retention")
        admin.get("/staff/keys")
        admin.get("/staff/events")
        admin.get("/staff/events?event=signed_in&before=90")
    bounded = {one: values for one, values in sent.items() if "LIMIT" not in one or "event = ?" in one}
    keys = {"asklater_master_key", "asklater_key_rotation", "asklater_signing_key"}
    small = frozenset({"asklater_heartbeat", "asklater_job_claim", *keys})
    assert whole_tables(engine.database, bounded, small) == set()

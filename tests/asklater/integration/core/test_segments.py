"""Segments: what is noted of a visit and kept with what its person is asked, and that nothing else ever is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.measurement import FIRST_VISIT
from asklater.records.first_visits import FirstVisits
from asklater.records.people import record_arrival
from asklater.records.personal_tables import FIRST_VISITS
from asklater.settings import Settings
from asklater.subjects import rights
from asklater.subjects.merge import merge
from asklater.subjects.record_expiry import expire_records
from asklater.tables import first_visit
from tests.asklater.integration.accounts.test_visits import close
from tests.conftest import within
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import settle
from tests.support.records import prompts, rows, statements
from tests.support.workshop import PEOPLED_WORKSHOP

PAGE = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}
DAY = timedelta(days=1)


@pytest.fixture
def telling(settings: Settings, instance: Path) -> Iterator[Flask]:
    """The workshop, which tells people apart by where they came from, by language and by plan."""
    path = instance / "manifest.toml"
    both = [ROOT / "tests" / "support" / name for name in ("manifest.toml", "segments.toml")]
    path.write_text("\n".join(part.read_text("utf-8") for part in both), "utf-8")
    with lent(replace(settings, manifest=path), PEOPLED_WORKSHOP) as app:
        yield from within(app)


@pytest.fixture
def engine(telling: Flask) -> Engine:
    found: Engine = telling.extensions["asklater.engine"]
    return found


def visit(app: Flask, address: str = "/", **headers: str) -> Browser:
    """A browser that has come to this page."""
    browser = Browser(app)
    browser.get(address, headers={**PAGE, **headers})
    return browser


def publish(browser: Browser, **headers: str) -> None:
    """Be asked something."""
    browser.post("/publish", headers={**PAGE, **headers})


def asked_in(app: Flask) -> list[str]:
    return [row.segments for row in prompts(app)]


def noted(browser: Browser) -> Any:
    with browser.client.session_transaction() as session:
        return session.get(FIRST_VISIT)


# What is read


@pytest.mark.parametrize(
    ("address", "referrer", "segments"),
    [
        ("/?utm_source=newsletter&utm_campaign=Spring-26", "", "source=newsletter campaign=spring*"),
        ("/?utm_source=newsletter", "https://search.example/?q=letters", "source=newsletter campaign=none"),
        ("/", "https://www.search.example/", "source=search.example campaign=none"),
        ("/", "https://elsewhere.example/", "source=other campaign=none"),
        ("/", "http://localhost/desk", "source=none campaign=none"),
        ("/", "https://[broken", "source=none campaign=none"),
        ("/", "", "source=none campaign=none"),
        ("/?utm_source=ada@example.com&utm_campaign=" + "x" * 10_000, "", "source=other campaign=other"),
        ("/?utm_source=%00&utm_campaign=spring%0d%0aX:%201", "", "source=other campaign=spring*"),
    ],
)
def test_a_first_visit_is_told_in_declared_values(telling: Flask, address: str, referrer: str, segments: str) -> None:
    publish(visit(telling, address, **({"Referer": referrer} if referrer else {})))
    assert asked_in(telling) == [f"{segments} language=de plan=none"]
    assert [row.segments for row in rows(telling, first_visit)] == [segments]


def test_the_first_page_of_a_visit_counts_and_no_later_one(telling: Flask) -> None:
    browser = visit(telling, "/?utm_source=newsletter")
    browser.get("/desk?utm_source=spring", headers=PAGE)
    publish(browser)
    assert asked_in(telling)[0].startswith("source=newsletter ")


@pytest.mark.parametrize("tongue", ["en-GB", "EN", "*", "", "fr-CA,de", "x" * 500])
def test_of_a_language_the_primary_tag_counts(telling: Flask, tongue: str) -> None:
    publish(visit(telling), **{"Accept-Language": tongue})
    value = {"en-GB": "en", "EN": "en", "*": "none", "": "none"}.get(tongue, "other")
    assert asked_in(telling)[0].split()[2] == f"language={value}"


@pytest.mark.parametrize(("plan", "value"), [("pro", "pro"), ("Pro", "pro"), ("gold", "other"), (None, "none")])
def test_the_application_tells_one_of_few_values(telling: Flask, plan: str | None, value: str) -> None:
    telling.extensions["plan"] = plan
    publish(visit(telling))
    assert asked_in(telling)[0].split()[3] == f"plan={value}"
    telling.extensions["plan"] = None


def test_who_was_here_before_has_no_first_visit_now(telling: Flask, engine: Engine) -> None:
    with clock.at(clock.now() - DAY):
        ada = settle(telling)
    browser = visit(telling, "/?utm_source=newsletter")
    browser.get(f"/door/{ada}?way=code&proved")
    publish(browser)
    assert asked_in(telling) == ["language=de plan=none"]
    assert rows(telling, first_visit) == []


@pytest.mark.thorough
def test_a_later_visit_of_the_same_person_keeps_the_first_source(telling: Flask) -> None:
    publish(visit(telling, "/?utm_source=newsletter"))
    (row,) = prompts(telling)
    later = visit(telling, "/?utm_source=spring")
    later.get(f"/door/{row.subject_id}?way=code&proved")
    later.post("/letters", headers=PAGE)
    assert [it.split()[0] for it in asked_in(telling)] == ["source=newsletter"] * 2


def test_what_a_script_fetches_begins_no_visit(telling: Flask) -> None:
    browser = Browser(telling)
    browser.get("/?utm_source=newsletter", headers={"Accept": "*/*"})
    assert noted(browser) is None


# Where none are declared


def test_without_segments_nothing_is_noted_kept_or_asked_of_the_database(workshop: Flask) -> None:
    browser = Browser(workshop)
    with statements(workshop) as before:
        answer = browser.get("/?utm_source=newsletter", headers=PAGE)
    assert (before, answer.headers.getlist("Set-Cookie")) == ([], [])
    with statements(workshop) as sent:
        publish(browser)
    assert not [it for it in sent if "first_visit" in it]
    assert asked_in(workshop) == [""]
    found: Engine = workshop.extensions["asklater.engine"]
    assert FIRST_VISITS not in {table.key for table in found.registry.tables_in_use()}


# Who is not measured


@pytest.mark.parametrize(
    "headers", [{"Sec-GPC": "1"}, {"Sec-Purpose": "prefetch"}, {"User-Agent": "Googlebot/2.1"}], ids=str
)
def test_of_who_is_not_measured_nothing_is_noted(telling: Flask, headers: dict[str, str]) -> None:
    browser = visit(telling, "/?utm_source=newsletter", **headers)
    assert noted(browser) is None
    publish(browser, **headers)
    assert (prompts(telling), rows(telling, first_visit)) == ([], [])


def test_what_was_noted_goes_with_an_objection(telling: Flask, engine: Engine) -> None:
    browser = visit(telling, "/?utm_source=newsletter")
    publish(browser)
    (row,) = rows(telling, first_visit)
    browser.post("/privacy/measurement", {"on": "on"})
    assert noted(browser) is None
    assert (rows(telling, first_visit), prompts(telling)) == ([], [])
    publish(browser)
    with engine.database.unit_of_work():
        FirstVisits(engine.database).note(row.subject_id, row.at, "source=newsletter")
    assert rows(telling, first_visit) == []
    with engine.database.unit_of_work():
        rights.withdraw_objection(engine, row.subject_id)


def test_it_goes_with_its_time(telling: Flask, engine: Engine) -> None:
    publish(visit(telling, "/?utm_source=newsletter"))
    with clock.at(clock.now() + 300 * DAY), engine.database.unit_of_work():
        expire_records(engine)
    assert len(rows(telling, first_visit)) == 1
    with clock.at(clock.now() + 370 * DAY), engine.database.unit_of_work():
        expire_records(engine)
    assert rows(telling, first_visit) == []


def test_people_are_told_of_it_under_its_own_purpose(telling: Flask, engine: Engine) -> None:
    kept = {table.key: table for table in engine.registry.tables_in_use()}[FIRST_VISITS]
    assert (kept.purpose, kept.retention_text.split(",")[0]) == ("audience", "1 year")
    notice = Browser(telling).get("/privacy").text
    assert "Knowing whom the questions stop" in notice
    assert "where you came from" in notice


# Two who are one


def _with_visit(engine: Engine, days_ago: int, segments: str) -> int:
    """Somebody who came so many days ago."""
    with engine.database.unit_of_work(), clock.at(clock.now() - days_ago * DAY):
        number = record_arrival(engine.database)
        if segments:
            engine.first_visits.note(number, clock.now(), segments)
    return number


@pytest.mark.parametrize(
    ("visitor", "account", "left"),
    [
        ((1, "source=spring*"), (9, "source=newsletter"), ["source=newsletter"]),
        ((9, "source=spring*"), (1, "source=newsletter"), ["source=spring*"]),
        ((1, "source=spring*"), (9, ""), []),
        ((9, "source=spring*"), (1, ""), ["source=spring*"]),
        ((9, ""), (1, "source=newsletter"), ["source=newsletter"]),
    ],
)
def test_of_two_who_are_one_the_first_visit_is_the_earlier(
    telling: Flask, engine: Engine, visitor: tuple[int, str], account: tuple[int, str], left: list[str]
) -> None:
    one, other = _with_visit(engine, *visitor), _with_visit(engine, *account)
    with engine.database.unit_of_work():
        merge(engine, one, other)
    assert [(row.subject_id, row.segments) for row in rows(telling, first_visit)] == [(other, it) for it in left]


def test_another_visit_of_a_kept_cart_is_a_visit_of_its_own(telling: Flask, engine: Engine) -> None:
    with clock.at(clock.now() - DAY):
        browser = visit(telling, "/?utm_source=newsletter")
        publish(browser)
        browser.get("/drawer", headers=PAGE)
    close(browser)
    browser.get("/?utm_source=spring", headers=PAGE)
    assert noted(browser)[1].startswith("source=spring*")
    (kept,), (first,) = rows(telling, first_visit), prompts(telling)
    assert kept.subject_id == first.subject_id
    browser.post("/letters", headers=PAGE)
    assert prompts(telling)[1].subject_id != first.subject_id
    assert asked_in(telling)[1] == "language=de plan=none"

"""The live view: fresh asks as they happen, without a word that anybody typed."""

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from asklater import clock
from asklater.engine import Engine
from asklater.insights import live
from asklater.insights.live import coarse_time
from asklater.records.answers import Provenance
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW, VALUES
from tests.asklater.integration.insights.page_tables import tables
from tests.support.browsing import Browser


def test_it_shows_what_becomes_of_an_ask(pm: Browser, engine: Engine) -> None:
    person = _see(engine, NOW - timedelta(seconds=12))
    assert _states(pm) == ["Open"]
    with engine.database.unit_of_work():
        engine.episodes.saved(person, "email", "publish")
    assert _states(pm) == ["Completed within 1 min"]
    assert tables(pm.get("/insights/live").text)[0][1][1:3] == ["Email address", "Publish"]


def test_newest_come_first_and_mature_ones_not_at_all(pm: Browser, engine: Engine) -> None:
    window = engine.manifest.window
    for age in (window, window - timedelta(seconds=1), timedelta(hours=1)):
        _see(engine, NOW - age)
    rows = tables(pm.get("/insights/live").text)[0][1:]
    assert [row[0] for row in rows] == ["2026-06-30 11:00 UTC", "2026-06-29 12:00 UTC"]


def test_it_holds_no_value_no_address_and_no_number_of_the_database(
    pm: Browser, engine: Engine, people: Callable[..., None]
) -> None:
    people(30, days=1)
    with engine.database.unit_of_work():
        person = record_arrival(engine.database)
        engine.episodes.see(person, "publish", ["email"])
        engine.answers.give(person, "email", "eve@secret.example", Provenance("publish"))
    page = pm.get("/insights/live").text
    assert str(VALUES["email"]) not in page
    assert "secret" not in page.lower()
    assert not re.search(rf">\s*{person}\s*<", page)


def test_nothing_tells_which_asks_are_of_one_person_or_when_to_the_minute(pm: Browser, engine: Engine) -> None:
    for minute in (1, 8, 14):
        _see(engine, NOW - timedelta(hours=1) + timedelta(minutes=minute, seconds=7))
    one, another, third = tables(pm.get("/insights/live").text)[0][1:]
    assert one == another == third == ["2026-06-30 11:00 UTC", "Email address", "Publish", "Open", "1", "0"]
    cell = tables(pm.get("/insights/cells/email/publish").text)[-1][1:]
    assert cell == [["2026-06-30 11:00 UTC", "Open", "1", "0"]] * 3


@pytest.mark.parametrize(
    ("took", "told"),
    [
        (timedelta(0), timedelta(minutes=1)),
        (timedelta(seconds=60), timedelta(minutes=1)),
        (timedelta(seconds=61), timedelta(minutes=5)),
        (timedelta(minutes=59), timedelta(hours=1)),
        (timedelta(hours=2), timedelta(days=1)),
        (timedelta(days=2, seconds=1), timedelta(days=3)),
    ],
)
def test_how_long_it_took_is_told_in_steps(took: timedelta, told: timedelta) -> None:
    assert coarse_time(took) == told


def test_a_poll_without_news_changes_nothing(pm: Browser, engine: Engine) -> None:
    person = _see(engine, NOW)
    poll = _poll_url(pm.get("/insights/live").text)
    pm.htmx = True
    assert pm.get(poll).status_code == 204
    with engine.database.unit_of_work():
        engine.episodes.dismiss(person, "publish")
    changed = pm.get(poll)
    assert changed.status_code == 200
    assert "data-announce" not in changed.text
    assert "Dismissed" in changed.text


def test_a_poll_with_news_announces_how_much(pm: Browser, engine: Engine) -> None:
    _see(engine, NOW)
    poll = _poll_url(pm.get("/insights/live").text)
    _see(engine, NOW)
    _see(engine, NOW)
    pm.htmx = True
    answer = pm.get(poll).text
    assert 'data-announce="2 new asks."' in answer
    assert answer.lstrip().startswith('<div id="live"')


def test_paused_it_asks_no_more(pm: Browser) -> None:
    assert 'data-hx-trigger="every 3s"' in pm.get("/insights/live").text
    paused = pm.get("/insights/live?paused=1").text
    assert "every 3s" not in paused
    assert "Paused." in paused
    assert "Go on" in paused


def test_without_a_script_a_link_loads_it_again(pm: Browser) -> None:
    page = pm.get("/insights/live?people=real").text
    assert 'href="/insights/live?people=real">Reload</a>' in page


def test_the_filters_apply(pm: Browser, engine: Engine) -> None:
    _see(engine, NOW, "email")
    _see(engine, NOW, "picture")
    assert len(_states(pm, "?field=picture")) == 1
    assert len(_states(pm, "?context=publish")) == 2
    assert _states(pm, "?context=send_letter") == []
    assert _states(pm, "?people=simulated") == []
    wrong = pm.get("/insights/live?context=nowhere")
    assert wrong.status_code == 422
    assert "Context: choose one from the list." in wrong.text


def test_many_are_cut_to_the_newest_and_the_rest_is_counted(pm: Browser, engine: Engine) -> None:
    for _ in range(53):
        _see(engine, NOW)
    assert len(_states(pm)) == 50
    assert "53 asks of the last 1 day; the newest 50 are shown." in pm.get("/insights/live").text


def test_of_too_many_only_the_newest_are_looked_through(
    pm: Browser, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_LIMIT", 3)
    _see(engine, NOW - timedelta(hours=2), "picture")
    for hour in (1, 1, 0):
        _see(engine, NOW - timedelta(hours=hour))
    assert "Of the newest 3 asks of the last 1 day, 3 belong here; the newest 3 are shown." in _words(pm)
    assert "Of the newest 3 asks of the last 1 day, 0 belong here" in _words(pm, "?field=picture")
    monkeypatch.setattr(live, "LOOK_LIMIT", 4)
    assert "1 ask of the last 1 day." in _words(pm, "?field=picture")


def test_the_simulated_are_marked_one_by_one(pm: Browser, people: Callable[..., None]) -> None:
    people(20, days=1, simulated=True)
    page = pm.get("/insights/live").text
    rows = tables(page)[0][1:]
    assert rows
    assert all(row[1].endswith("simulated") for row in rows)
    assert "Simulated shoppers are in these figures" in page


def _see(engine: Engine, moment: datetime, field: str = "email") -> int:
    with engine.database.unit_of_work(), clock.at(moment):
        person = record_arrival(engine.database)
        engine.episodes.see(person, "publish", [field])
    return person


def _words(browser: Browser, query: str = "") -> str:
    return browser.get(f"/insights/live{query}").text


def _states(browser: Browser, query: str = "") -> list[str]:
    found = tables(browser.get(f"/insights/live{query}").text)
    return [row[3] for row in found[0][1:]] if found else []


def _poll_url(page: str) -> str:
    found = re.search(r'id="live"[^>]*data-hx-get="([^"]+)"', page)
    assert found is not None
    return html.unescape(found.group(1))

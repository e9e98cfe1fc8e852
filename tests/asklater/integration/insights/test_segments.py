"""Segments on the dashboard: as a filter of every page and file, and as slices of what is shown."""

import csv
import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.insights.rollup.aggregation import rollup_of
from asklater.records.exposure import Exposure
from asklater.records.people import record_arrival
from asklater.settings import Settings
from asklater.subjects.rights import forget_measurement
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import row_of, table_of
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import somebody
from tests.support.workshop import PEOPLED_WORKSHOP

PAGES = (
    "/insights",
    "/insights/fields/email",
    "/insights/contexts/publish",
    "/insights/cells/email/publish",
    "/insights/matrix",
    "/insights/fields",
    "/insights/contexts",
    "/insights/live",
)
ASKED = (("source=newsletter plan=pro", 20, 15), ("source=spring* plan=pro", 10, 5), ("source=none plan=none", 12, 6))
"""Segments, how many are asked, and how many of them give it."""


@pytest.fixture
def dashboard(settings: Settings, instance: Path) -> Iterator[Flask]:
    path = instance / "manifest.toml"
    both = [ROOT / "tests" / "support" / name for name in ("manifest.toml", "segments.toml")]
    path.write_text("\n".join(part.read_text("utf-8") for part in both), "utf-8")
    features = [*PEOPLED_WORKSHOP, "asklater.insights"]
    with lent(replace(settings, manifest=path), features) as app, clock.at(NOW):
        yield app


def ask(engine: Engine, segments: str, persons: int, gave: int, *, device: Any = "phone", days: int = 5) -> None:
    exposure = Exposure(device=device, segments=segments)
    with engine.database.unit_of_work(), clock.at(NOW - timedelta(days=days)):
        for place in range(persons):
            number = record_arrival(engine.database)
            engine.episodes.see(number, "publish", ["email"], exposure=exposure)
            if place < gave:
                engine.episodes.submit(number, "publish", ["email"])
                engine.episodes.saved(number, "email", "publish")


@pytest.fixture
def asked(engine: Engine) -> None:
    for segments, persons, gave in ASKED:
        ask(engine, segments, persons, gave)
    ask(engine, "", 20, 10)


def slices(pm: Browser, query: str = "") -> dict[tuple[str, str], list[str]]:
    text = pm.get(f"/insights/slices.csv?{query}").text
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    return {(row["by"], row["key"]): [row["persons"], row["completed"]] for row in rows}


@pytest.mark.thorough
@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("rolled", [False, True], ids=["fresh", "counted"])
def test_a_segment_narrows_and_slices(pm: Browser, engine: Engine, rolled: bool) -> None:
    if rolled:
        rollup_of(engine).run()
    for query, persons in {"": 62, "segment=source%3Dnewsletter": 20, "segment=plan%3Dpro": 30}.items():
        table = table_of(pm.get(f"/insights?{query}").text, "Asks per field and context")
        assert row_of(table, "Publish")[1:3] == [str(persons)] * 2, query
    told = {
        ("source", "newsletter"): ["20", "15"],
        ("source", "spring*"): ["10", "5"],
        ("source", "none"): ["12", "6"],
        ("plan", "pro"): ["30", "20"],
        ("plan", "none"): ["12", "6"],
    }
    for place in ("", "field=email", "context=publish", "field=email&context=publish"):
        found = slices(pm, place)
        assert {key: found[key] for key in found if key[0] in {"source", "plan"}} == told, place
    answer = pm.get("/insights/slices.json?segment=source%3Dnewsletter").json
    assert (answer["question"]["segment"], answer["rows"]) == ("source=newsletter", [])


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("path", PAGES[:4])
def test_pages_show_each_segment_and_lead_to_it(pm: Browser, engine: Engine, path: str) -> None:
    rollup_of(engine).run()
    text = pm.get(path).text
    table = table_of(text, "Asks: By segment: Source")
    assert [row[:3] for row in table[1:]] == [
        ["newsletter", "20", "20"],
        ["spring*", "10", "10"],
        ["None", "12", "12"],
    ]
    (link,) = re.findall(r'href="([^"]+)">spring\*</a>', text)
    narrowed = pm.get(html.unescape(link)).text
    assert "Segment: Source: spring*" in html.unescape(narrowed)
    assert "By segment: Source" not in narrowed


@pytest.mark.thorough
@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("path", PAGES)
def test_every_page_and_its_links_keep_the_segment(pm: Browser, path: str) -> None:
    answer = pm.get(f"{path}?segment=source%3Dnewsletter")
    assert answer.status_code == 200
    tabs = answer.text.split('aria-label="Insights"')[1].split("</nav>")[0]
    assert "segment=source%3Dnewsletter" in tabs
    assert '<option value="source=newsletter" selected>Source: newsletter' in answer.text


@pytest.mark.usefixtures("asked")
def test_a_link_to_figures_keeps_it(pm: Browser, stranger: Browser) -> None:
    given = {"segment": "source=newsletter", "name": "For Ada", "days": "7"}
    found = re.search(r"<code>http://localhost(\S+)</code>", pm.post("/insights/links", given).text)
    assert found
    page = stranger.get(found[1]).text
    assert row_of(table_of(page, "Asks per field and context"), "Publish")[1:3] == ["20", "20"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("segment=source%3Dmoon", "Segment: choose one from the list."),
        ("segment=email%3Dada", "Segment: choose one from the list."),
        ("segment=" + "x" * 10_000, "Segment: choose one from the list."),
        ("segment=source%3Dnone&device=phone", "Segment: choose a segment or a visitor, device or variant, not both."),
    ],
)
def test_what_is_not_counted_is_told_beside_its_input(pm: Browser, query: str, words: str) -> None:
    page = pm.get(f"/insights?{query}")
    assert page.status_code == 422
    assert page.text.count(words) == 2
    assert pm.get(f"/insights/episodes.json?{query}").status_code == 422


@pytest.mark.usefixtures("asked")
def test_the_live_view_and_what_is_fresh_are_narrowed(pm: Browser, engine: Engine) -> None:
    ask(engine, "source=newsletter", 3, 0, days=0)
    ask(engine, "source=newsletters", 4, 0, days=0)
    ask(engine, "source=none", 5, 0, days=0)
    assert "3 fresh asks" in pm.get("/insights?segment=source%3Dnewsletter").text
    live = pm.get("/insights/live?segment=source%3Dnewsletter").text
    assert live.count("<td>Publish</td>") == 3 or "3 fresh" in live


def test_few_are_hidden_with_as_many_as_it_takes(pm: Browser, engine: Engine) -> None:
    ask(engine, "source=newsletter", 20, 10)
    ask(engine, "source=spring*", 9, 3)
    ask(engine, "source=none", 15, 7)
    ask(engine, "", 30, 15)
    found = slices(pm)
    assert (found["source", "spring*"], found["source", "newsletter"]) == (["", ""], ["20", "10"])
    ask(engine, "source=other", 40, 20)
    assert slices(pm)["source", "other"] == ["40", "20"]


def test_where_few_were_asked_before_it_was_declared_they_are_not_given_away(pm: Browser, engine: Engine) -> None:
    for segments, persons in (("source=newsletter", 20), ("source=none", 15)):
        ask(engine, segments, persons, persons // 2)
    ask(engine, "", 7, 2)
    assert slices(pm)["source", "none"] == ["", ""]


def test_who_left_stays_counted_in_their_segment(pm: Browser, engine: Engine) -> None:
    ask(engine, "source=newsletter", 12, 6)
    ask(engine, "source=none", 12, 6)
    with engine.database.unit_of_work():
        forget_measurement(engine, engine.database.writing().exec_driver_sql(LEAVING).scalar_one())
    rollup_of(engine).run()
    assert slices(pm)["source", "newsletter"] == ["12", "6"]
    rollup_of(engine).rebuild()
    assert slices(pm)["source", "newsletter"] == ["12", "6"]


LEAVING = "SELECT min(subject_id) FROM asklater_prompt WHERE segments = 'source=newsletter'"


def test_a_dashboard_without_segments_offers_none(settings: Settings) -> None:
    with lent(settings, [*PEOPLED_WORKSHOP, "asklater.insights"]) as app, clock.at(NOW):
        page = somebody(app, "pm@x.example", "pm", factor=True).get("/insights").text
    assert 'name="segment"' not in page

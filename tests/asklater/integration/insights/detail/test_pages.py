"""The matrix and the pages behind it: what they say of people who came, and what they say where there is nothing."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.insights.figures import cell_tallies
from asklater.insights.labels import percent, whole_number
from asklater.insights.rollup.aggregation import rollup_of
from asklater.insights.suppression import protect
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.page_tables import tables
from tests.asklater.integration.insights.test_overview import board
from tests.support.browsing import Browser
from tests.support.records import statements

PAGES = (
    "/insights/matrix",
    "/insights/fields",
    "/insights/contexts",
    "/insights/fields/email",
    "/insights/contexts/publish",
    "/insights/cells/email/publish",
)


@pytest.mark.thorough
def test_every_page_stands_with_people_without_and_in_print(pm: Browser, people: Callable[..., None]) -> None:
    for url in PAGES:
        page = pm.get(url)
        assert page.status_code == 200, url
        assert "style=" not in page.text
        assert re.search("[Nn]ever|No ask (for|of|from) |Not asked", page.text), url
    people(200)
    for url in PAGES:
        page = pm.get(f"{url}?people=real")
        assert page.status_code == 200, url
        assert "%" in page.text
        links = re.findall(r'(?<!chip chip-set" )href="(/insights/(?:cells|fields|contexts)/[^"]+)"', page.text)
        assert links, url
        assert all("people=real" in link for link in links if "?" in link), url


def test_the_matrix_shows_what_was_counted(pm: Browser, engine: Engine, people: Callable[..., None]) -> None:
    people(60)
    [table] = tables(pm.get("/insights/matrix").text)
    heads = table[0]
    for it in cell_tallies(board(engine)):
        row = next(row for row in table if row[0] == engine.field(it.field).label)
        said = row[heads.index(engine.action(it.context).label)]
        if it.persons >= 5 and "too few" not in said:
            assert said.startswith(percent(it.completed / it.episodes))
            assert f"{whole_number(it.episodes)} asks, {whole_number(it.persons)} people" in said


@pytest.mark.thorough
def test_the_outcomes_of_a_cell_add_up_to_its_asks(pm: Browser, engine: Engine, people: Callable[..., None]) -> None:
    people(80)
    told = protect(board(engine))
    assert 0 < len(told.suppressed) < len(told.tallies)
    for it in cell_tallies(board(engine)):
        page = pm.get(f"/insights/cells/{it.field}/{it.context}").text
        if (it.field, it.context) in told.suppressed:
            assert "ewer than five people" in page
            assert "stat-figure" not in page
        else:
            shown = next(table for table in tables(page) if table[0][0] == "Outcome")
            assert [row[1] for row in shown[1:]] == [
                whole_number(n) for n in (it.completed, it.dismissed, it.superseded, it.abandoned)
            ]


@pytest.mark.parametrize(
    "url", ["/insights/fields/none", "/insights/contexts/none", "/insights/cells/email/none", "/insights/cells/x/y"]
)
def test_what_was_never_asked_is_a_page_with_a_way_back(pm: Browser, url: str) -> None:
    page = pm.get(url)
    assert page.status_code == 404
    assert 'href="/insights/matrix"' in page.text


def test_what_is_no_longer_declared_still_has_its_page(pm: Browser, engine: Engine) -> None:
    with engine.database.unit_of_work():
        engine.episodes.see(record_arrival(engine.database), "publish", ["nickname"])
    page = pm.get("/insights/fields/nickname")
    assert page.status_code == 200
    assert "nickname (no longer declared)" in page.text
    assert pm.get("/insights/cells/nickname/publish").status_code == 200


def test_bad_filters_are_told_and_lose_nothing(pm: Browser) -> None:
    for url in PAGES:
        page = pm.get(f"{url}?from=2026-13-01&to=2099-01-01&people=aliens")
        assert page.status_code == 422, url
        assert 'value="2026-13-01"' in page.text


@pytest.mark.thorough
def test_where_to_ask_says_that_nothing_is_proved(pm: Browser, people: Callable[..., None]) -> None:
    people(200)
    page = pm.get("/insights/fields/display_name").text
    assert "Where should I ask this?" in page
    assert "Correlation only." in page
    assert "run one before you move the field" in page


@pytest.mark.thorough
def test_where_no_experiments_are_drafted_there_is_no_button(
    dashboard: Flask, pm: Browser, people: Callable[..., None]
) -> None:
    people(80)
    dashboard.view_functions.pop("experiments.draft", None)
    assert "Draft the experiment" not in pm.get("/insights/fields/display_name").text


@pytest.mark.thorough
def test_where_experiments_are_drafted_the_button_leads_there(pm: Browser, people: Callable[..., None]) -> None:
    people(80)
    drafted = re.search(r'href="([^"]+)">Draft the experiment', pm.get("/insights/fields/display_name").text)
    assert drafted is not None
    url = html.unescape(drafted[1])
    assert "field=display_name&context=" in url
    assert pm.get(url).status_code == 200


@pytest.mark.thorough
def test_the_overview_leads_to_what_its_rows_are_made_of(pm: Browser, people: Callable[..., None]) -> None:
    people(60)
    page = pm.get("/insights?people=real&context=publish").text
    assert 'href="/insights/cells/email/publish?from=2026-06-01&amp;to=2026-06-30&amp;people=real"' in page


@pytest.mark.thorough
def test_a_page_costs_the_same_number_of_statements_whatever_was_counted(
    pm: Browser, engine: Engine, people: Callable[..., None]
) -> None:
    people(200)
    rollup_of(engine).run()
    few = {url: _statements(pm, url) for url in PAGES}
    people(150, seed=3)
    rollup_of(engine).run()
    assert {url: _statements(pm, url) for url in PAGES} == few


def _statements(pm: Browser, url: str) -> int:
    with statements(pm.app) as made:
        assert pm.get(url).status_code == 200
    return len(made)

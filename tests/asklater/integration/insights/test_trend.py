"""The trend says of each span of time what its own page says, and hides what a total would tell."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.insights.rollup.aggregation import rollup_of
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import tables
from tests.support.browsing import Browser

URLS = ("/insights", "/insights/fields/email", "/insights/contexts/publish", "/insights/cells/email/publish")


@pytest.mark.thorough
def test_each_span_is_told_as_its_own_page_tells_it(pm: Browser, engine: Engine, people: Callable[..., None]) -> None:
    people(200, days=70)
    rollup_of(engine).run()
    told = 0
    for url in URLS:
        page = pm.get(f"{url}?from=2026-04-20&people=real").text
        [unit] = re.findall("Completion rate by (week|month)</h2>", page)
        rows = _rows(page)
        if not rows:
            assert "Too few people were asked at any one time" in page
            continue
        assert '<svg role="img"' in page.split('id="trend"')[1]
        assert len(rows) in ({10, 11} if unit == "week" else {3})
        links = re.findall(r'<a href="([^"]+)">[^<]+ to [^<]+</a>', page.split('id="trend-table"')[1])
        shown = [place for place, row in enumerate(rows) if row[1] != "Too few people: not shown."]
        assert shown
        for place in shown[:2]:
            own = pm.get(html.unescape(links[place])).text
            if "stat-figure" in own:  # else its own table hides it, lest a total tell another cell
                assert f'<p class="stat-figure">{rows[place][2]}</p>' in own, url
                told += 1
    assert told >= 2


def test_the_spans_add_up_to_the_whole_where_nothing_is_hidden(pm: Browser, engine: Engine) -> None:
    _ask_on(engine, {3: 7, 4: 9, 8: 12})
    page = pm.get("/insights/contexts/publish").text
    assert [row[1] for row in _rows(page)] == ["7", "9", "12"]
    assert '<p class="stat-figure">28</p>' in page


def test_a_day_of_few_takes_the_next_smallest_with_it(pm: Browser, engine: Engine) -> None:
    _ask_on(engine, {3: 7, 4: 3, 8: 12, 9: 11, 10: 14})
    page = pm.get("/insights/contexts/publish").text
    assert [row[1] for row in _rows(page)] == ["Too few people: not shown."] * 2 + ["12", "11", "14"]
    drawn = page.split('id="trend"')[1]
    marks = drawn.split('class="trend-point" d="')
    assert len(marks) == 2
    assert marks[1].split('"')[0].count("M") == 3
    assert "A gap is a day with nobody asked" in drawn


def test_the_drawing_has_a_title_a_description_and_no_inline_style(
    dashboard: Flask, pm: Browser, engine: Engine
) -> None:
    _ask_on(engine, {3: 7, 4: 9})
    drawn = pm.get("/insights").text.split('id="trend"')[1].split("</section>")[0]
    assert re.search(r"<title>Completion rate by day</title>\s*<desc>By the day of the first time shown", drawn)
    assert "style=" not in drawn


def test_it_ends_with_the_last_day_that_is_wholly_old_enough(pm: Browser, engine: Engine) -> None:
    _ask_on(engine, {1.2: 9, 2: 8, 3: 7})
    drawn = pm.get("/insights").text.split('id="trend"')[1].split("</section>")[0]
    assert "It ends with Jun 28, 2026, the last day whose asks are all older than 1 day." in drawn
    assert [row[1] for row in _rows(drawn)] == ["8", "7"], "the ninth of yesterday are in the rate alone"
    assert "It ends with" not in pm.get("/insights?to=2026-06-28").text


def test_what_comes_after_its_end_hides_a_day_where_it_is_of_few(pm: Browser, engine: Engine) -> None:
    """Else the whole less the days told would tell it."""
    _ask_on(engine, {1.2: 3, 2: 8, 3: 7, 4: 9})
    page = pm.get("/insights/contexts/publish").text
    assert '<p class="stat-figure">27</p>' in page
    assert [row[1] for row in _rows(page)] == ["8", "Too few people: not shown.", "9"]


def test_nothing_is_drawn_of_days_that_are_all_too_young(pm: Browser, engine: Engine) -> None:
    _ask_on(engine, {1.2: 9})
    assert "No day of this range is over for 1 day yet" in pm.get("/insights?from=2026-06-29").text


def test_dates_stand_below_it_and_each_value_can_be_pointed_at(pm: Browser, engine: Engine) -> None:
    _ask_on(engine, {3: 7, 4: 9})
    drawn = pm.get("/insights?from=2026-06-24&to=2026-06-28").text.split('id="trend"')[1].split("</section>")[0]
    days = drawn.split("trend-days")[1].split("</svg>")[0]
    assert re.findall(r">([^<]+)</text>", days) == ["Jun 24", "Jun 25", "Jun 26", "Jun 27", "Jun 28"]
    values = re.findall(r'data-value="([^"]+)"', drawn)
    assert len(values) == 5
    assert values[0] == "Jun 24, 2026: nobody asked, or too few people to be shown"
    assert values[3] == "Jun 27, 2026: 0.0%, between 0.0% and 35.4%, 7 asks"
    assert 'role="slider" aria-label="Completion rate by day" aria-valuemin="1" aria-valuemax="5"' in drawn


def _ask_on(engine: Engine, persons: dict[float, int]) -> None:
    """So many persons are asked so many days before NOW."""
    for days, count in persons.items():
        with engine.database.unit_of_work(), clock.at(NOW - days * engine.manifest.window):
            for _ in range(count):
                engine.episodes.see(record_arrival(engine.database), "publish", ["email"])


def _rows(page: str) -> list[list[str]]:
    return next(table[1:] for table in tables(page) if table[0][0] == "Days")

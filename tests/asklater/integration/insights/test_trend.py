"""The trend says of each span of time what its own page says, and hides what a total would tell."""

import html
import re
from collections.abc import Callable

from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.insights.rollup.aggregation import rollup_of
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import tables
from tests.support.browsing import Browser

URLS = ("/insights", "/insights/fields/email", "/insights/contexts/publish", "/insights/cells/email/publish")


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


def _ask_on(engine: Engine, persons: dict[int, int]) -> None:
    """So many persons are asked so many days before NOW."""
    for days, count in persons.items():
        with engine.database.unit_of_work(), clock.at(NOW - days * engine.manifest.window):
            for _ in range(count):
                engine.episodes.see(record_arrival(engine.database), "publish", ["email"])


def _rows(page: str) -> list[list[str]]:
    return next(table[1:] for table in tables(page) if table[0][0] == "Days")

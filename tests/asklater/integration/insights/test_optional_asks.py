"""Optional asks stand apart: no page or file adds them up with what actions wait for; each tells what was skipped."""

import csv
import html
import re
from datetime import timedelta
from io import StringIO

import pytest

from asklater import clock
from asklater.engine import Engine
from asklater.insights.rollup.aggregation import rollup_of
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import ALL_COLUMNS, row_of, table_of, tables
from tests.support.browsing import Browser

REQUIRED, OPTIONAL = "Asks per field and context", "Asks per optional field and context"
ASKED, GAVE, SKIPPED = 12, 7, 5


@pytest.fixture
def publishing(engine: Engine) -> None:
    """Twelve people published: all gave their name, seven a picture, and five skipped that."""
    opened = NOW - timedelta(days=3)
    with engine.database.unit_of_work():
        for place in range(ASKED):
            with clock.at(opened):
                person = record_arrival(engine.database)
                engine.episodes.see(person, "publish", ["display_name", "picture"], optional=["picture"])
            with clock.at(opened + timedelta(seconds=20)):
                engine.episodes.submit(person, "publish", ["display_name", "picture"])
                engine.episodes.saved(person, "display_name", "publish")
                if place < GAVE:
                    engine.episodes.saved(person, "picture", "publish")
                else:
                    engine.episodes.skip(person, "publish", ["picture"])
                engine.episodes.complete_action(person, "publish")


@pytest.fixture(params=[False, True], ids=["not counted yet", "counted"], autouse=True)
def _counted(publishing: None, engine: Engine, request: pytest.FixtureRequest) -> None:
    if request.param:
        rollup_of(engine).run()


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def sheet(pm: Browser, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(pm.get(address).text.lstrip("\ufeff"))))


def test_the_overview_shows_both_side_by_side(pm: Browser) -> None:
    page = pm.get(f"/insights?{ALL_COLUMNS}").text
    required, optional = table_of(page, REQUIRED), table_of(page, OPTIONAL)
    assert [row[0] for row in required[1:]] == ["Display name"]
    assert row_of(required, "Publish")[1:3] == ["12", "12"]
    assert "Skipped" not in " ".join(required[0])
    assert "Skipped" in " ".join(optional[0])
    cells = row_of(optional, "Publish", after="Picture")
    assert cells[1:3] == ["12", "12"]
    assert cells[4:9] == ["7", "0", "0", "5", "0"]
    assert "100.0%" in words(page)  # the completion rate of what was required


@pytest.mark.thorough
def test_a_filter_lets_every_page_be_about_optional_fields(pm: Browser) -> None:
    for address in ("/insights", "/insights/matrix", "/insights/fields", "/insights/contexts"):
        assert "58.3%" in words(pm.get(f"{address}?asks=optional").text), address
    overview = pm.get("/insights?asks=optional").text
    assert OPTIONAL in overview
    assert REQUIRED not in overview
    for address in ("/insights/fields/picture", "/insights/contexts/publish", "/insights/cells/picture/publish"):
        page = words(pm.get(f"{address}?asks=optional").text)
        assert "These are asks for optional fields, which nothing waits for." in page, address
        assert re.search(r"Skipped 5 41\.7%", page), address
        other = words(pm.get(address).text)
        assert "Skipped 5" not in other
    assert "Nothing to show here" in pm.get("/insights/fields/picture").text
    assert "Completed 58.3%" in words(pm.get("/insights/cells/picture/publish?asks=optional").text)


def test_files_are_of_the_one_or_the_other_and_the_outcomes_add_up(pm: Browser) -> None:
    for asks, field, completed, skipped in (("", "display_name", 12, 0), ("optional", "picture", 7, 5)):
        [row] = sheet(pm, f"/insights/episodes.csv?asks={asks}")
        assert (row["field"], row["asks"], row["completed"], row["skipped"]) == (
            field,
            "12",
            str(completed),
            str(skipped),
        )
        ends = ("completed", "dismissed", "superseded", "skipped", "abandoned")
        assert sum(int(row[end]) for end in ends) == int(row["asks"])
    told = {row["outcome"]: row["asks"] for row in sheet(pm, "/insights/outcomes.csv?asks=optional")}
    assert told == {"completed": "7", "dismissed": "0", "superseded": "0", "skipped": "5", "abandoned": "0"}


def test_the_funnel_does_not_wait_for_what_is_optional(pm: Browser) -> None:
    steps = [row["prompts"] for row in sheet(pm, "/insights/funnel.csv?context=publish")]
    assert steps == ["12", "12", "12", "12"]
    assert sheet(pm, "/insights/funnel.csv?context=publish&asks=optional") == []


def test_the_live_view_marks_them(pm: Browser, engine: Engine) -> None:
    with engine.database.unit_of_work(), clock.at(NOW - timedelta(seconds=9)):
        person = record_arrival(engine.database)
        engine.episodes.see(person, "publish", ["display_name", "picture"], optional=["picture"])
    with engine.database.unit_of_work():
        engine.episodes.skip(person, "publish", ["picture"])
    fresh = {row[1]: row[3] for row in tables(pm.get("/insights/live").text)[0][1:]}
    assert fresh == {"Display name": "Open", "Picture optional": "Skipped within 1 min"}


def test_an_unknown_sort_of_asks_is_told_beside_its_input(pm: Browser) -> None:
    page = pm.get("/insights?asks=both")
    assert page.status_code == 422
    assert "Asks: choose one from the list." in page.text

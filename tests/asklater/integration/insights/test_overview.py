"""The overview: what it says of people who came, whom it leaves out, and what it costs to draw."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.engine import Engine
from asklater.insights import pending
from asklater.insights.coverage import KEPT_FROM_ACCOUNTS, count_coverage, coverage, read_coverage
from asklater.insights.definitions import definitions
from asklater.insights.figures import TallyTable, cell_tallies, tally_table
from asklater.insights.labels import percent, whole_number
from asklater.insights.pending import count_pending
from asklater.insights.query import default_query
from asklater.insights.rollup import backlog, reader
from asklater.insights.rollup.aggregation import rollup_of
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.suppression import protect
from asklater.records.exposure import Exposure
from asklater.records.people import record_arrival
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import ALL_COLUMNS, row_of, table_of, tables
from tests.support.browsing import Browser
from tests.support.records import statements

HEADLINE = ("completion_rate", "person_rate", "action_rate", "median", "rejection_rate", "episodes")
TERMS = {
    "episodes": ("one person being asked for one field in one context", "old enough to be judged"),
    "completed": ("saved by a submission of this very prompt", "1 day"),
    "dismissed": ("cancelled", "not now"),
    "superseded": ("saved another way", "open"),
    "skipped": ("optional", "left it empty", "not asked again"),
    "abandoned": ("None of the others", "1 day"),
    "persons": ("counted once",),
    "completion_rate": ("Completed asks as a share of all asks", "counts for less"),
    "person_rate": ("People with at least one completed ask, as a share of all people", "Wilson"),
    "action_rate": ("Prompts after which the action was completed, as a share of all prompts of actions",),
    "answer_rate": ("Background prompts after which nothing was missing",),
    "median": ("Half of the completed asks", "first view"),
    "p90": ("Nine in ten completed asks",),
    "rejection_rate": ("at least one error", "submitted at least once"),
    "impressions": ("after an error is not counted",),
    "impression_yield": ("Completed asks per view", "no interval", "not independent"),
    "unable": ("only explain",),
    "fresh": ("even when completed", "less than 1 day"),
    "funnel": ("submitted at least once", "within 1 day"),
    "quality": ("gave the field at least a week ago", "Changed or removed within a week", "Given, never verified"),
    "horizons": ("at least 7, 30 or 90 days ago", "wherever they did", "Younger accounts are left out"),
    "rejections": ("by reason", "completed afterwards"),
    "origins": ("while they did not hold it", "An answer that is changed is no save"),
    "steps": ("Of the people who saw a step", "within 1 percent"),
    "coverage": ("Accounts that hold the field now, in all accounts",),
    "suppression": ("fewer than five did not", "Two can", "one more filter"),
}


@pytest.mark.thorough
def test_the_table_shows_what_was_counted(pm: Browser, engine: Engine, people: Callable[..., None]) -> None:
    people(80)
    table = table_of(pm.get(f"/insights?{ALL_COLUMNS}").text, "Asks per field and context")
    told, shown = protect(board(engine)), 0
    for tally in cell_tallies(board(engine)):
        field, action = engine.field(tally.field).label, engine.action(tally.context).label
        row = row_of(table, action, after=field)
        if (tally.field, tally.context) not in told.suppressed:
            assert row[1:3] == [whole_number(tally.persons), whole_number(tally.episodes)]
            assert row[3].startswith(percent(tally.completed / tally.episodes))
            assert row[4:8] == [
                whole_number(n) for n in (tally.completed, tally.dismissed, tally.superseded, tally.abandoned)
            ]
            assert row[9].endswith(f"{tally.rejected} of {tally.submitted}")
            assert row[10].startswith(whole_number(tally.impressions))
            assert row[11] == whole_number(tally.unable)
            shown += 1
    assert shown >= 3


@pytest.mark.thorough
def test_every_interval_is_drawn_and_said_in_figures(pm: Browser, people: Callable[..., None]) -> None:
    people(120)
    page = pm.get("/insights").text
    charts = re.findall(r"<desc>([0-9.]+%), interval from ([0-9.]+%) to ([0-9.]+%)</desc>", page)
    assert len(charts) >= 8
    for rate, low, high in charts:
        assert f"<b>{rate}</b>" in page
        assert f"{low}–{high}" in page


@pytest.mark.thorough
def test_fresh_asks_are_left_out_and_their_number_is_shown(
    pm: Browser, engine: Engine, people: Callable[..., None]
) -> None:
    people(40, days=20)
    before = _asks(pm)
    with engine.database.unit_of_work():
        for _ in range(3):
            person = record_arrival(engine.database)
            engine.episodes.see(person, "publish", ["email"])
            engine.episodes.saved(person, "email", "publish")
    counted = count_pending(engine.database, engine.manifest.window, default_query(NOW))
    assert counted >= 3
    assert f"{counted} fresh asks are left out" in pm.get("/insights").text
    assert _asks(pm) == before


def test_cells_of_fewer_than_five_persons_show_no_figure(pm: Browser, engine: Engine) -> None:
    _ask_of(engine, 4, "publish", "email")
    _ask_of(engine, 5, "send_letter", "email")
    _ask_of(engine, 9, "sign_up", "email")
    page = pm.get("/insights").text
    rows = table_of(page, "Asks per field and context")
    assert row_of(rows, "Publish") == ["Publish", "Too few people: not shown."]
    assert row_of(rows, "Send a letter")[1] == "Too few people: not shown.", "else 18 less 5 less 9 would tell"
    assert rows[1][2:4] == ["9", "9"]
    assert 'class="stat-figure"' in page
    alone = pm.get("/insights?context=publish").text
    assert "Fewer than five people were asked" in alone
    assert 'class="stat-figure"' not in alone


def test_simulated_shoppers_are_announced_with_a_way_to_leave_them_out(
    pm: Browser, people: Callable[..., None]
) -> None:
    people(10)
    assert "Simulated shoppers are in these figures" not in pm.get("/insights").text
    people(10, seed=2, simulated=True)
    page = pm.get("/insights").text
    assert "Simulated shoppers are in these figures" in page
    assert "people=real" in page
    assert "Simulated shoppers are in these figures" not in pm.get("/insights?people=real").text


def test_background_prompts_have_a_rate_of_their_own(pm: Browser, engine: Engine) -> None:
    """Six of twelve actions ran; of twenty background prompts, which no action waits for, eight were answered."""
    with engine.database.unit_of_work(), clock.at(NOW - timedelta(days=3)):
        for place in range(12):
            person = record_arrival(engine.database)
            engine.episodes.see(person, "publish", ["email"])
            if place < 6:
                engine.episodes.saved(person, "email", "publish")
                engine.episodes.complete_action(person, "publish")
        for place in range(20):
            person = record_arrival(engine.database)
            engine.episodes.see(person, "desk", ["picture"], exposure=Exposure("background"))
            if place < 8:
                engine.episodes.saved(person, "picture", "desk")
    page = pm.get("/insights").text
    figures = dict(re.findall(r'stat-label">([^<]+)</summary>.*?stat-figure">([^<]+)<', page, re.DOTALL))
    assert (figures["Action rate"], figures["Answer rate"]) == ("50.0%", "40.0%")
    assert "Answer rate: 40.0%, between" in pm.get("/insights/contexts/desk").text
    assert "Action rate: " not in pm.get("/insights/contexts/desk").text
    assert "Action rate: 50.0%, between" in pm.get("/insights/contexts/publish").text


@pytest.mark.thorough
def test_the_funnel_and_the_coverage_have_figures_beside_their_charts(
    pm: Browser, engine: Engine, people: Callable[..., None]
) -> None:
    people(50)
    count = board(engine)["", "publish"]
    page = pm.get("/insights").text
    funnel, covered = table_of(page, "Show as a table"), table_of(page, "Accounts that hold each field")
    steps = (count.prompts, count.prompts_submitted, count.prompts_given, count.actions)
    assert [row[1] for row in funnel[1:]] == [whole_number(step) for step in steps]
    assert count.prompts > count.prompts_submitted > count.actions > 0
    found = read_coverage(engine.database, engine.registry.uncounted, "all")
    assert found.held["email"] == found.accounts
    assert [row[2:] for row in covered[1:]] == [
        [percent(found.held.get(field, 0) / found.accounts), whole_number(found.held.get(field, 0))]
        for field in engine.manifest.fields
    ]


@pytest.mark.thorough
def test_the_coverage_of_many_accounts_is_as_the_worker_last_counted(
    pm: Browser, engine: Engine, people: Callable[..., None]
) -> None:
    people(20)
    with engine.database.unit_of_work():
        count_coverage(engine.database, engine.registry.uncounted)
    people(20, seed=2)
    fields = {"field": "", "simulated": False}
    now = read_coverage(engine.database, engine.registry.uncounted, "all").accounts
    with engine.database.unit_of_work():
        many = update(coverage).where(coverage.c.field == fields["field"]).values(accounts=KEPT_FROM_ACCOUNTS)
        engine.database.writing().execute(many)
    assert 5 < now < KEPT_FROM_ACCOUNTS
    assert read_coverage(engine.database, engine.registry.uncounted, "all").accounts == KEPT_FROM_ACCOUNTS
    assert "2,000 accounts, as of 12:00 UTC" in pm.get("/insights").text


@pytest.mark.thorough
def test_a_worker_that_stopped_is_told_of_and_the_figures_are_the_same(
    pm: Browser, engine: Engine, people: Callable[..., None]
) -> None:
    people(40)
    uncounted = pm.get("/insights").text
    assert "The worker has not counted anything yet" in uncounted
    rollup_of(engine).run()
    counted = pm.get("/insights").text
    assert "The worker" not in counted
    assert tables(counted) == tables(uncounted)
    people(40, seed=9)
    late = pm.get("/insights").text
    assert "behind. What it has not counted yet is in these figures" in late
    rollup_of(engine).rebuild()
    assert tables(pm.get("/insights").text) == tables(late)


@pytest.mark.thorough
def test_a_history_that_is_too_large_to_count_at_reading_is_waited_for(
    pm: Browser, engine: Engine, people: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page reads does not grow with it, and it says what the figures lack."""
    people(160)
    rollup_of(engine).run()
    counted = tables(pm.get("/insights").text)[:3]
    monkeypatch.setattr(reader, "MOST_AT_READING", 5)
    people(40, seed=9)
    monkeypatch.setattr(reader, "extract", None)  # nothing is worked out
    for page in ("/insights", "/insights/matrix", "/insights/fields"):
        late = pm.get(page).text
        assert re.search(r"\d+ asks are still being counted. These figures are as of .* ago", late)
    assert tables(pm.get("/insights").text)[:3] == counted
    assert pm.get("/insights/episodes.csv").status_code == 200
    monkeypatch.setattr(backlog, "COUNTED_UP_TO", 3)
    monkeypatch.setattr(pending, "COUNTED_UP_TO", 3)
    assert "More than 3 asks are still being counted" in pm.get("/insights").text
    rollup_of(engine).run()
    assert "still being counted" not in pm.get("/insights").text


def test_an_empty_house_says_so(pm: Browser) -> None:
    page = pm.get("/insights").text
    assert "No data yet" in page
    assert "Too few people were asked in these days" in page


@pytest.mark.parametrize("key", sorted(TERMS))
def test_every_figure_is_defined_in_the_words_of_the_metrics(dashboard: Flask, engine: Engine, key: str) -> None:
    with dashboard.app_context():
        text = definitions(engine.manifest.window)[key].text
    assert all(term in text for term in TERMS[key])


@pytest.mark.thorough
def test_every_figure_of_the_page_leads_to_its_definition(
    dashboard: Flask, pm: Browser, engine: Engine, people: Callable[..., None]
) -> None:
    people(50)
    page = html.unescape(pm.get("/insights").text)
    with dashboard.app_context():
        defined = definitions(engine.manifest.window)
    assert defined.keys() == TERMS.keys()
    for key, definition in defined.items():
        assert f'<div id="define-{key}"><dt>{definition.label}</dt><dd>{definition.text}</dd></div>' in page
    assert set(re.findall(r'href="#define-([a-z0-9_]+)"', page)) <= defined.keys()
    columns = re.findall(
        r'<th scope="col" class="cell-[a-z]+">(.*?)</th>', page.split('id="episodes"')[1].split("<thead>")[1]
    )
    assert columns
    assert all("#define-" in column for column in columns)
    for key in HEADLINE:
        assert f'<summary class="stat-label">{defined[key].label}</summary><p>{defined[key].text}</p>' in page


@pytest.mark.thorough
def test_the_statements_of_the_page_do_not_depend_on_how_much_there_is(
    pm: Browser, people: Callable[..., None]
) -> None:
    people(5)
    few = _statements_of(pm, "/insights")
    people(40, seed=3)
    assert _statements_of(pm, "/insights") == few == 23
    assert _statements_of(pm, "/insights/episodes.csv") == 7
    assert _statements_of(pm, "/insights/live") == 5


def board(engine: Engine) -> TallyTable:
    with engine.database.snapshot():
        return tally_table(
            TotalsReader(engine.database, engine.manifest.window, engine.registry.uncounted, NOW).sums(
                default_query(NOW)
            )
        )


def _statements_of(browser: Browser, url: str) -> int:
    with statements(browser.app) as sent:
        assert browser.get(url).status_code == 200
    return len([statement for statement in sent if not statement.startswith("SET LOCAL")])  # asks for nothing


def _asks(browser: Browser) -> list[list[str]]:
    return tables(browser.get("/insights").text)[0]


def _ask_of(engine: Engine, persons: int, action: str, field: str) -> None:
    with engine.database.unit_of_work(), clock.at(NOW - 3 * engine.manifest.window):
        for _ in range(persons):
            engine.episodes.see(record_arrival(engine.database), action, [field])


def test_it_tells_how_many_asks_nobody_looked_at(pm: Browser, engine: Engine) -> None:
    counted = engine.episodes.left_out
    assert "nobody looked at" not in pm.get("/insights").text
    with engine.database.unit_of_work():
        for _ in range(3):
            counted.count("crawler")
        counted.count("head")
    with engine.database.unit_of_work(), clock.at(clock.now() - timedelta(days=400)):
        counted.count("prefetch")
    page = pm.get("/insights").text
    assert "4 asks are in no figure, since nobody looked at them." in page
    assert "Crawlers and previews of links: 3, fetched ahead by a browser: 0, only the headers asked for: 1." in page

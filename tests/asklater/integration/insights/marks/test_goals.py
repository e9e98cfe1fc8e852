"""Goals: met, missed or not yet told by the data; on their page, on the overview and in the chart."""

import html
from datetime import date

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.insights.figures import share
from asklater.insights.goals.goals import GoalDraft, set_goal, verdict_of
from asklater.insights.goals.tables import rate_goal
from tests.asklater.integration.insights.marks.asked import ask_daily
from tests.asklater.integration.insights.page_tables import table_of
from tests.support.browsing import Browser
from tests.support.records import rows

PAGE = "/insights/goals"
GOOD = {"field": "email", "context": "publish", "rate": "60", "due": "2026-06-20", "owner": "Checkout team"}


def want(engine: Engine, rate: float, due: date, context: str = "publish") -> None:
    with engine.database.unit_of_work():
        set_goal(engine.database, GoalDraft("email", context, rate, due, "Checkout team"))


@pytest.mark.parametrize(
    ("wanted", "part", "is_over", "verdict"),
    [
        (0.6, 700, False, "met"),
        (0.6, 700, True, "met"),
        (0.6, 500, True, "missed"),
        (0.6, 500, False, "below"),
        (0.6, 610, True, "untold"),
        (0.6, 590, False, "untold"),
    ],
)
def test_the_interval_says_whether_it_is_met(wanted: float, part: int, is_over: bool, verdict: str) -> None:
    assert verdict_of(wanted, share(part, 1000), is_over=is_over) == verdict
    assert verdict_of(wanted, None, is_over=is_over) == "untold"


@pytest.mark.thorough
def test_the_overview_says_which_are_met_missed_or_not_told(pm: Browser, engine: Engine) -> None:
    ask_daily(engine, date(2026, 5, 20), 35, 0.7)
    ask_daily(engine, date(2026, 5, 20), 35, 0.5, action="send_letter")
    assert 'id="goals"' not in pm.get("/insights").text
    want(engine, 0.6, date(2026, 12, 31))
    want(engine, 0.6, date(2026, 6, 20), "send_letter")
    want(engine, 0.6, date(2026, 12, 31), "send_letter")
    want(engine, 0.5, date(2026, 6, 20), "send_letter")
    page = html.unescape(pm.get("/insights").text)
    assert "1 met, 1 missed, 1 below so far, 1 not yet told by the data." in page
    told = {(row[1], row[2], row[3]): row[6] for row in table_of(page, "Goals beside what was measured")[1:]}
    assert told["Publish", "60.0%", "Dec 31, 2026"].startswith("Goal met")
    assert told["Send a letter", "60.0%", "Jun 20, 2026"] == "Goal missed May 24, 2026 to Jun 20, 2026"
    assert told["Send a letter", "60.0%", "Dec 31, 2026"] == "Below the goal so far Jun 1, 2026 to Jun 28, 2026"


@pytest.mark.thorough
def test_it_is_drawn_into_the_charts_of_its_cell(pm: Browser, engine: Engine) -> None:
    ask_daily(engine, date(2026, 6, 1), 25, 0.7)
    want(engine, 0.6, date(2026, 6, 1))
    want(engine, 0.65, date(2026, 12, 31))
    page = html.unescape(pm.get("/insights/cells/email/publish").text)
    assert '<path class="trend-goal" d="M0 35.00H100"/>' in page
    assert "The dashed line is the goal: 65.0% by Dec 31, 2026 (Checkout team)." in page
    assert "trend-goal" not in pm.get("/insights").text, "a total has no goal"
    assert "trend-goal" not in pm.get("/insights/cells/email/send_letter").text


def test_what_tells_of_too_few_is_hidden_and_not_judged(pm: Browser, engine: Engine) -> None:
    ask_daily(engine, date(2026, 6, 10), 1, 0.5, persons=4)
    want(engine, 0.6, date(2026, 6, 20))
    row = table_of(pm.get(PAGE).text, "Goals beside what was measured")[1]
    assert "Too few people: not shown." in row
    (line,) = pm.get(f"{PAGE}/goals.json").json["rows"]  # type: ignore[index]
    assert (line["rate"], line["low"], line["high"], line["verdict"]) == (None, None, None, "untold")


def test_a_goal_is_set_changed_removed_and_put_back(dashboard: Flask, pm: Browser) -> None:
    assert "No goal is set yet." in pm.get(PAGE).text
    assert pm.post(PAGE, GOOD).status_code == 303
    pm.post(PAGE, GOOD)
    (row,) = rows(dashboard, rate_goal)
    assert (row.field, row.context, row.rate, row.owner) == ("email", "publish", 0.6, "Checkout team")
    assert 'value="60"' in pm.get(f"{PAGE}/{row.id}").text
    pm.post(f"{PAGE}/{row.id}", {**GOOD, "rate": "62,5 %"})
    assert "62.5%" in pm.get(PAGE).text
    pm.post(f"{PAGE}/{row.id}/remove")
    assert "No goal is set yet." in pm.get(PAGE).text
    pm.post(f"{PAGE}/{row.id}/restore")
    assert pm.get(f"{PAGE}/goals.csv").text.splitlines()[1].startswith("email,publish,0.625000,2026-06-20")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"field": "nothing"}, "Choose a field from the list."),
        ({"context": ""}, "Choose a context from the list."),
        ({"context": "sign_up", "field": "picture"}, "The manifest does not ask for this field there."),
        ({"rate": "0"}, "Enter a rate from 1 to 99 percent"),
        ({"rate": "100"}, "Enter a rate from 1 to 99 percent"),
        ({"rate": "half"}, "Enter a rate from 1 to 99 percent"),
        ({"due": "soon"}, "Enter year, month and day, such as 2026-06-30."),
        ({"owner": ""}, "Enter the team or role that owns it."),
    ],
)
def test_what_is_wrong_is_said_beside_the_input_and_what_was_typed_stays(
    dashboard: Flask, pm: Browser, typed: dict[str, str], words: str
) -> None:
    sent = {**GOOD, **typed}
    refused = pm.post(PAGE, sent)
    assert refused.status_code == 422
    assert refused.text.count(words) == 2
    kept = [text for name, text in sent.items() if name in {"rate", "due", "owner"} and text]
    assert all(f'value="{text}"' in refused.text for text in kept)
    assert rows(dashboard, rate_goal) == []
    assert pm.post(f"{PAGE}/9", sent).status_code == 422


def test_a_goal_that_is_gone_is_told(pm: Browser) -> None:
    for answer in (pm.get(f"{PAGE}/7"), pm.post(f"{PAGE}/7", GOOD), pm.post(f"{PAGE}/7/remove")):
        assert answer.status_code == 303
    assert "There is no such goal any more." in pm.get(PAGE).text

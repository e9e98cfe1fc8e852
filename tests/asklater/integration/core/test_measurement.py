"""Who is measured: every writer of measurement asks first; what nobody looks at is in no figure."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from asklater import clock
from asklater.asking.submission import TOKEN
from asklater.engine import Engine
from asklater.experiments.assignments import Assignments
from asklater.experiments.runs import Run
from asklater.experiments.tables import run
from asklater.manifest.declarations import Experiment
from asklater.prompt_tokens import PromptToken
from asklater.records.episodes import ANY_PROMPT, NOT_MEASURED, Episodes
from asklater.records.personal_tables import MEASUREMENT
from asklater.subjects import rights
from asklater.subjects.merge import merge
from asklater.tables import answer, left_out_count, prompt_field, subject
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import episodes, prompts, rows

MINUTE = timedelta(minutes=1)
GPC = {"Sec-GPC": "1"}
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
TRIAL = Experiment.model_validate(
    {
        "key": "trial",
        "label": "Publishing",
        "hypothesis": "Later is better.",
        "action": "publish",
        "minimum_effect": 0.1,
        "variants": {"as_now": {"key": "as_now"}, "together": {"key": "together", "ask": "together"}},
    }
)
Write = Callable[[Engine, Run, int], object]
WRITERS: Mapping[str, Write] = {
    "see": lambda engine, _run, one: engine.episodes.see(one, "publish", ["display_name", "colour"]),
    "submit": lambda engine, _run, one: engine.episodes.submit(one, "publish", ["display_name"]),
    "reject": lambda engine, _run, one: engine.episodes.reject(one, "publish", {"display_name": ["missing"]}),
    "saved": lambda engine, _run, one: engine.episodes.saved(one, "display_name", "publish"),
    "skip": lambda engine, _run, one: engine.episodes.skip(one, "publish", ["colour"]),
    "dismiss": lambda engine, _run, one: engine.episodes.dismiss(one, "publish"),
    "complete_action": lambda engine, _run, one: engine.episodes.complete_action(one, "publish"),
    "ensure": lambda engine, run, one: engine.experiments.assignments.ensure(run, TRIAL, one),
    "acted": lambda engine, run, one: engine.experiments.assignments.acted(run, one),
}
OTHERS = {"abandon", "move", "rename", "on_objection", "existing", "tell"}
"""Verbs that are heard of everybody: these close what is over, carry rows to who the person turned out to be, or write
nothing."""


@pytest.fixture
def engine(asking: Flask) -> Engine:
    found: Engine = asking.extensions["asklater.engine"]
    return found


@pytest.fixture
def trial(engine: Engine) -> Run:
    with engine.database.unit_of_work():
        row = {"experiment": "trial", "digest": "", "declaration": "", "started_at": clock.now(), "started_by": "pm"}
        engine.database.writing().execute(insert(run), row)
    found = engine.experiments.runs.running()[0]
    engine.database.release()
    return found


def exercise(engine: Engine, number: int, *verbs: Callable[[Engine, int], bool]) -> None:
    for verb in verbs:
        with engine.database.unit_of_work():
            verb(engine, number)


def measured(app: Flask, engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table of measurement."""
    tables = engine.registry.personal_tables.items()
    return {key: rows(app, it.rows) for key, it in tables if it.purpose == MEASUREMENT}


# Before any write


def test_the_walk_knows_every_writer(engine: Engine) -> None:
    verbs = {name for owner in (Episodes, Assignments) for name in vars(owner) if not name.startswith("_")}
    assert verbs == {*WRITERS, *OTHERS}
    tables = {it.rows.name for it in engine.registry.personal_tables.values() if it.purpose == MEASUREMENT}
    own = {"asklater_prompt", "asklater_prompt_field", "asklater_rejection"}
    assert tables == {*own, "asklater_experiment_assignment"}


@pytest.mark.parametrize("verb", WRITERS)
def test_of_who_is_measured_each_writer_writes(asking: Flask, engine: Engine, trial: Run, verb: str) -> None:
    ada = settle(asking)
    with engine.database.unit_of_work():
        if verb != "see":
            engine.episodes.see(ada, "publish", ["display_name", "colour"], optional=["colour"])
        if verb == "acted":
            engine.experiments.assignments.ensure(trial, TRIAL, ada)
    before = measured(asking, engine)
    with engine.database.unit_of_work():
        WRITERS[verb](engine, trial, ada)
    assert measured(asking, engine) != before


@pytest.mark.parametrize("verb", WRITERS)
@pytest.mark.parametrize("right", [rights.restrict, rights.object_to_measurement])
def test_after_an_objection_or_a_restriction_none_does(
    asking: Flask, engine: Engine, trial: Run, right: Callable[[Engine, int], bool], verb: str
) -> None:
    ada = settle(asking)
    with engine.database.unit_of_work():
        engine.episodes.see(ada, "publish", ["display_name", "colour"], optional=["colour"])
        if verb == "acted":
            engine.experiments.assignments.ensure(trial, TRIAL, ada)
    exercise(engine, ada, right)
    before = measured(asking, engine)
    with clock.at(clock.now() + MINUTE), engine.database.unit_of_work():
        WRITERS[verb](engine, trial, ada)
    assert measured(asking, engine) == before
    with clock.at(clock.now() + timedelta(days=2)):
        asking.extensions["asklater.jobs"].runs["abandon_prompts"]()
    assert measured(asking, engine) == before


@pytest.mark.parametrize("right", [rights.restrict, rights.object_to_measurement])
def test_what_is_shown_without_a_prompt_of_its_own_has_no_number(
    asking: Flask, engine: Engine, right: Callable[[Engine, int], bool]
) -> None:
    ada = settle(asking)
    exercise(engine, ada, right)
    with engine.database.unit_of_work():
        assert engine.episodes.see(ada, "publish", ["colour"]) == NOT_MEASURED
        assert engine.episodes.see(ada, "publish", ["colour"], open_before=True) == NOT_MEASURED


# Global Privacy Control


def test_who_sends_privacy_control_is_asked_answers_and_is_in_no_figure(asking: Flask, engine: Engine) -> None:
    browser = Browser(asking)
    assert 'name="answer.email"' in browser.post("/letters", headers=GPC).text
    action, hidden = browser.forms()[-1]
    sent = browser.client.post(action, data={**hidden, "answer.email": "ada@x.example"}, headers=GPC)
    assert 'name="answer.address' in sent.text
    assert {row.field for row in rows(asking, answer)} == {"email"}
    assert measured(asking, engine) == {key: [] for key in measured(asking, engine)}


def test_what_was_measured_before_privacy_control_came_goes_at_the_next_ask(asking: Flask, engine: Engine) -> None:
    ada, eve = settle(asking), settle(asking, "eve@x.example")
    mine, hers = browser_of(asking, ada), browser_of(asking, eve)
    for browser in (mine, hers):
        browser.post("/publish")
    mine.post("/publish", headers=GPC)
    assert {row.subject_id for row in prompts(asking)} == {eve}
    assert {row.subject_id for row in rows(asking, prompt_field)} == {eve}
    mine.post("/publish")
    assert {row.subject_id for row in prompts(asking)} == {ada, eve}  # another browser of the same person


@pytest.mark.parametrize("value", ["0", "", "true"])
def test_anything_but_a_one_is_no_privacy_control(asking: Flask, value: str) -> None:
    Browser(asking).post("/letters", headers={"Sec-GPC": value})
    assert episodes(asking) == [("send_letter", "email", None)]


# What nobody looks at


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Sec-Purpose": "prefetch"}, "prefetch"),
        ({"Sec-Purpose": "prefetch;prerender"}, "prefetch"),
        ({"Purpose": "prefetch"}, "prefetch"),
        ({"X-Purpose": "preview"}, "prefetch"),
        ({"X-Moz": "prefetch"}, "prefetch"),
        ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, "crawler"),
        ({"User-Agent": "facebookexternalhit/1.1"}, "crawler"),
        ({"User-Agent": "WhatsApp/2.23.20"}, "crawler"),
        ({"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}, "crawler"),
        ({"User-Agent": "curl/8.5.0"}, "crawler"),
        ({"User-Agent": "a" * 200_000}, None),
        ({"User-Agent": WINDOWS}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("url", ["/ask/sign_up", "/export", "/ask/export"])
def test_what_is_fetched_for_nobody_is_answered_and_counted_by_its_reason_alone(
    asking: Flask, engine: Engine, url: str, headers: dict[str, str], reason: str | None
) -> None:
    page = Browser(asking).get(url, headers=headers)
    assert page.status_code == 200
    assert 'name="answer.email"' in page.text
    assert bool(prompts(asking)) == (reason is None)
    assert [(row.reason, row.asks) for row in rows(asking, left_out_count)] == ([(reason, 1)] if reason else [])


@pytest.mark.parametrize("url", ["/ask/sign_up", "/export", "/ask/export"])
def test_head_is_answered_and_records_nobody(asking: Flask, url: str) -> None:
    client = asking.test_client()
    for _ in range(2):
        assert client.head(url).status_code == 200
    assert (prompts(asking), rows(asking, subject)) == ([], [])
    assert [(row.reason, row.asks) for row in rows(asking, left_out_count)] == [("head", 2)]


def test_a_page_that_was_fetched_ahead_works_when_it_is_looked_at(asking: Flask) -> None:
    browser = Browser(asking)
    browser.get("/ask/sign_up", headers={"Sec-Purpose": "prefetch;prerender"})
    browser.answer({"answer.email": "ada@x.example"})
    assert {row.field for row in rows(asking, answer)} == {"email"}
    assert episodes(asking) == []


# What a prompt is credited with


def test_the_form_of_an_earlier_prompt_completes_no_later_one(asking: Flask) -> None:
    ada = settle(asking)
    stale, tab = browser_of(asking, ada), browser_of(asking, ada)
    stale.post("/publish")
    tab.post("/publish")
    tab.answer({"_asklater.cancel": "1"})
    tab.post("/publish")
    stale.answer({"answer.display_name": "A"})
    assert [(row.submissions, row.rejections) for row in rows(asking, prompt_field)[2:]] == [(0, 0)] * 2
    stale.answer({"_asklater.cancel": "1"})
    assert [row.closed_at is None for row in prompts(asking)] == [False, True]
    stale.post("/publish")
    action, hidden = stale.forms()[-1]
    earlier = {**hidden, TOKEN: _token_of(asking, ada, prompts(asking)[0].id)}
    stale.client.post(action, data={**earlier, "answer.display_name": "Ada"})
    found = {row.field: row.outcome for row in rows(asking, prompt_field)[2:]}
    assert found == {"display_name": "superseded", "picture": None}


def test_two_who_are_one_have_one_ask_from_the_earlier_first_impression_on(asking: Flask, engine: Engine) -> None:
    visitor, owner = settle(asking, proved=False), settle(asking, "owner@x.example")
    first = clock.now()
    browser_of(asking, owner).post("/publish")
    with clock.at(first + MINUTE):
        late = browser_of(asking, visitor)
        late.post("/publish")
        late.answer({"answer.display_name": "A"})
    with clock.at(first + 2 * MINUTE), engine.database.unit_of_work():
        merge(engine, visitor, owner)
    (kept,) = prompts(asking)
    name, picture = (row for row in rows(asking, prompt_field) if row.field in {"display_name", "picture"})
    assert (kept.subject_id, kept.opened_at < first + MINUTE, kept.closed_at) == (owner, True, None)
    for row in (name, picture):
        assert (row.prompt_id, row.subject_id, row.opened_at, row.outcome) == (kept.id, owner, kept.opened_at, None)
    assert (name.impressions, name.submissions, name.rejections) == (2, 1, 1)
    with engine.database.unit_of_work():  # the form of the later one, which is this prompt now
        engine.episodes.saved(owner, "display_name", "publish", kept.id + 1)
    assert ("publish", "display_name", "completed") in episodes(asking)


def test_no_prompt_has_the_number_that_stands_for_any(engine: Engine) -> None:
    assert NOT_MEASURED < 1 < ANY_PROMPT


def _token_of(app: Flask, number: int, prompt_id: int) -> str:
    engine: Engine = app.extensions["asklater.engine"]
    return engine.tokens.sign(PromptToken(number, "publish", prompt_id, ("display_name", "picture"), 1, "/"))

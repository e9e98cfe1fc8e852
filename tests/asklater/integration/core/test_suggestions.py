"""Suggestions: what somebody else said of a field fills the prompt, and is an answer once its person confirms it."""

from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.subjects.merge import merge
from asklater.tables import answer, suggestion
from tests.support.answers import ada
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows


@pytest.fixture
def engine(workshop: Flask) -> Engine:
    found: Engine = workshop.extensions["asklater.engine"]
    found.suggestions.in_use = True
    return found


@pytest.fixture
def number(workshop: Flask) -> int:
    return settle(workshop)


@pytest.fixture
def told(workshop: Flask, engine: Engine, number: int) -> Browser:
    """Signed in; a provider has said a name."""
    with engine.database.unit_of_work():
        engine.suggestions.keep(number, "display_name", "Ada L.", "Acme")
    return browser_of(workshop, number)


def source(app: Flask) -> str:
    (row,) = [row for row in rows(app, answer) if row.field == "display_name"]
    return str(row.source)


def publish(browser: Browser, name: str) -> None:
    browser.post("/publish", {"text": "hello"})
    assert browser.answer({**ada(), "answer.display_name": name}).text == "published hello"


def test_it_is_no_answer_but_fills_the_prompt_and_says_who_says_so(told: Browser) -> None:
    page = told.post("/publish").text
    assert 'value="Ada L."' in page
    assert "This is what Acme says." in page


def test_it_fills_a_prompt_that_was_left_empty_before_a_detour(told: Browser) -> None:
    told.post("/publish", {"text": "hello"})
    assert 'value="Ada L."' in told.answer({"answer.display_name": "", "_asklater.redraw": "display_name"}).text


def test_who_takes_it_out_is_told_that_something_is_needed(told: Browser) -> None:
    told.post("/publish", {"text": "hello"})
    page = told.answer({**ada(), "answer.display_name": ""})
    assert page.status_code == 422
    assert 'value="Ada L."' not in page.text


def test_confirmed_it_is_an_answer_from_the_provider(told: Browser, workshop: Flask) -> None:
    publish(told, "Ada L.")
    assert source(workshop) == "provider"
    assert rows(workshop, suggestion) == []


def test_corrected_it_is_the_persons_own(told: Browser, workshop: Flask) -> None:
    publish(told, "Countess")
    assert source(workshop) == "person"
    assert rows(workshop, suggestion) == []


def test_what_was_typed_wins_over_it(told: Browser) -> None:
    told.post("/publish")
    page = told.answer({"answer.display_name": "A"})
    assert page.status_code == 422
    assert 'value="A"' in page.text


def test_the_newest_counts(told: Browser, engine: Engine, number: int) -> None:
    with engine.database.unit_of_work():
        engine.suggestions.keep(number, "display_name", "Lovelace", "Other")
    page = told.post("/publish").text
    assert 'value="Lovelace"' in page
    assert "Acme" not in page


def test_it_is_sealed_and_expires(told: Browser, workshop: Flask, engine: Engine) -> None:
    (row,) = rows(workshop, suggestion)
    assert b"Ada" not in row.value
    with clock.at(clock.now() + timedelta(days=31)):
        assert engine.suggestions.read(row.subject_id) == {}
        workshop.extensions["asklater.jobs"].runs["expire_records"]()
    assert rows(workshop, suggestion) == []


def test_it_goes_along_when_two_are_one_person(told: Browser, workshop: Flask, engine: Engine, number: int) -> None:
    with engine.database.unit_of_work():
        other = settle(workshop, "other@x.example")
    with engine.database.unit_of_work():
        merge(engine, number, other)
    assert engine.suggestions.read(other)["display_name"].value == "Ada L."


def test_nobody_is_asked_for_them_where_no_room_makes_any(told: Browser, engine: Engine, number: int) -> None:
    engine.suggestions.in_use = False
    assert engine.suggestions.read(number) == {}

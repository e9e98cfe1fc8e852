"""What is wrong with an action itself is said before its gate asks for anything."""

import pytest
from flask import Flask

from asklater.asking.submission import TOKEN
from asklater.tables import subject
from tests.support.answers import ada
from tests.support.browsing import Browser
from tests.support.records import episodes, held, prompts, rows


@pytest.fixture(params=[False, True], ids=["plain", "htmx"])
def person(workshop: Flask, request: pytest.FixtureRequest) -> Browser:
    return Browser(workshop, htmx=request.param)


def test_an_objection_is_the_answer_and_records_nobody(person: Browser, workshop: Flask) -> None:
    page = person.post("/boards/north", {"text": "long, very long"})
    assert (page.status_code, page.text) == (409, "north is full")
    assert (prompts(workshop), episodes(workshop), rows(workshop, subject)) == ([], [], [])


def test_without_an_objection_the_gate_decides(person: Browser) -> None:
    assert 'name="answer.display_name"' in person.post("/boards/north", {"text": "short"}).text
    assert person.answer(ada()).text == "pinned to north"
    assert person.post("/boards/south", {"text": "long"}).text == "south is full"


def test_a_request_with_a_prompt_passes_by_and_loses_no_answer(person: Browser, workshop: Flask) -> None:
    person.post("/boards/north", {"text": "short"})
    page = person.answer({**ada(), "text": "long by now"})
    assert (page.status_code, page.text) == (409, "north is full")  # the view's own word
    assert {field for _, field in held(workshop)} == {"email", "display_name", "picture"}


def test_a_prompt_can_be_cancelled_whatever_is_wrong_by_now(person: Browser, workshop: Flask) -> None:
    person.post("/boards/north", {"text": "short"})
    page = person.answer({"text": "long by now", "_asklater.cancel": "1"})
    assert page.status_code in {200, 303}
    assert {outcome for *_, outcome in episodes(workshop)} == {"dismissed"}


def test_a_forged_prompt_passes_by_and_is_worth_nothing(person: Browser, workshop: Flask) -> None:
    page = person.post("/boards/north", {"text": "long", TOKEN: "forged", **ada()})
    assert page.status_code == 422
    assert "no longer valid" in page.text
    assert held(workshop) == set()

"""Prompts' signed ids: forged, altered, foreign, expired, replayed, of another action."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.asking.submission import TOKEN
from tests.support.browsing import Browser
from tests.support.records import episodes, held

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_forged_id_stores_nothing_and_keeps_what_was_typed(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/letters")
    page = visitor.answer({TOKEN: "WzEsMl0.forged", "answer.email": "ada@x.example"})
    assert page.status_code == 422
    assert "no longer valid" in page.text
    assert 'value="ada@x.example"' in page.text
    assert held(workshop) == set()
    assert "2 of 3" in visitor.answer({"answer.email": "ada@x.example"}).text


def test_one_altered_character_spoils_it(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/letters")
    _, hidden = visitor.forms()[-1]
    middle = len(hidden[TOKEN]) // 3
    altered = hidden[TOKEN][:middle] + ("A" if hidden[TOKEN][middle] != "A" else "B") + hidden[TOKEN][middle + 1 :]
    visitor.answer({TOKEN: altered, "answer.email": "ada@x.example"})
    assert held(workshop) == set()


def test_the_id_of_one_action_is_worth_nothing_to_another(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/publish")
    _, hidden = visitor.forms()[-1]
    visitor.post("/letters", {TOKEN: hidden[TOKEN], "answer.email": "ada@x.example"})
    assert held(workshop) == set()


@pytest.mark.parametrize(("late", "kept"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_it_is_good_for_exactly_the_window(visitor: Browser, workshop: Flask, late: timedelta, kept: bool) -> None:
    with clock.at(NOON):
        visitor.post("/letters")
    with clock.at(NOON + DAY + late):
        visitor.answer({"answer.email": "ada@x.example"})
    assert bool(held(workshop)) is kept
    assert episodes(workshop)[0] == ("send_letter", "email", "completed" if kept else "abandoned")


def test_a_replayed_id_changes_nothing(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/letters")
    action, hidden = visitor.forms()[-1]
    visitor.answer({"answer.email": "ada@x.example"})
    visitor.client.post(action, data={**hidden, "answer.email": "eve@x.example"})
    assert "ada@x.example" in visitor.get("/account").text
    assert "eve@x.example" not in visitor.get("/account").text


def test_answers_without_any_id_are_not_taken(visitor: Browser, workshop: Flask) -> None:
    page = visitor.post("/letters", {"answer.email": "ada@x.example", "answer.display_name": "Ada"})
    assert held(workshop) == set()
    assert page.status_code == 200


def test_fields_that_were_not_asked_are_not_stored(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/letters")
    visitor.answer({"answer.email": "ada@x.example", "answer.display_name": "Ada", "answer.shoe_size": "43"})
    assert {field for _, field in held(workshop)} == {"email"}


def test_a_tampered_cookie_is_simply_a_new_visitor(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/letters")
    visitor.answer({"answer.email": "ada@x.example"})
    cookie = visitor.client.get_cookie("asklater")
    assert cookie is not None
    visitor.client.set_cookie("asklater", cookie.value[:-4] + "AAAA")
    page = visitor.client.get("/account")
    assert page.status_code == 200
    assert "ada@x.example" not in page.text


# The names of inputs


def as_drawn_before(hidden: dict[str, str], **typed: str) -> dict[str, str]:
    """What a form sends that was drawn before the inputs had their names of today."""
    former = {name: name.replace("_asklater", "prompt", 1) for name in (*hidden, *typed)}
    return {former[name]: value for name, value in (hidden | typed).items()}


def test_a_form_that_was_drawn_before_the_upgrade_is_read(visitor: Browser) -> None:
    visitor.post("/letters", {"text": "Dear Ada"})
    action, hidden = visitor.forms()[-1]
    assert hidden[TOKEN]
    with pytest.warns(DeprecationWarning, match="call it `_asklater`"):
        page = visitor.post(action, as_drawn_before(hidden, **{"answer.email": "ada@x.example"}))
    assert 'name="answer.email"' not in page.text
    action, hidden = visitor.forms()[-1]
    assert hidden["text"] == "Dear Ada"
    with pytest.warns(DeprecationWarning, match="call it `_asklater`"):
        visitor.post(action, as_drawn_before(hidden, **{"_asklater.cancel": "1"}))
    assert [outcome for *_, outcome in episodes(visitor.app)][-1] == "dismissed"


def test_an_applications_own_input_may_be_called_prompt(visitor: Browser) -> None:
    for own in ("Draw a cat", "WzEsMl0.forged"):
        visitor.post("/letters", {"prompt": own, "prompt.cancel": "no"})
        _action, hidden = visitor.forms()[-1]
        assert (hidden["prompt"], hidden["prompt.cancel"]) == (own, "no")
        page = visitor.answer({"answer.email": "no address"})
        assert page.status_code == 422
        assert visitor.forms()[-1][1]["prompt"] == own

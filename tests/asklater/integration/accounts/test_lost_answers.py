"""The answer that renews a session may be lost on its way: the same form again goes on as if it had arrived."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.accounts.tables import Account, BrowserSession
from asklater.asking.submission import TOKEN
from asklater.database.access import current_database
from tests.support.browsing import Browser
from tests.support.records import rows

URL = "/ask/sign_up"
ADDRESS = {"answer.email": "ada@x.example"}


@pytest.fixture
def lost(visitor: Browser) -> tuple[str, dict[str, Any]]:
    """A visitor who has signed up and does not know it: the form that they sent."""
    visitor.get(URL)
    action, hidden = visitor.forms()[-1]
    before = visitor.cookies
    sent = {**hidden, **ADDRESS}
    assert visitor.post(action, sent).status_code < 400
    visitor.cookies = before
    return action, sent


def accounts(app: Flask) -> int:
    return len(rows(app, Account.__table__))


def test_the_same_form_again_goes_on_in_the_same_session(
    visitor: Browser, workshop: Flask, lost: tuple[str, dict[str, Any]]
) -> None:
    assert "ada@x.example" not in visitor.get("/account").text
    assert visitor.post(*lost).status_code < 400
    assert accounts(workshop) == 1
    assert "ada@x.example" in visitor.get("/account").text
    assert len(rows(workshop, BrowserSession.__table__)) == 1


def test_that_answer_may_be_lost_as_well(visitor: Browser, workshop: Flask, lost: tuple[str, dict[str, Any]]) -> None:
    before = visitor.cookies
    visitor.post(*lost)
    visitor.cookies = before
    visitor.post(*lost)
    assert accounts(workshop) == 1
    assert "ada@x.example" in visitor.get("/account").text


def test_once_the_browser_was_heard_of_the_former_token_opens_nothing(visitor: Browser, workshop: Flask) -> None:
    visitor.get(URL)
    action, hidden = visitor.forms()[-1]
    before = visitor.cookies
    visitor.post(action, {**hidden, **ADDRESS})
    assert "ada@x.example" in visitor.get("/account").text
    visitor.cookies = before
    visitor.post(action, {**hidden, **ADDRESS})
    assert accounts(workshop) == 1
    assert "ada@x.example" not in visitor.get("/account").text


@pytest.mark.parametrize(
    "more",
    [{"answer.email": "eve@x.example"}, {"answer.email": ""}, {"answer.email": "ada"}, {TOKEN: "made up"}],
    ids=["another address", "none", "half of it", "no prompt"],
)
def test_who_sends_something_else_is_somebody_else(
    visitor: Browser, workshop: Flask, lost: tuple[str, dict[str, Any]], more: dict[str, str]
) -> None:
    action, sent = lost
    visitor.post(action, {**sent, **more})
    assert "ada@x.example" not in visitor.get("/account").text
    [theirs] = [row for row in rows(workshop, BrowserSession.__table__) if row.id == 1]
    assert theirs.former_hash is not None  # untouched


def test_another_browser_has_nothing_of_a_form_that_it_saw(
    another: Callable[[], Browser], lost: tuple[str, dict[str, Any]]
) -> None:
    stranger = another()
    stranger.post(*lost)
    assert "ada@x.example" not in stranger.get("/account").text


def test_after_a_while_it_is_too_late(visitor: Browser, lost: tuple[str, dict[str, Any]]) -> None:
    with clock.at(clock.now() + timedelta(minutes=11)):
        visitor.post(*lost)
    assert "ada@x.example" not in visitor.get("/account").text


def test_a_session_that_was_ended_stays_ended(
    visitor: Browser, workshop: Flask, lost: tuple[str, dict[str, Any]]
) -> None:
    with workshop.app_context(), current_database().unit_of_work():
        current_database().writing().execute(update(BrowserSession).values(ended_at=clock.now()))
    visitor.post(*lost)
    assert "ada@x.example" not in visitor.get("/account").text

"""A least age and a special category hold whichever way an answer comes: on the account page and in a prompt."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.settings import Settings
from asklater.tables import answer
from tests.asklater.integration.privacy.notices.test_articles import MANIFESTS
from tests.support.applications import opened
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle
from tests.support.records import rows
from tests.support.workshop import PEOPLED_WORKSHOP

AGE, GIVE = "/account/fields/grown_up", "/account/consents/agreed/give"


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    path = tmp_path / "manifest.toml"
    path.write_text(MANIFESTS["a workshop with everything"], "utf-8")
    with opened(replace(settings, manifest=path), PEOPLED_WORKSHOP) as app:
        yield app


def held(app: Flask) -> set[str]:
    return {row.field for row in rows(app, answer)} - {"email", "verified_email"}


def say_yes(app: Flask, browser: Browser) -> str:
    engine: Engine = app.extensions["asklater.engine"]
    return went_to(browser.post(GIVE, {"terms": engine.consents.terms["agreed"]}))


def test_a_press_on_the_account_page_first_asks_for_the_age(office: Flask) -> None:
    ada = browser_of(office, settle(office))
    assert "Only for people of 16 or older" in ada.get("/account").text
    assert say_yes(office, ada).startswith(AGE)
    assert held(office) == set()
    ada.get(AGE)
    refused = ada.answer({"answer.grown_up": "too_young"})
    assert refused.status_code == 422
    assert "You need to be 16 or older for this." in refused.text
    assert held(office) == set(), "nothing is kept of who is too young"
    ada.answer({"answer.grown_up": "old_enough"})
    assert held(office) == {"grown_up"}
    assert not say_yes(office, ada).startswith(AGE)
    assert held(office) == {"grown_up", "agreed"}


def test_the_prompt_asks_in_that_order_and_says_from_which_age_on(office: Flask) -> None:
    ada = browser_of(office, settle(office))
    page = ada.get("/desk").text
    assert "I am 16 or older" in page
    assert "answer.allergies" not in page
    refused = ada.answer({"answer.grown_up": "too_young"})
    assert "You need to be 16 or older for this." in refused.text
    assert held(office) == set()


def test_no_is_taken_from_anybody(office: Flask) -> None:
    ada = browser_of(office, settle(office))
    ada.post("/account/consents/agreed/withdraw")
    assert held(office) == {"agreed"}

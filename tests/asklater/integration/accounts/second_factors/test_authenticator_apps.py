"""The authenticator app: added by its first code, asked for after a code by email, each code good once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import Authenticator
from tests.asklater.integration.accounts.second_factors.steps import (
    add_app,
    code_of,
    codes_on,
    events,
    mails,
    secret_on,
)
from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.browsing import Browser
from tests.support.people import browser_of
from tests.support.records import rows

NEW = "/account/authenticator"
ASK = "/sign-in/factor/authenticator"


@pytest.fixture
def secret(at_home: Browser) -> str:
    """The secret of Ada's app, which she has added."""
    return add_app(at_home)


@pytest.fixture
def asked(workshop: Flask, ada: int, secret: str) -> Browser:
    """A browser of Ada's, looking at the input for the app's code."""
    browser = browser_of(workshop, ada)
    browser.get(f"{ASK}?next=/account/security")
    return browser


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_it_is_added_by_its_first_code(at_home: Browser, workshop: Flask) -> None:
    page = at_home.get(NEW)
    assert "<svg" in page.text
    assert "style=" not in page.text
    secret = secret_on(page.text)
    assert len(secret) == 32
    page = at_home.answer({"code": code_of(secret)})
    assert "Your authenticator app is added" in page.text
    assert len(codes_on(page.text)) == 8
    row = rows(workshop, Authenticator.__table__)[0]
    assert secret.encode() not in row.secret
    assert {"factor_added", "codes_made"} <= set(events(workshop))
    assert mails(workshop) == ["A second factor was added"]


def test_a_draft_protects_nothing_and_keeps_its_secret_for_an_hour(at_home: Browser, workshop: Flask) -> None:
    first = secret_on(at_home.get(NEW).text)
    assert secret_on(at_home.get(NEW).text) == first
    assert "Add an authenticator app" in at_home.get("/account/security").text
    with clock.at(clock.now() + timedelta(minutes=61)):
        workshop.extensions["asklater.jobs"].runs["forget_authenticator_drafts"]()
        assert rows(workshop, Authenticator.__table__) == []


def test_a_wrong_code_stands_beside_the_input_and_the_secret_stays(at_home: Browser) -> None:
    secret = secret_on(at_home.get(NEW).text)
    typed = wrong(code_of(secret))
    page = at_home.answer({"code": typed})
    assert page.status_code == 422
    assert "not the code that the app shows" in page.text
    assert f'value="{typed}"' in page.text
    assert secret_on(page.text) == secret
    assert at_home.answer({"code": code_of(secret)}).status_code == 200


def test_there_is_one_app(at_home: Browser, secret: str) -> None:
    assert at_home.get(NEW).location == "/account/security"
    assert at_home.post(NEW, {"code": code_of(secret)}).location == "/account/security"
    assert "remove it first" in at_home.get("/account/security").text


def test_a_visitor_is_asked_for_a_proved_address_first(visitor: Browser) -> None:
    assert "answer.email" in visitor.get(NEW).text


def test_its_code_is_taken_with_spaces_and_a_step_late_or_early(asked: Browser, secret: str) -> None:
    code = code_of(secret, 1)
    page = asked.answer({"code": f" {code[:3]} {code[3:]}"})
    assert page.location == "/account/security"


def test_a_code_is_good_once(asked: Browser, secret: str) -> None:
    page = asked.answer({"code": code_of(secret)})  # the code by which it was added
    assert page.status_code == 422
    assert "used already" in page.text
    assert asked.answer({"code": code_of(secret, 1)}).status_code == 303
    asked.get(ASK)
    assert "used already" in asked.answer({"code": code_of(secret, 1)}).text


@pytest.mark.parametrize("steps", [-3, 3, 100])
def test_a_code_of_another_time_is_refused(asked: Browser, secret: str, steps: int) -> None:
    assert asked.answer({"code": code_of(secret, steps)}).status_code == 422


@pytest.mark.thorough
@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "12345Ⅵ", "0" * 1000, "\x00"])
def test_what_is_no_code_costs_no_try(asked: Browser, typed: str) -> None:
    for _ in range(6):
        page = asked.answer({"code": typed})
        assert page.status_code == 422
        assert "six digits" in page.text


def test_five_tries_in_a_quarter_of_an_hour_and_the_owner_has_tries_of_their_own(
    asked: Browser, secret: str, workshop: Flask
) -> None:
    for _ in range(5):
        asked.answer({"code": wrong(code_of(secret, 1))})
    page = asked.answer({"code": code_of(secret, 1)})
    assert page.status_code == 429
    assert "tried too often" in page.text
    assert 0 < int(page.headers["Retry-After"]) <= 180
    assert events(workshop).count("factor_refused") == 5


@pytest.mark.thorough
def test_a_code_by_mail_is_not_enough_and_the_action_goes_on_after_the_app(
    secret: str, another: Callable[[], Browser]
) -> None:
    other = sign_up(another())
    other.get("/export")
    away = other.answer({"answer.verified_email": other.mailed_code()})
    assert "Use the authenticator app" in other.get(away.location).text
    assert other.get("/export").text != "exported"
    other.get(away.location.replace("/factor?", "/factor/authenticator?"))
    back = other.answer({"code": code_of(secret, 1)})
    assert "Your download starts now" in other.get(back.location).text
    assert other.get("/export").text == "exported"


@pytest.mark.thorough
def test_an_interrupted_post_goes_on_by_one_press(secret: str, another: Callable[[], Browser]) -> None:
    other = sign_up(another())
    other.get("/account/bring-back")
    away = other.answer({"answer.verified_email": other.mailed_code()})
    other.get(away.location.replace("/factor?", "/factor/authenticator?"))
    assert other.answer({"code": code_of(secret, 1)}).location.startswith("/ask/bring_back")


def test_it_confirms_who_it_is_where_a_code_by_mail_would_not(workshop: Flask, ada: int, secret: str) -> None:
    stale = browser_of(workshop, ada)  # has proved the address just now, and no factor
    remove = "/account/authenticator/remove"
    assert stale.get(remove).location == f"/confirm?next={remove}"
    assert "Use the authenticator app" in stale.get(f"/confirm?next={remove}").text
    stale.get(f"{ASK}?next={remove}")
    assert stale.answer({"code": code_of(secret, 1)}).location == remove
    assert stale.get(remove).status_code == 200


def test_it_is_removed_and_takes_the_codes_along(at_home: Browser, secret: str, workshop: Flask) -> None:
    assert "last second factor" in at_home.get("/account/authenticator/remove").text
    assert at_home.answer({}).status_code == 303
    assert "Recovery codes" not in at_home.get("/account/security").text
    assert mails(workshop)[-1] == "A second factor was removed"
    assert at_home.get("/account/authenticator/remove").status_code == 404

"""A role needs a second factor: staff are led to add one, it works once it was shown, and for twelve hours."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import AccountEvent
from asklater.messages.tables import OutgoingMail
from asklater.settings import Settings
from tests.asklater.integration.accounts.second_factors.steps import add_app, add_passkey, code_of, sign_in
from tests.support.applications import lent
from tests.support.authenticator import Authenticator
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows
from tests.support.workshop import PEOPLED_WORKSHOP

TRAIL = "/staff/events"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with lent(settings, PEOPLED_WORKSHOP) as app:
        yield app


@pytest.fixture
def admin(app: Flask) -> Browser:
    return browser_of(app, settle(app, "admin@x.example", "admin"))


def test_without_a_factor_it_leads_to_adding_one(admin: Browser) -> None:
    page = admin.get(TRAIL)
    assert page.status_code == 403
    assert "Your role needs a second factor" in page.text
    assert 'href="/account/security"' in page.text
    assert "Add a passkey" in admin.get("/account/security").text


def test_the_command_line_gives_a_role_and_takes_it(app: Flask) -> None:
    browser, run = browser_of(app, settle(app), factor=True), app.test_cli_runner().invoke
    assert (
        run(args=["asklater", "staff", "give", "Ada@X.example", "admin"]).output
        == "Ada@X.example has the role admin now.\n"
    )
    assert run(args=["asklater", "staff", "list"]).output == "admin  ada@x.example\n"
    assert browser.get(TRAIL).status_code == 200
    assert run(args=["asklater", "staff", "give", "ada@x.example", "admin"]).output.startswith("Nothing to do")
    assert run(args=["asklater", "staff", "take", "ada@x.example"]).exit_code == 0
    assert browser.get(TRAIL).status_code == 403
    assert [row.event for row in rows(app, AccountEvent.__table__)] == ["role_given", "role_taken", "refused"]
    assert [mail.title for mail in rows(app, OutgoingMail.__table__)] == ["A role was given", "A role was taken away"]


def test_a_role_is_for_a_proved_address_and_one_of_those_that_there_are(app: Flask) -> None:
    settle(app, proved=False)
    refused = app.test_cli_runner().invoke(args=["asklater", "staff", "give", "ada@x.example", "pm"])
    assert (refused.exit_code, "sign up with it first" in refused.output) == (1, True)
    assert app.test_cli_runner().invoke(args=["asklater", "staff", "give", "ada@x.example", "king"]).exit_code == 2


def test_adding_one_shows_it(admin: Browser) -> None:
    add_app(admin)
    assert admin.get(TRAIL).status_code == 200


def test_it_works_for_twelve_hours_from_when_it_was_shown(app: Flask, admin: Browser) -> None:
    device = Authenticator()
    add_passkey(admin, device)
    with clock.at(clock.now() + timedelta(hours=11, minutes=59)):
        assert admin.get(TRAIL).status_code == 200
    with clock.at(clock.now() + timedelta(hours=12, minutes=1)):
        page = admin.get(TRAIL)
        assert page.status_code == 403
        assert "once you have shown your second factor" in page.text
        shown = admin.get(f"/sign-in/factor?next={TRAIL}")
        assert 'href="/sign-in/factor/passkey?next=/staff/events"' in shown.text
        assert sign_in(admin, device, f"/sign-in/factor/passkey?next={TRAIL}").location == TRAIL
        assert admin.get(TRAIL).status_code == 200


def test_a_code_by_mail_alone_does_not_open_it(app: Flask, admin: Browser) -> None:
    secret = add_app(admin)
    elsewhere = browser_of(app, 1)
    assert elsewhere.get(TRAIL).status_code == 403
    elsewhere.get(f"/sign-in/factor/authenticator?next={TRAIL}")
    assert elsewhere.answer({"code": code_of(secret, 1)}).location == TRAIL
    assert elsewhere.get(TRAIL).status_code == 200


def test_without_its_last_factor_it_stops(admin: Browser) -> None:
    add_app(admin)
    assert admin.get(TRAIL).status_code == 200
    admin.post("/account/authenticator/remove")
    page = admin.get(TRAIL)
    assert page.status_code == 403
    assert "Your role needs a second factor" in page.text

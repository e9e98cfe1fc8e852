"""Another address: proved before it takes effect, announced at the old one, and no way to learn who has an account."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.browsing import Browser
from tests.integration.accounts.test_signing_up import sign_up
from tests.people import browser_of, settle
from tests.records import rows
from webapp import clock
from webapp.accounts.models import Account, Event, Visit


def account(app: Flask, number: int = 1) -> object:
    (row,) = [row for row in rows(app, Account.__table__) if row.subject_id == number]
    return row


@pytest.fixture
def ada(workshop: Flask) -> Browser:
    return browser_of(workshop, settle(workshop))


@pytest.fixture
def asked(ada: Browser) -> Browser:
    """A code has gone to the new address."""
    ada.get("/account/email")
    ada.answer({"email": "New@X.example"})
    return ada


def test_the_account_page_leads_to_it(ada: Browser) -> None:
    assert 'href="/account/email"' in ada.get("/account").text
    assert ada.get("/account/fields/email").status_code == 404


def test_nothing_changes_before_the_new_address_is_proved(asked: Browser, workshop: Flask) -> None:
    assert "We sent a code to new@x.example" in asked.page.text  # type: ignore[union-attr]
    assert account(workshop).email == "ada@x.example"  # type: ignore[attr-defined]


def test_the_code_changes_it_and_the_old_address_is_told(asked: Browser, workshop: Flask) -> None:
    elsewhere = browser_of(workshop, 1)
    assert asked.answer({"code": asked.mailed_code()}).location == "/account"
    assert account(workshop).email == "new@x.example"  # type: ignore[attr-defined]
    assert account(workshop).verified_at is not None  # type: ignore[attr-defined]
    page = asked.get("/account").text
    assert "new@x.example" in page
    assert "Been here before?" not in page
    assert "new@x.example" not in elsewhere.get("/account").text
    workshop.extensions["jobs"].runs["deliver_mail"]()
    mails = asked.get("/mailbox/").text
    assert mails.count("The e-mail address was changed") >= 2
    assert "ada@x.example" in mails
    assert "email_changed" in {row.event for row in rows(workshop, Event.__table__)}


def test_the_gate_goes_by_the_new_address(asked: Browser) -> None:
    asked.answer({"code": asked.mailed_code()})
    assert asked.get("/export").text == "exported"


def test_a_wrong_code_leaves_everything(asked: Browser, workshop: Flask) -> None:
    code = asked.mailed_code()
    page = asked.answer({"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert (page.status_code, "4 tries are left" in page.text) == (422, True)
    assert account(workshop).email == "ada@x.example"  # type: ignore[attr-defined]
    assert asked.answer({"code": code}).location == "/account"


def test_a_late_code_has_run_out(asked: Browser, workshop: Flask) -> None:
    code = asked.mailed_code()
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert asked.answer({"code": code}).status_code == 422
    assert account(workshop).email == "ada@x.example"  # type: ignore[attr-defined]


def test_an_address_of_another_account_is_told_only_once_it_is_proved(ada: Browser, workshop: Flask) -> None:
    settle(workshop, "taken@x.example")
    ada.get("/account/email")
    free = ada.answer({"email": "free@x.example"}).text.replace("free@", "@")
    ada.get("/account/email?another=")
    taken = ada.answer({"email": "taken@x.example"}).text.replace("taken@", "@")
    assert _without_tokens(free) == _without_tokens(taken)
    page = ada.answer({"code": ada.mailed_code()})
    assert page.status_code == 422
    assert "has an account of its own" in page.text
    assert account(workshop).email == "ada@x.example"  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["", "x", "ada@x.example", "a@b", "\N{PILE OF POO}@x", "a" * 3000 + "@x.example"])
def test_what_is_no_new_address_is_said_beside_the_input(ada: Browser, typed: str) -> None:
    ada.get("/account/email")
    page = ada.answer({"email": typed})
    assert page.status_code == 422
    assert 'id="email-error"' in page.text


def test_an_unproved_address_is_simply_corrected(visitor: Browser, workshop: Flask) -> None:
    sign_up(visitor)
    visitor.get("/account/email")
    assert visitor.answer({"email": "right@x.example"}).location == "/account"
    assert account(workshop).email == "right@x.example"  # type: ignore[attr-defined]
    assert account(workshop).verified_at is None  # type: ignore[attr-defined]


def test_one_may_think_better_of_it(asked: Browser) -> None:
    assert "We sent a code to new@x.example" in asked.get("/account/email").text
    assert 'name="email"' in asked.get("/account/email?another=").text


def test_the_other_sessions_end(asked: Browser, workshop: Flask) -> None:
    browser_of(workshop, 1)
    asked.answer({"code": asked.mailed_code()})
    assert [row.ended_at is None for row in rows(workshop, Visit.__table__)].count(True) == 1


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf_token" not in line)

"""Another address: proved before it takes effect, announced at the old one, and no way to learn who has an account."""

from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import Account, AccountEvent, BrowserSession, EmailCode
from asklater.database.access import current_database
from asklater.engine import current_engine
from asklater.messages.tables import OutgoingMail
from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows


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
    assert "We sent a code to New@x.example" in asked.page.text  # type: ignore[union-attr]
    assert account(workshop).email == "ada@x.example"  # type: ignore[attr-defined]


def test_the_code_changes_it_and_the_old_address_is_told(asked: Browser, workshop: Flask) -> None:
    elsewhere = browser_of(workshop, 1)
    assert asked.answer({"code": asked.mailed_code()}).location == "/account"
    assert account(workshop).email == "New@x.example"  # type: ignore[attr-defined]
    assert account(workshop).verified_at is not None  # type: ignore[attr-defined]
    page = asked.get("/account").text
    assert "New@x.example" in page
    assert "Already have an account?" not in page
    assert "New@x.example" not in elsewhere.get("/account").text
    workshop.extensions["asklater.jobs"].runs["deliver_mail"]()
    mails = asked.get("/mailbox/").text
    assert mails.count("The email address was changed") >= 2
    assert "ada@x.example" in mails
    assert "email_changed" in {row.event for row in rows(workshop, AccountEvent.__table__)}


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


def test_what_is_no_code_costs_no_try(asked: Browser, workshop: Flask) -> None:
    for typed in ("", "12345", "abcdef"):
        assert "six digits that we sent" in asked.answer({"code": typed}).text
    assert [row.tries for row in rows(workshop, EmailCode.__table__)] == [0]
    code = asked.mailed_code()
    assert asked.answer({"code": f"{code[:3]}-{code[3:]}"}).location == "/account"


def test_a_new_code_ends_the_earlier_one(asked: Browser) -> None:
    first = asked.mailed_code()
    page = asked.answer({"code": "", "again": "yes"})
    assert "We sent a code to New@x.example" in page.text
    second = asked.mailed_code()
    if first != second:
        assert asked.answer({"code": first}).status_code == 422
    assert asked.answer({"code": second}).location == "/account"


def test_a_code_that_ran_out_asks_for_the_address_again(asked: Browser) -> None:
    with clock.at(clock.now() + timedelta(minutes=11)):
        page = asked.answer({"code": "123456"})
        assert "Type the address again" in page.text
        assert 'name="email"' in page.text
        assert 'name="email"' in asked.answer({"again": "yes"}).text


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
    assert "We sent a code to New@x.example" in asked.get("/account/email").text
    assert 'name="email"' in asked.get("/account/email?another=").text


@pytest.mark.parametrize("field", ["verified_email", "email"])
def test_whoever_reads_its_mail_is_told_that_the_proof_is_removed(ada: Browser, workshop: Flask, field: str) -> None:
    """Or else a thief would take the proof back first, and then change the address without a word to its owner."""
    ada.get(f"/account/fields/{field}/remove")
    ada.answer({})
    told = [(mail.recipient, mail.title) for mail in rows(workshop, OutgoingMail.__table__)]
    assert told == [("ada@x.example", "The proof of the address was removed")]
    assert [row.event for row in rows(workshop, AccountEvent.__table__)] == ["unproved"]
    assert [row.verified_at for row in rows(workshop, Account.__table__)] == [None] * (field == "verified_email")


def test_a_proof_that_expired_still_tells(ada: Browser, workshop: Flask) -> None:
    with workshop.app_context(), current_database().unit_of_work():
        current_engine().answers.remove(1, "verified_email", "expiry", "expired")
    ada.get("/account/fields/email/remove")
    ada.answer({})
    assert [mail.recipient for mail in rows(workshop, OutgoingMail.__table__)] == ["ada@x.example"]


def test_a_prompt_does_not_change_the_address_of_a_proved_account(ada: Browser, workshop: Flask) -> None:
    """It asks again once the answer has expired; the account's own address is the one that it takes."""
    with workshop.app_context(), current_database().unit_of_work():
        for key in ("email", "verified_email"):
            current_engine().answers.remove(1, key, "expiry", "expired")
    ada.get("/ask/sign_up?next=/account")
    page = ada.answer({"answer.email": "New@x.example"})
    assert (page.status_code, "Your account has another address" in page.text) == (422, True)
    assert account(workshop).email == "ada@x.example"  # type: ignore[attr-defined]
    assert ada.answer({"answer.email": "Ada@X.example"}).location == "/account"


def test_the_other_sessions_end(asked: Browser, workshop: Flask) -> None:
    browser_of(workshop, 1)
    asked.answer({"code": asked.mailed_code()})
    assert [row.ended_at is None for row in rows(workshop, BrowserSession.__table__)].count(True) == 1


def _without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf_token" not in line)

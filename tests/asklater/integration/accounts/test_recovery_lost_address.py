"""Getting back in after the address was lost, alone or together with the factor."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask

from asklater.accounts import address_ownership, email_change
from asklater.accounts.audit_log import events_of
from asklater.accounts.tables import Account, BrowserSession
from tests.asklater.integration.accounts.recovery_steps import (
    ADA,
    DAY,
    NEW,
    SECOND,
    begin,
    email_of,
    give_second_address,
    later,
    link,
    mails,
    recoveries,
    remind,
    show,
    show_second,
)
from tests.asklater.integration.accounts.stand_ins import APP_CODE, PHONE_CODE, code_of, hold
from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows


def events(app: Flask, number: int) -> list[str]:
    return [entry.event for entry in events_of(app.extensions["asklater.database"], number)]


def finish(app: Flask, person: Browser) -> None:
    """Open the link of the reminder and press the button."""
    remind(app)
    person.get(link(app, NEW, "/recover/finish/"))
    person.answer({})


def test_the_first_page_asks_what_is_lost(person: Browser) -> None:
    person.get("/recover")
    assert person.answer({}).status_code == 422
    assert person.answer({"lost": "everything"}).status_code == 422
    assert person.answer({"lost": "both"}).location == "/recover/both"
    assert person.post("/recover", {"lost": "factor"}).location == "/recover/factor"


@pytest.mark.thorough
def test_a_code_and_the_app_open_it_at_once(shelter: Flask, ada: int, person: Browser) -> None:
    hold(shelter, ada, "recovery_code", "authenticator")
    other = browser_of(shelter, ada)
    page = show(begin(person), recovery_code=code_of(ada), authenticator=APP_CODE)
    assert page.location == "/account/security"
    assert NEW in person.get("/account/security").text
    assert email_of(shelter, ada) == NEW
    assert ADA not in other.get("/account").text
    assert {"email_changed", "recovered", "signed_in"} <= set(events(shelter, ada))
    assert any("no longer opens" in mail.text for mail in mails(shelter, ADA))


def test_the_code_to_the_new_address_comes_again_when_asked_for(shelter: Flask, ada: int, person: Browser) -> None:
    person.post("/recover/mail", {"address": ADA, "new": NEW})
    first = person.mailed_code()
    page = person.post("/recover/code", {"code": "", "again": "yes"})
    assert (page.status_code, f"We sent a code to {NEW}" in page.text) == (200, True)
    second = person.mailed_code()
    if first != second:
        assert person.post("/recover/code", {"code": first}).status_code == 422
    assert "six digits" in person.post("/recover/code", {"code": "none"}).text
    assert person.post("/recover/code", {"code": f"{second[:3]}-{second[3:]}"}).location == "/recover/show"


@pytest.mark.thorough
def test_a_code_and_the_phone_open_it_at_once_and_the_factor_is_still_asked_for(
    shelter: Flask, ada: int, person: Browser
) -> None:
    hold(shelter, ada, "recovery_code", "authenticator", "phone")
    page = show(begin(person), recovery_code=code_of(ada), phone=PHONE_CODE)
    assert page.location.startswith("/sign-in/factor")
    assert email_of(shelter, ada) == NEW
    assert NEW not in person.get("/account").text
    assert person.post("/stand-in/app?next=/account/security").status_code == 303
    assert NEW in person.get("/account/security").text


@pytest.mark.thorough
def test_of_two_who_prove_the_new_address_at_once_one_has_it(
    shelter: Flask, ada: int, person: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One recovers to it, the other signs up with it; both read its mail."""
    meeting, void = Barrier(2), address_ownership.settle_unproved_accounts

    def void_once_both_are_there(*arguments: Any) -> None:
        with suppress(BrokenBarrierError):  # where one has to wait for the other, the meeting is off
            meeting.wait(0.4)
        void(*arguments)

    for module in (address_ownership, email_change):
        monkeypatch.setattr(module, "settle_unproved_accounts", void_once_both_are_there)
    hold(shelter, ada, "recovery_code", "authenticator")
    begin(person)
    other = sign_up(Browser(shelter), NEW)
    other.get("/account/bring-back")
    proof = {"answer.verified_email": other.mailed_code()}
    with ThreadPoolExecutor(2) as both:
        recovery = both.submit(show, person, recovery_code=code_of(ada), authenticator=APP_CODE)
        proving = both.submit(other.answer, proof)
    assert max(recovery.result().status_code, proving.result().status_code) < 500
    assert [row.email for row in rows(shelter, Account.__table__) if row.verified_at].count(NEW) == 1


@pytest.mark.thorough
def test_a_second_address_alone_waits_three_days(shelter: Flask, ada: int, person: Browser) -> None:
    give_second_address(shelter, ada)
    page = show_second(begin(person))
    assert "Now there is a waiting period" in page.text
    assert "after 3 days" in page.text
    assert email_of(shelter, ada) == ADA
    (recovery,) = recoveries(shelter)
    assert (recovery.lost, recovery.method, recovery.new_email) == ("mail", "second", NEW)
    assert recovery.opens_at - recovery.asked_at == 3 * DAY
    for address in (ADA, SECOND):
        assert "recovery" in [mail.title for mail in mails(shelter, address)][-1].lower()
        assert link(shelter, address, "/recover/cancel/")
    with later(2.9):
        remind(shelter)
        assert not [mail for mail in mails(shelter, NEW) if "/recover/finish/" in mail.text]
    with later(3.1):
        finish(shelter, person)
        assert NEW in person.get("/account/security").text
    assert email_of(shelter, ada) == NEW
    assert recoveries(shelter)[0].done_at is not None


@pytest.mark.parametrize(
    ("lost", "shown", "days"),
    [
        ("mail", ("recovery_code",), 3),
        ("both", ("recovery_code",), 7),
        ("mail", ("second_address", "phone"), 1),
        ("mail", ("second_address", "authenticator"), 1),
        ("both", ("recovery_code", "second_address"), 3),
        ("both", ("second_address", "phone"), 7),
    ],
)
def test_each_delayed_way_waits_its_days(
    shelter: Flask, ada: int, person: Browser, lost: str, shown: tuple[str, ...], days: int
) -> None:
    give_second_address(shelter, ada)
    hold(shelter, ada, "recovery_code", "authenticator", "phone")
    typed = {"recovery_code": code_of(ada), "phone": PHONE_CODE, "authenticator": APP_CODE}
    ask = show_second if "second_address" in shown else show
    assert (
        "Now there is a waiting period"
        in ask(begin(person, lost), **{key: typed[key] for key in shown if key in typed}).text
    )
    (recovery,) = recoveries(shelter)
    assert recovery.opens_at - recovery.asked_at == days * DAY


def test_after_the_wait_for_lost_mail_the_factor_is_still_asked_for(shelter: Flask, ada: int, person: Browser) -> None:
    hold(shelter, ada, "recovery_code", "authenticator")
    show(begin(person), recovery_code=code_of(ada))
    with later(3.1):
        finish(shelter, person)
        assert person.page is not None
        assert person.page.location.startswith("/sign-in/factor")
        assert NEW not in person.get("/account").text
    assert ada in shelter.extensions["stand_ins"]["authenticator"]


def test_after_the_wait_for_both_the_factor_is_gone(shelter: Flask, ada: int, person: Browser) -> None:
    hold(shelter, ada, "recovery_code", "authenticator")
    show(begin(person, "both"), recovery_code=code_of(ada))
    with later(7.1):
        finish(shelter, person)
        assert NEW in person.get("/account/security").text
    assert ada not in shelter.extensions["stand_ins"]["authenticator"]


@pytest.mark.parametrize("lost", ["mail", "both"])
def test_a_phone_alone_opens_nothing(shelter: Flask, ada: int, person: Browser, lost: str) -> None:
    hold(shelter, ada, "phone")
    assert show(begin(person, lost), phone=PHONE_CODE).status_code == 422
    assert recoveries(shelter) == []


def test_a_slip_in_one_input_uses_up_nothing_of_the_others(shelter: Flask, ada: int, person: Browser) -> None:
    give_second_address(shelter, ada)
    hold(shelter, ada, "recovery_code", "authenticator")
    begin(person)
    assert show(person, recovery_code=code_of(ada), authenticator="999999").status_code == 422
    person.post("/recover/show", {"send": "second_address"})
    code = person.mailed_code()
    assert show(person, recovery_code="wrong", second_address=code).status_code == 422
    page = show(person, recovery_code=code_of(ada), second_address=code, authenticator=APP_CODE)
    assert page.location == "/account/security"


def test_what_was_used_up_opens_nothing_again(shelter: Flask, ada: int, person: Browser) -> None:
    hold(shelter, ada, "recovery_code")
    show(begin(person), recovery_code=code_of(ada))
    assert show(begin(Browser(shelter), new="b@new.example"), recovery_code=code_of(ada)).status_code == 422


@pytest.mark.thorough
def test_a_second_request_changes_nothing_and_is_answered_alike(shelter: Flask, ada: int, person: Browser) -> None:
    give_second_address(shelter, ada)
    first = show_second(begin(person)).text
    told = len(mails(shelter, ADA))
    second = show_second(begin(Browser(shelter), new="eve@new.example")).text
    assert first == second
    assert len(recoveries(shelter)) == 1
    assert len(mails(shelter, ADA)) == told


def test_the_new_address_is_proved_before_anything_else(shelter: Flask, ada: int, person: Browser) -> None:
    hold(shelter, ada, "recovery_code", "authenticator")
    person.post("/recover/mail", {"address": ADA, "new": NEW})
    assert person.get("/recover/show").location == "/recover"
    assert show(person, recovery_code=code_of(ada), authenticator=APP_CODE).location == "/recover"
    assert person.post("/recover/code", {"code": "000000"}).status_code == 422
    assert person.get("/recover/show").location == "/recover"
    assert email_of(shelter, ada) == ADA


def test_an_address_that_has_an_account_cannot_take_over(shelter: Flask, ada: int, person: Browser) -> None:
    settle(shelter, NEW)
    person.post("/recover/mail", {"address": ADA, "new": NEW})
    page = person.post("/recover/code", {"code": person.mailed_code()})
    assert "has an account of its own" in page.text
    assert person.get("/recover/show").location == "/recover"


def test_nor_one_that_gets_an_account_during_the_wait(shelter: Flask, ada: int, person: Browser) -> None:
    hold(shelter, ada, "recovery_code")
    show(begin(person), recovery_code=code_of(ada))
    settle(shelter, NEW)
    with later(3.1):
        finish(shelter, person)
    assert "has an account of its own by now" in person.page.text  # type: ignore[union-attr]
    assert email_of(shelter, ada) == ADA


def test_who_has_begun_to_sign_up_with_the_new_address_stays_in(shelter: Flask, ada: int, person: Browser) -> None:
    hold(shelter, ada, "recovery_code", "authenticator", "phone")
    person.get("/ask/sign_up")
    person.answer({"answer.email": NEW})
    show(begin(person), recovery_code=code_of(ada), phone=PHONE_CODE)
    person.post("/stand-in/app")
    assert NEW in person.get("/account/security").text
    assert [row.subject_id for row in rows(shelter, BrowserSession.__table__) if row.ended_at is None] == [ada]


@pytest.mark.thorough
def test_the_second_address_may_become_the_first(shelter: Flask, ada: int, person: Browser) -> None:
    give_second_address(shelter, ada, NEW)
    show_second(begin(person))
    with later(3.1):
        finish(shelter, person)
        page = person.get("/account/security").text
    assert email_of(shelter, ada) == NEW
    assert "You have no way to recover this account yet" in page


def test_mistyped_addresses_keep_what_was_typed(person: Browser) -> None:
    page = person.post("/recover/mail", {"address": "ada", "new": ""})
    assert page.status_code == 422
    assert 'value="ada"' in page.text
    page = person.post("/recover/mail", {"address": ADA, "new": ADA.upper()})
    assert page.status_code == 422
    assert "cannot read" in page.text


def test_an_old_beginning_is_worth_nothing(shelter: Flask, ada: int, person: Browser) -> None:
    hold(shelter, ada, "recovery_code")
    begin(person)
    with later(1 / 24):
        assert show(person, recovery_code=code_of(ada)).location == "/recover"


def test_an_account_that_is_not_proved_is_none(shelter: Flask, person: Browser) -> None:
    number = settle(shelter, ADA, proved=False)
    hold(shelter, number, "recovery_code", "authenticator")
    assert show(begin(person), recovery_code=code_of(number), authenticator=APP_CODE).status_code == 422

"""A fresh proof before changes of what lets one in: a code, or the second factor where the account has one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts import one_time_codes
from asklater.accounts.login import SecondFactor
from asklater.accounts.tables import AccountEvent, EmailCode
from asklater.database.access import Database
from asklater.kinds.base import Invalid
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle
from tests.support.records import rows


@pytest.fixture
def number(workshop: Flask) -> int:
    return settle(workshop)


@pytest.fixture
def stale(workshop: Flask, number: int) -> Browser:
    """Signed in, but it is long ago that anything was proved."""
    return browser_of(workshop, number, proved=False)


def test_a_change_leads_to_the_proof_and_back(stale: Browser) -> None:
    assert stale.get("/account/email").location == "/confirm?next=/account/email"
    page = stale.get("/confirm?next=/account/email")
    assert "Confirm it is you" in page.text
    assert 'name="code"' not in page.text
    assert "We sent a code to ada@x.example" in stale.answer({}).text
    assert stale.answer({"code": stale.mailed_code()}).location == "/account/email"
    assert stale.get("/account/email").status_code == 200


def test_looking_sends_no_mail(stale: Browser, workshop: Flask) -> None:
    stale.get("/confirm")
    stale.get("/confirm")
    workshop.extensions["asklater.jobs"].runs["deliver_mail"]()
    assert "is your code" not in stale.get("/mailbox/").text


@pytest.mark.parametrize("url", ["/account/fields/email/remove", "/account/fields/verified_email/remove"])
def test_removing_what_lets_one_in_wants_it_too(stale: Browser, url: str) -> None:
    assert stale.get(url).location == f"/confirm?next={url}"
    assert stale.post(url).location == f"/confirm?next={url}"
    assert "ada@x.example" in stale.get("/account").text


def test_a_post_without_it_changes_nothing(stale: Browser) -> None:
    for data in ({}, {"code": "271828"}):
        answer = stale.post("/account/email", data)
        assert answer.location == "/confirm?next=/account/security"


@pytest.mark.parametrize("htmx", [False, True])
def test_what_was_typed_waits_for_the_proof_in_its_session(workshop: Flask, number: int, htmx: bool) -> None:
    stale = browser_of(workshop, number, proved=False, htmx=htmx)
    typed = {"email": "new@x.example", "password": "271828"}
    away = unquote(went_to(stale.post("/account/email", typed)))
    onward = away.removeprefix("/confirm?next=")
    assert onward.startswith("/ask/resume/")
    page = browser_of(workshop, number).get(onward)
    assert page.status_code == 409, "it is another session's"


def test_it_is_carried_on_with_one_press(stale: Browser) -> None:
    away = stale.post("/account/email", {"email": "new@x.example", "password": "271828"}).location
    stale.get(away)
    stale.answer({})
    onward = stale.answer({"code": stale.mailed_code()}).location
    page = stale.get(onward)
    assert 'value="new@x.example"' in page.text
    assert "271828" not in page.text
    assert "Continue" in page.text
    assert "We sent a code to new@x.example" in stale.answer({}).text
    assert stale.get(onward).status_code == 409


def test_a_wrong_code_says_so_and_is_on_record(stale: Browser, workshop: Flask) -> None:
    stale.get("/confirm?next=/account/email")
    stale.answer({})
    code = stale.mailed_code()
    page = stale.answer({"code": f"{(int(code) + 1) % 10**6:06d}"})
    assert page.status_code == 422
    assert "4 tries are left" in page.text
    assert rows(workshop, AccountEvent.__table__)[-1].event == "code_refused"
    assert stale.answer({"code": f"{code[:3]} {code[3:]}"}).location == "/account/email"


@pytest.mark.thorough
def test_of_many_wrong_tries_at_once_each_counts(stale: Browser, workshop: Flask) -> None:
    stale.get("/confirm?next=/account/email")
    stale.answer({})
    code, (action, hidden) = stale.mailed_code(), stale.forms()[-1]
    cookie = stale.client.get_cookie("asklater")
    assert cookie is not None

    def guess(number: int) -> int:
        tab = workshop.test_client()
        tab.set_cookie("asklater", cookie.value)
        return tab.post(action, data={**hidden, "code": f"{(int(code) + 1 + number) % 10**6:06d}"}).status_code

    with ThreadPoolExecutor(8) as tabs:
        assert set(tabs.map(guess, range(8))) == {422}
    assert [row.tries for row in rows(workshop, EmailCode.__table__)] == [5]
    assert stale.answer({"code": code}).status_code == 422


@pytest.mark.parametrize("typed", ["", "x", "\N{PILE OF POO}", "1" * 5000])
def test_what_is_no_code_is_refused(stale: Browser, typed: str) -> None:
    stale.get("/confirm")
    stale.answer({})
    assert stale.answer({"code": typed}).status_code == 422


def test_a_proof_holds_for_a_quarter_of_an_hour(workshop: Flask, number: int) -> None:
    browser = browser_of(workshop, number)
    assert browser.get("/account/email").status_code == 200
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert browser.get("/account/email").status_code == 303


@pytest.mark.parametrize("other", [one_time_codes.PROVE, one_time_codes.CHANGE, one_time_codes.RECOVER])
def test_a_code_is_good_for_what_it_was_asked_for_only(workshop: Flask, number: int, other: str) -> None:
    database: Database = workshop.extensions["asklater.database"]
    visit, email = bytes(32), "ada@x.example"
    with workshop.test_request_context(), database.unit_of_work():
        one_time_codes.send(number, visit, email, again=True, purpose=other)
    code = Browser(workshop).mailed_code()
    with workshop.test_request_context(), database.unit_of_work():
        with pytest.raises(Invalid):
            one_time_codes.redeem(number, visit, email, code, purpose=one_time_codes.CONFIRM)
        one_time_codes.redeem(number, visit, email, code, purpose=other)


def test_with_a_second_factor_a_code_is_not_enough(workshop: Flask, number: int, stale: Browser) -> None:
    factor = SecondFactor("stand_in", 1, lambda: "A stand-in", lambda subject: subject == number, "workshop.front")
    workshop.extensions["asklater.second_factors"].register(factor)
    page = stale.get("/confirm?next=/account/email")
    assert "A stand-in" in page.text
    assert "Send me a code" not in page.text
    assert stale.post("/confirm?next=/account/email", {"send": "yes"}).status_code == 303
    assert browser_of(workshop, number).get("/account/email").status_code == 303
    assert browser_of(workshop, number, factor=True).get("/account/email").status_code == 200


def test_a_visitor_has_nothing_to_confirm(visitor: Browser) -> None:
    assert visitor.get("/confirm?next=/account").location == "/account"
    assert visitor.post("/confirm", {"code": "123456"}).status_code == 303


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"])
def test_it_leads_back_to_this_site_only(workshop: Flask, number: int, onward: str) -> None:
    assert browser_of(workshop, number).get("/confirm", query_string={"next": onward}).location == "/account"

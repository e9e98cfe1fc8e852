"""The phone as the second factor at sign-in."""

from collections.abc import Callable

import pytest
from flask import Flask

from asklater.accounts.phones.text_codes import TEXTED_CODES
from asklater.accounts.tables import PhoneCode
from asklater.tables import answer
from tests.asklater.integration.accounts.phones.steps import FACTOR, PHONE, SHOWN, enrol, wrong
from tests.asklater.integration.accounts.phones.test_enrolment import events
from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.browsing import Browser, went_to
from tests.support.people import browser_of, settle
from tests.support.records import rows


@pytest.fixture
def arriving(person: Browser, another: Callable[[], Browser]) -> Browser:
    """Ada on a device that is new: she has proved the address, and owes a second factor."""
    enrol(person)
    device = sign_up(another())
    device.get("/account/bring-back")
    assert went_to(device.answer({"answer.verified_email": device.mailed_code()})).startswith("/sign-in/factor")
    return device


@pytest.mark.thorough
def test_the_code_lets_her_in(arriving: Browser, workshop: Flask) -> None:
    page = arriving.get("/sign-in/factor?next=/account")
    assert "A code by text message" in page.text
    page = arriving.get(f"{FACTOR}?next=/account")
    assert "number ends in 89" in page.text
    assert SHOWN not in page.text
    assert "It is good for 10 minutes" in arriving.answer({}).text
    assert went_to(arriving.answer({"code": arriving.texted_code()})) == "/account"
    assert SHOWN in arriving.get("/account").text
    assert ("factor_passed", "phone") in events(workshop)


def test_looking_at_the_page_sends_nothing(arriving: Browser, workshop: Flask) -> None:
    before = len(rows(workshop, PhoneCode.__table__))
    arriving.get(FACTOR)
    arriving.client.head(FACTOR)
    assert len(rows(workshop, PhoneCode.__table__)) == before


@pytest.mark.thorough
def test_a_wrong_code_opens_nothing_and_is_noted(arriving: Browser, workshop: Flask) -> None:
    arriving.get(FACTOR)
    arriving.answer({})
    page = arriving.answer({"code": wrong(arriving.texted_code())})
    assert page.status_code == 422
    assert "4 tries are left" in page.text
    assert events(workshop)[-1] == ("factor_refused", "phone")
    assert "six digits that we sent" in arriving.answer({"code": "12"}).text
    assert SHOWN not in arriving.get("/account").text


@pytest.mark.thorough
def test_the_code_of_another_purpose_does_not_do(arriving: Browser, person: Browser) -> None:
    person.get("/account/phone")
    person.answer({"phone": "+44 7400 123456"})
    other = person.texted_code()
    arriving.get(FACTOR)
    arriving.answer({})
    assert other == arriving.texted_code() or arriving.answer({"code": other}).status_code == 422


@pytest.mark.thorough
def test_guessing_is_limited_and_leaves_the_owners_own_device_alone(
    arriving: Browser, person: Browser, workshop: Flask
) -> None:
    arriving.get(FACTOR)
    while (page := arriving.answer({"send": "yes"})).status_code == 200:
        assert len(rows(workshop, PhoneCode.__table__)) <= TEXTED_CODES.of_network.allowed
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    person.get(FACTOR)
    assert person.answer({}).status_code == 200


@pytest.mark.thorough
def test_twenty_tries_an_hour(arriving: Browser) -> None:
    arriving.get(FACTOR)
    for _ in range(4):
        arriving.answer({"send": "yes"})
        code = arriving.texted_code()
        for _ in range(5):
            arriving.answer({"code": wrong(code)})
    arriving.answer({"send": "yes"})
    page = arriving.answer({"code": arriving.texted_code()})
    assert page.status_code == 429
    assert "Nothing stored yet" not in arriving.get("/account").text


@pytest.mark.thorough
def test_it_confirms_who_it_is(person: Browser, workshop: Flask, ada: int) -> None:
    enrol(person)
    stale = browser_of(workshop, ada, proved=False)
    page = stale.get("/confirm?next=/account/phone")
    assert "A code by text message" in page.text
    stale.get(f"{FACTOR}?next=/account/phone")
    stale.answer({})
    assert went_to(stale.answer({"code": stale.texted_code()})) == "/account/phone"
    assert stale.get("/account/phone").status_code == 200


@pytest.mark.thorough
def test_its_retention_counts_from_its_last_use(arriving: Browser, workshop: Flask, ada: int) -> None:
    def used() -> list[int]:
        return [row.used_at for row in rows(workshop, answer) if row.field == "phone"]

    before = used()
    arriving.get(FACTOR)
    arriving.answer({})
    arriving.answer({"code": arriving.texted_code()})
    assert used() > before


def test_it_is_there_only_for_whom_it_protects(visitor: Browser, workshop: Flask) -> None:
    bo = browser_of(workshop, settle(workshop, "bo@x.example"))
    for someone in (visitor, bo):
        assert someone.get(FACTOR).status_code == 404
        assert someone.post(FACTOR, {"send": "yes"}).status_code == 404
    assert rows(workshop, PhoneCode.__table__) == []


def test_alone_it_protects_nothing(person: Browser, workshop: Flask, ada: int) -> None:
    """Once the stronger factor is gone, the phone is none either."""
    enrol(person, PHONE)
    workshop.extensions["stand_in_holders"].clear()
    assert person.get(FACTOR).status_code == 404
    assert "They protect nothing while" in person.get("/account/security").text

"""Getting back in after the second factor was lost, while the address still works."""

import pytest
from flask import Flask

from tests.asklater.integration.accounts.recovery_steps import (
    ADA,
    DAY,
    SECOND,
    give_second_address,
    later,
    link,
    mails,
    recoveries,
    remind,
)
from tests.asklater.integration.accounts.stand_ins import PHONE_CODE, code_of, hold
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle


@pytest.fixture
def locked(shelter: Flask, ada: int) -> int:
    """An account with a second factor."""
    hold(shelter, ada, "authenticator")
    return ada


def prove_mail(person: Browser, address: str = ADA) -> Browser:
    """Up to where the factor is asked for."""
    person.get("/account/bring-back")
    person.answer({"answer.email": address})
    if 'name="answer.verified_email"' not in person.page.text:  # type: ignore[union-attr]
        person.get("/account/bring-back")
    page = person.answer({"answer.verified_email": person.mailed_code()})
    assert "/sign-in/factor" in page.location
    return person


def test_who_has_not_proved_the_address_does_that_first(person: Browser, locked: int) -> None:
    assert person.get("/recover/factor").location == "/account/bring-back"
    assert person.post("/recover/factor", {"recovery_code": "x"}).location == "/account/bring-back"
    assert person.post("/recover/factor/finish").location == "/recover/factor"


def test_the_owner_who_is_signed_in_is_told_where_to_begin(shelter: Flask, locked: int) -> None:
    owner = browser_of(shelter, locked)
    assert "You are signed in here" in owner.get("/recover/factor").text
    assert owner.answer({}).location == "/"


def test_an_account_that_ends_meanwhile_is_recovered_by_nobody(shelter: Flask, locked: int, person: Browser) -> None:
    hold(shelter, locked, "recovery_code")
    prove_mail(person)
    with shelter.extensions["asklater.database"].engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM asklater_account WHERE subject_id = {locked}")
    page = person.post("/recover/factor", {"recovery_code": code_of(locked)})
    assert page.location == "/account/bring-back"


def test_the_page_of_factors_leads_here(person: Browser, locked: int) -> None:
    prove_mail(person)
    assert 'href="/recover/factor"' in person.get("/sign-in/factor").text


def test_a_recovery_code_opens_it_at_once_without_the_factor(shelter: Flask, locked: int, person: Browser) -> None:
    hold(shelter, locked, "recovery_code")
    other = browser_of(shelter, locked)
    prove_mail(person).get("/recover/factor")
    page = person.answer({"recovery_code": code_of(locked)})
    assert page.location == "/account/security"
    assert "add a new one" in person.get("/account/security").text
    assert locked not in shelter.extensions["stand_ins"]["authenticator"]
    assert ADA not in other.get("/account").text
    assert "recovered" in mails(shelter, ADA)[-1].title


def test_a_wrong_one_is_told_beside_its_input(shelter: Flask, locked: int, person: Browser) -> None:
    hold(shelter, locked, "recovery_code")
    prove_mail(person).get("/recover/factor")
    page = person.answer({"recovery_code": "wrong"})
    assert page.status_code == 422
    assert 'value="wrong"' in page.text
    assert "That is not right." in page.text
    assert "show-recovery-code-error" in page.text


@pytest.mark.thorough
@pytest.mark.parametrize(("way", "days"), [("second", 1), ("phone", 1), ("mail", 7)])
def test_the_other_ways_wait(shelter: Flask, locked: int, person: Browser, way: str, days: int) -> None:
    give_second_address(shelter, locked)
    hold(shelter, locked, "phone")
    prove_mail(person).get("/recover/factor")
    typed = {"phone": PHONE_CODE} if way == "phone" else {}
    if way == "second":
        person.post("/recover/factor", {"send": "second_address"})
        typed = {"second_address": person.mailed_code()}
    assert "Now there is a waiting period" in person.post("/recover/factor", typed).text
    (recovery,) = recoveries(shelter)
    assert (recovery.method, recovery.new_email) == (way, "")
    assert recovery.opens_at - recovery.asked_at == days * DAY
    assert "Waiting period" in person.get("/recover/factor").text
    assert person.post("/recover/factor/finish").location == "/recover/factor"
    assert link(shelter, SECOND, "/recover/cancel/")
    with later(days + 0.1):
        remind(shelter)
        assert "/recover/factor" in mails(shelter, ADA)[-1].text
        back = prove_mail(Browser(shelter))
        back.get("/recover/factor")
        assert back.answer({}).location == "/account/security"
        assert ADA in back.get("/account/security").text
    assert locked not in shelter.extensions["stand_ins"]["authenticator"]


def test_only_what_the_account_holds_is_asked_for(shelter: Flask, locked: int, person: Browser) -> None:
    hold(shelter, locked, "phone")
    page = prove_mail(person).get("/recover/factor").text
    assert 'name="phone"' in page
    assert 'name="recovery_code"' not in page
    assert "Phone: after 1 day" in page
    assert "alone: after 7 days" in page


def test_guessing_ends_with_a_wait(shelter: Flask, locked: int, person: Browser) -> None:
    hold(shelter, locked, "recovery_code")
    prove_mail(person)
    pages = [person.post("/recover/factor", {"recovery_code": f"guess {number}"}) for number in range(6)]
    assert [page.status_code for page in pages] == [422] * 5 + [429]
    assert pages[-1].headers["Retry-After"]


def test_a_role_of_the_staff_does_not_work_before_a_new_factor_is_shown(shelter: Flask, person: Browser) -> None:
    number = settle(shelter, "boss@x.example", "admin")
    hold(shelter, number, "authenticator", "recovery_code")
    prove_mail(person, "boss@x.example").get("/recover/factor")
    person.answer({"recovery_code": code_of(number)})
    assert "boss@x.example" in person.get("/account/security").text
    assert person.get("/staff/events").status_code == 403
    hold(shelter, number, "authenticator")
    person.post("/stand-in/app")
    assert person.get("/staff/events").status_code == 200

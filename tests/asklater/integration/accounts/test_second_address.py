"""The second address: added by a gated action, proved, guarded, and shown with what it opens."""

import pytest
from flask import Flask

from asklater.accounts.tables import Account
from tests.asklater.integration.accounts.recovery_steps import ADA, SECOND, give_second_address, later, mails
from tests.asklater.integration.accounts.stand_ins import hold
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import held, rows

PAGE = "/account/recovery-address"


def add(person: Browser, address: str = SECOND) -> Browser:
    person.get(PAGE)
    person.answer({"answer.recovery_address": address})
    person.answer({"answer.verified_recovery_address": person.mailed_code()})
    return person


def test_it_is_added_with_its_code_and_the_owner_is_told(shelter: Flask, ada: int) -> None:
    owner = add(browser_of(shelter, ada))
    assert owner.page is not None
    assert owner.page.location == PAGE
    assert owner.get(PAGE).location == "/account/security"
    page = owner.get("/account/security").text
    assert SECOND in page
    assert "Second address: after 3 days" in page
    assert [mail.title for mail in mails(shelter, ADA)] == ["A second address for recovery was added"]
    assert len(rows(shelter, Account.__table__)) == 1


def test_it_helps_only_once_it_is_proved(shelter: Flask, ada: int) -> None:
    owner = browser_of(shelter, ada)
    owner.get(PAGE)
    owner.answer({"answer.recovery_address": SECOND})
    page = owner.get("/account/security").text
    assert "You have no way to recover this account yet" in page
    assert "after 3 days instead of never" in page


def test_it_differs_from_the_account_s_own(shelter: Flask, ada: int) -> None:
    owner = browser_of(shelter, ada)
    owner.get(PAGE)
    page = owner.answer({"answer.recovery_address": ADA.upper()})
    assert page.status_code == 422
    assert 'value="ADA@X.EXAMPLE"' in page.text


def test_the_account_is_proved_first(shelter: Flask) -> None:
    """A trojan identifier: whoever begins an account with another's address attaches nothing to it."""
    number = settle(shelter, ADA, proved=False)
    attacker = browser_of(shelter, number, proved=False)
    attacker.get(PAGE)
    assert attacker.page is not None
    assert 'name="answer.verified_email"' in attacker.page.text
    attacker.answer({"answer.recovery_address": "eve@x.example"})
    assert (number, "recovery_address") not in held(shelter)


def test_a_session_that_has_not_confirmed_who_it_is_adds_none(shelter: Flask, ada: int) -> None:
    stale = browser_of(shelter, ada, proved=False)
    assert stale.get(PAGE).location.startswith("/confirm")
    page = stale.get("/ask/add_recovery_address")  # not by the prompt without its page, either
    assert page.location.startswith("/confirm")
    assert (ada, "recovery_address") not in held(shelter)


@pytest.mark.thorough
def test_another_one_is_proved_anew_and_the_old_one_is_told(shelter: Flask, ada: int) -> None:
    owner = add(browser_of(shelter, ada))
    owner.get(f"{PAGE}/change")
    assert owner.answer({"address": "no address"}).status_code == 422
    assert owner.answer({"address": "ada@third.example"}).location == PAGE
    assert "removed" in mails(shelter, SECOND)[-1].title
    assert "You have no way to recover" in owner.get("/account/security").text
    owner.get(PAGE)
    owner.answer({"answer.verified_recovery_address": owner.mailed_code()})
    assert "ada@third.example" in owner.get("/account/security").text


def test_changing_and_removing_want_a_fresh_proof(shelter: Flask, ada: int) -> None:
    give_second_address(shelter, ada)
    stale = browser_of(shelter, ada, proved=False)
    assert stale.get(f"{PAGE}/change").location.startswith("/confirm")
    assert stale.post(f"{PAGE}/change", {"address": "eve@x.example"}).location.startswith("/confirm")
    assert stale.post("/account/fields/recovery_address/remove").location.startswith("/confirm")
    assert (
        stale.post("/account/fields/recovery_address", {"answer.recovery_address": "e@x.example"}).status_code == 404
    )


def test_removing_it_tells_both_addresses(shelter: Flask, ada: int) -> None:
    give_second_address(shelter, ada)
    owner = browser_of(shelter, ada)
    owner.get("/account/fields/recovery_address/remove")
    owner.answer({})
    for address in (ADA, SECOND):
        assert [mail.title for mail in mails(shelter, address)] == ["The second address for recovery was removed"]
    assert not {field for _, field in held(shelter)} & {"recovery_address", "verified_recovery_address"}


def test_it_signs_nobody_in(shelter: Flask, ada: int, person: Browser) -> None:
    give_second_address(shelter, ada)
    person.get("/account/bring-back")
    person.answer({"answer.email": SECOND})
    person.answer({"answer.verified_email": person.mailed_code()})
    assert ADA not in person.get("/account").text


def test_a_stranger_has_nothing_to_change(person: Browser) -> None:
    assert person.get(f"{PAGE}/change").status_code == 404
    assert person.post(f"{PAGE}/change", {"address": "a@x.example"}).status_code == 404


def test_a_visitor_is_asked_for_an_account_first(person: Browser) -> None:
    assert 'name="answer.email"' in person.get(PAGE).text


def test_the_panel_tells_what_is_open_and_what_one_more_would_add(shelter: Flask, ada: int) -> None:
    owner = browser_of(shelter, ada)
    page = owner.get("/account/security").text
    assert "If you cannot open your email any more: after 3 days instead of never." in page
    assert "If your second factor is gone" not in page
    hold(shelter, ada, "authenticator", "recovery_code")
    page = owner.get("/account/security").text
    assert "Authenticator app + Recovery code: at once" in page
    assert "A code to your address alone: after 7 days" in page
    assert "If both are gone: after 3 days instead of after 7 days." in page


def test_a_code_to_it_is_good_for_its_purpose_only(shelter: Flask, ada: int) -> None:
    owner = browser_of(shelter, ada)
    owner.get(PAGE)
    owner.answer({"answer.recovery_address": SECOND})
    code = owner.mailed_code()
    with later(1 / 24):  # and has run out after ten minutes
        owner.get(f"/door/{ada}?proved")
        owner.get(PAGE)
        assert owner.answer({"answer.verified_recovery_address": code}).status_code == 422


def test_the_prompts_that_send_a_code_lead_to_recovery(person: Browser) -> None:
    link = 'href="/recover"'
    assert link in person.get("/ask/sign_up").text
    assert link not in person.post("/publish").text
    person.get("/account/bring-back")
    assert link in person.answer({"answer.email": ADA}).text

"""The code that goes out with an address: on the page after sign-in, and in the middle of a prompt."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts import email_addresses
from asklater.accounts.tables import Account, EmailCode
from asklater.engine import Engine
from asklater.insights.coverage import read_coverage
from asklater.messages.tables import OutgoingMail
from asklater.rate_limits import RateLimit
from asklater.tables import answer, subject
from tests.asklater.integration.accounts.test_signup import prove, sign_up
from tests.asklater.integration.accounts.test_verification import wrong
from tests.support.answers import ADDRESS, ada
from tests.support.browsing import Browser
from tests.support.records import rows

EMAIL = {"answer.email": "ada@x.example"}
OFFER = "Been here before?"
SENT_TO = "We sent a code to ada@x.example."


@pytest.fixture
def owner(another: Callable[[], Browser]) -> Browser:
    """Somebody who has proved the address, and has sent a letter."""
    person = prove(sign_up(another()))
    person.post("/letters")
    person.answer(ADDRESS)
    assert person.answer({"answer.display_name": "Ada"}).text == "sent"
    return person


@pytest.fixture
def asked(owner: Browser, visitor: Browser) -> Browser:
    """The same person on another device, asked for the letters' address once they gave theirs."""
    sign_up(visitor)
    visitor.post("/letters", {"text": "hello"})
    return visitor


@pytest.mark.parametrize("known", [False, True])
def test_an_address_is_mailed_a_code_once_known_or_new(
    another: Callable[[], Browser], workshop: Flask, known: bool
) -> None:
    if known:
        prove(sign_up(another()))
    before = len(rows(workshop, OutgoingMail.__table__)), len(rows(workshop, EmailCode.__table__))
    person = sign_up(another())
    person.get("/sign-in/welcome")
    person.get("/account/bring-back")  # which asks for the same code
    after = len(rows(workshop, OutgoingMail.__table__)), len(rows(workshop, EmailCode.__table__))
    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)


def test_nobody_is_held_up_where_no_more_codes_may_be_sent(
    visitor: Browser, workshop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email_addresses, "FIRST_CODES", RateLimit("none today", 1, timedelta(days=1)))
    sign_up(visitor).post("/sign-out")
    sign_up(visitor)
    assert len(rows(workshop, EmailCode.__table__)) == 1
    page = visitor.get("/sign-in/welcome?next=/privacy").text
    assert "Send me a code" in page
    assert "Continue on this browser only" in page
    visitor.answer({})
    assert visitor.answer({"code": visitor.mailed_code()}).location == "/privacy"


def test_a_wrong_code_is_told_beside_its_input_and_kept(visitor: Browser) -> None:
    sign_up(visitor).get("/sign-in/welcome")
    typed = wrong(visitor.mailed_code())
    page = visitor.answer({"code": typed})
    assert page.status_code == 422
    assert "4 tries are left" in page.text
    assert f'value="{typed}"' in page.text


def test_a_code_that_has_run_out_is_replaced_on_request(visitor: Browser) -> None:
    sign_up(visitor)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert "We sent a code" not in visitor.get("/sign-in/welcome").text
        assert "We sent a code" in visitor.answer({}).text


@pytest.mark.thorough
def test_in_a_prompt_who_was_here_before_is_asked_nothing_that_is_held(asked: Browser, workshop: Flask) -> None:
    assert OFFER in asked.page.text  # type: ignore[union-attr]
    page = asked.answer({"_asklater.code": asked.mailed_code(), "_asklater.recognise": "1"})
    assert page.text == "sent"
    assert len(rows(workshop, Account.__table__)) == len(rows(workshop, subject)) == 1


@pytest.mark.thorough
def test_the_place_for_the_code_opens_with_a_press_and_keeps_what_was_typed(asked: Browser, workshop: Flask) -> None:
    assert "_asklater.code" not in asked.page.text  # type: ignore[union-attr]
    before = len(rows(workshop, EmailCode.__table__))
    page = asked.answer({**ADDRESS, "_asklater.redraw": "_asklater.recognise"})
    assert SENT_TO in page.text
    assert 'name="_asklater.code"' in page.text
    assert 'value="Berlin"' in page.text
    assert len(rows(workshop, EmailCode.__table__)) == before


def test_what_was_typed_beside_a_code_is_kept(another: Callable[[], Browser], visitor: Browser) -> None:
    prove(sign_up(another()))
    sign_up(visitor)
    visitor.post("/letters", {"text": "hello"})
    page = visitor.answer({**ADDRESS, "_asklater.code": visitor.mailed_code()})
    assert "Welcome back" in page.text
    assert 'value="Berlin"' in page.text
    assert OFFER not in page.text


def test_a_wrong_code_in_a_prompt_stores_nothing_and_says_so(asked: Browser) -> None:
    code = asked.mailed_code()
    page = asked.answer({**ADDRESS, "_asklater.code": wrong(code)})
    assert page.status_code == 422
    assert "4 tries are left" in page.text
    assert SENT_TO in page.text
    assert 'value="Berlin"' in page.text
    assert asked.answer({"_asklater.code": code}).status_code == 200


def test_a_new_code_is_sent_in_place(asked: Browser, workshop: Flask) -> None:
    before = len(rows(workshop, EmailCode.__table__))
    page = asked.answer({"_asklater.again": "_asklater.code"})
    assert SENT_TO in page.text
    assert len(rows(workshop, EmailCode.__table__)) == before + 1


def test_somebody_new_goes_on_as_they_are(visitor: Browser, workshop: Flask) -> None:
    sign_up(visitor)
    visitor.post("/letters", {"text": "hello"})
    page = visitor.answer({"_asklater.code": visitor.mailed_code()})
    assert "Nothing else was held under it" in page.text
    assert visitor.answer(ADDRESS).status_code == 200
    assert rows(workshop, Account.__table__)[0].verified_at is not None


def test_a_gate_does_not_wait_for_the_code(visitor: Browser) -> None:
    visitor.post("/publish", {"text": "first"})
    assert visitor.answer(ada()).text == "published first"


def test_a_prompt_that_asks_for_the_proof_offers_nothing_beside_it(visitor: Browser) -> None:
    sign_up(visitor)
    assert OFFER not in visitor.get("/account/bring-back").text


# What other browsers hold under the address, once it is proved


@pytest.mark.thorough
def test_what_began_in_the_same_browser_comes_along(visitor: Browser, workshop: Flask) -> None:
    visitor.post("/publish", {"text": "first"})
    visitor.answer(ada())
    visitor.post("/sign-out")
    prove(sign_up(visitor))
    assert "Ada" in visitor.get("/account").text
    assert len(rows(workshop, subject)) == 1


@pytest.mark.thorough
def test_what_began_in_a_browser_that_had_proved_the_address_comes_along(
    owner: Browser, another: Callable[[], Browser], workshop: Flask
) -> None:
    owner.post("/sign-out")
    owner.post("/publish", {"text": "first"})
    owner.answer(ada())
    third = prove(sign_up(another()))
    assert "Another browser had used" not in third.get("/account").text
    assert "picture" in {row.field for row in rows(workshop, answer)}  # which the owner had not given before
    assert len(rows(workshop, subject)) == 1


def test_what_nothing_shows_to_be_the_owners_is_erased_and_they_are_told_that(
    another: Callable[[], Browser], workshop: Flask
) -> None:
    stranger = another()
    stranger.post("/publish", {"text": "first"})
    stranger.answer({**ada(), "answer.display_name": "Mallory"})
    owner = prove(sign_up(another()))
    page = owner.get("/account").text
    assert "Another browser had used your address without verifying it" in page
    assert "Mallory" not in page
    assert len(rows(workshop, subject)) == 1
    assert "Nothing stored yet" in stranger.get("/account").text


@pytest.mark.thorough
def test_a_browser_that_proved_one_address_brings_nothing_into_the_account_of_another(
    visitor: Browser, another: Callable[[], Browser], workshop: Flask
) -> None:
    prove(sign_up(visitor, "mallory@x.example")).post("/sign-out")
    sign_up(visitor, "mallory@x.example").get("/account/email")
    visitor.answer({"email": "ada@x.example"})
    visitor.post("/publish", {"text": "first"})
    visitor.answer({**ada(), "answer.display_name": "Mallory"})
    owner = prove(sign_up(another()))
    assert "Mallory" not in owner.get("/account").text
    assert "Mallory" not in visitor.get("/account").text


@pytest.mark.thorough
def test_a_later_proof_settles_what_came_meanwhile(
    owner: Browser, another: Callable[[], Browser], workshop: Flask
) -> None:
    sign_up(another())
    prove(sign_up(another()))
    assert len(rows(workshop, Account.__table__)) == 1


@pytest.mark.thorough
def test_accounts_that_turn_out_to_be_one_person_are_counted_once(
    another: Callable[[], Browser], workshop: Flask
) -> None:
    def counted() -> int:
        engine: Engine = workshop.extensions["asklater.engine"]
        with engine.database.unit_of_work():
            return read_coverage(engine.database, engine.registry.uncounted, "all").accounts

    browsers = [sign_up(another()) for _ in range(3)]
    assert counted() == 3
    prove(browsers[2])
    assert counted() == 1
    prove(sign_up(browsers[0]))
    assert counted() == 1

"""Codes by text message: bound to their session, good once and for ten minutes, within limits."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import PhoneCode
from asklater.messages.tables import OutgoingText
from tests.asklater.integration.accounts.phones.steps import CODE, PHONE, ask_for_code, wrong
from tests.support.browsing import Browser
from tests.support.factors import protect
from tests.support.people import browser_of, settle
from tests.support.records import held, rows


@pytest.fixture
def asked(person: Browser) -> Browser:
    """Looking at the input for the code."""
    ask_for_code(person)
    return person


@pytest.fixture
def bo(workshop: Flask) -> Browser:
    """Somebody else, with a strong factor as well."""
    return browser_of(workshop, protect(workshop, settle(workshop, "bo@x.example")), factor=True)


def proved(app: Flask) -> bool:
    return "verified_phone" in {field for _, field in held(app)}


def test_the_message_names_this_site_so_that_phones_offer_it_nowhere_else(asked: Browser, workshop: Flask) -> None:
    code = asked.texted_code()
    [message] = rows(workshop, OutgoingText.__table__)
    assert message.recipient == "+4915123456789"
    assert message.text.splitlines()[-1] == f"@localhost #{code}"
    assert len(message.text) <= 160


def test_it_may_be_typed_with_spaces(asked: Browser, workshop: Flask) -> None:
    code = asked.texted_code()
    assert asked.answer({CODE: f" {code[:3]} {code[3:]} "}).status_code == 303
    assert proved(workshop)


def test_a_wrong_one_says_how_many_tries_are_left(asked: Browser, workshop: Flask) -> None:
    code = asked.texted_code()
    page = asked.answer({CODE: wrong(code)})
    assert page.status_code == 422
    assert "4 tries are left" in page.text
    assert not proved(workshop)
    assert asked.answer({CODE: code}).status_code == 303


@pytest.mark.thorough
def test_five_wrong_tries_use_it_up(asked: Browser) -> None:
    code = asked.texted_code()
    for _ in range(5):
        asked.answer({CODE: wrong(code)})
    assert asked.answer({CODE: code}).status_code == 422


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345Ⅵ", "0" * 1000])
def test_what_is_no_code_costs_no_try(asked: Browser, workshop: Flask, typed: str) -> None:
    assert "six digits that we sent to your phone" in asked.answer({CODE: typed}).text
    assert rows(workshop, PhoneCode.__table__)[0].tries == 0


def test_a_late_one_has_run_out(asked: Browser, workshop: Flask) -> None:
    code = asked.texted_code()
    with clock.at(clock.now() + timedelta(minutes=11)):
        page = asked.answer({CODE: code})
    assert page.status_code == 422
    assert "run out" in page.text
    assert not proved(workshop)


def test_a_new_one_ends_the_earlier_one_but_not_the_count(asked: Browser, workshop: Flask) -> None:
    first = asked.texted_code()
    asked.answer({CODE: wrong(first)})
    assert "We sent a new code" in asked.answer({"_asklater.again": "verified_phone"}).text
    assert asked.answer({CODE: first}).status_code == 422
    assert sum(row.tries for row in rows(workshop, PhoneCode.__table__)) == 2


@pytest.mark.thorough
def test_asking_too_often_leaves_the_last_one_good(asked: Browser) -> None:
    for _ in range(6):
        page = asked.answer({"_asklater.again": "verified_phone"})
    assert "The code that we sent last still works." in page.text
    assert CODE in re.findall(r'name="([^"]+)"', page.text)
    assert asked.answer({CODE: asked.texted_code()}).status_code < 400


def test_looking_again_sends_nothing_more(asked: Browser, workshop: Flask) -> None:
    asked.post("/account/phone/add")
    asked.get("/ask/enrol_phone?next=/")
    assert len(rows(workshop, PhoneCode.__table__)) == 1


def test_it_is_bound_to_the_session_that_asked(asked: Browser, bo: Browser, workshop: Flask) -> None:
    code = asked.texted_code()
    ask_for_code(bo)
    assert code == asked.texted_code() or bo.answer({CODE: code}).status_code == 422
    assert not proved(workshop)


def test_another_session_of_the_same_account_cannot_use_it(asked: Browser, workshop: Flask, ada: int) -> None:
    code = asked.texted_code()
    second = browser_of(workshop, ada, factor=True)
    second.post("/account/phone/add")
    assert second.answer({CODE: code}).status_code == 422


@pytest.mark.thorough
def test_one_used_is_used(asked: Browser, workshop: Flask) -> None:
    code = asked.texted_code()
    action, hidden = asked.forms()[-1]
    assert asked.answer({CODE: code}).status_code == 303
    asked.get("/account/fields/verified_phone/remove")
    asked.answer({})
    assert asked.post(action, {**hidden, CODE: code}).status_code == 422
    assert not proved(workshop)


@pytest.mark.thorough
def test_two_redemptions_at_once_give_one_success(asked: Browser, workshop: Flask) -> None:
    code = asked.texted_code()
    action, hidden = asked.forms()[-1]
    cookie = asked.client.get_cookie("asklater")
    assert cookie is not None

    def redeem(_number: int) -> int:
        tab = workshop.test_client()
        tab.set_cookie("asklater", cookie.value)
        return tab.post(action, data={**hidden, CODE: code}).status_code

    with ThreadPoolExecutor(4) as tabs:
        list(tabs.map(redeem, range(4)))
    assert [field for _, field in held(workshop)].count("verified_phone") == 1
    assert [row.verified for row in rows(workshop, PhoneCode.__table__)] == [True]


@pytest.mark.thorough
def test_twenty_wrong_tries_an_hour_and_no_more(asked: Browser, workshop: Flask) -> None:
    for _ in range(4):
        code = asked.texted_code()
        for _ in range(5):
            asked.answer({CODE: wrong(code)})
        asked.answer({"_asklater.again": "verified_phone"})
    page = asked.answer({CODE: asked.texted_code()})
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 180
    assert not proved(workshop)


@pytest.mark.thorough
def test_five_messages_to_one_number_whoever_asks(asked: Browser, bo: Browser, workshop: Flask) -> None:
    for _ in range(4):
        asked.answer({"_asklater.again": "verified_phone"})
    page = ask_for_code(bo, PHONE)
    assert page.status_code == 429
    assert "tried too often" in page.text
    assert 0 < int(page.headers["Retry-After"]) <= 720
    assert len(rows(workshop, OutgoingText.__table__)) == 5


@pytest.mark.thorough
def test_eight_messages_for_one_account_to_whatever_number(person: Browser, workshop: Flask) -> None:
    for last in range(9):
        page = ask_for_code(person, f"+49 1512 345678{last}")
        person.get("/account/fields/phone/remove")
        person.answer({})
    assert page.status_code == 429
    assert len(rows(workshop, PhoneCode.__table__)) == 8


@pytest.mark.thorough
def test_twenty_messages_from_one_network_and_another_is_free(workshop: Flask) -> None:
    def ask(number: int, network: str) -> int:
        someone = browser_of(workshop, protect(workshop, settle(workshop, f"p{number}@x.example")), factor=True)
        someone.client.environ_base["REMOTE_ADDR"] = network
        return ask_for_code(someone, f"+49 1512 34567{number:02d}").status_code

    codes = [ask(number, "192.0.2.1") for number in range(21)]
    assert codes == [*[200] * 20, 429]
    assert ask(21, "192.0.2.2") == 200


def test_a_country_that_is_taken_off_the_list_gets_nothing_more(
    person: Browser, workshop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asklater.accounts.phones.text_codes.allowed_countries", lambda _field: ("GB",))
    page = ask_for_code(person)
    assert "cannot send text messages to this number" in page.text
    assert rows(workshop, OutgoingText.__table__) == []


def test_codes_that_are_over_are_forgotten(asked: Browser, workshop: Flask) -> None:
    later: Callable[[], object] = workshop.extensions["asklater.jobs"].runs["expire_records"]
    later()
    assert len(rows(workshop, PhoneCode.__table__)) == 1
    with clock.at(clock.now() + timedelta(days=3)):
        later()
    assert rows(workshop, PhoneCode.__table__) == []

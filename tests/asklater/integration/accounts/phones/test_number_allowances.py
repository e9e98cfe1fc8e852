"""Codes by text message count by who asks: no network uses up the owner's, and no effort tells who has a phone."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.phones.text_codes import TEXTED_CODES
from asklater.accounts.recovery.evaluation import CODES_SENT
from asklater.accounts.tables import PhoneCode
from asklater.messages import post_text
from asklater.messages.tables import OutgoingText
from asklater.messages.text_messages import TEXTS_TO_NUMBER
from tests.asklater.integration.accounts.phones.steps import FACTOR, enrol
from tests.asklater.integration.accounts.recovery_steps import ADA, begin, give_second_address, show
from tests.asklater.integration.accounts.test_code_allowances import at_home, database_of
from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.browsing import Browser
from tests.support.people import settle
from tests.support.records import rows, statements

E164 = "+4915123456789"
CROWD = [f"2001:db8:{number:x}::1" for number in range(30)]
MOST = TEXTED_CODES.of_strangers.allowed + TEXTED_CODES.reserve.allowed
PRESSES = CODES_SENT.allowed + 1


def attack(app: Flask, networks: list[str], moment: datetime, purpose: str = "evidence") -> int:
    """Ask for as many codes to the number as these networks get, and send them; how many."""
    granted = 0
    with clock.at(moment), database_of(app).unit_of_work():
        for network in networks:
            with app.test_request_context(environ_base={"REMOTE_ADDR": network}):
                while not TEXTED_CODES.use(E164, purpose).wait and post_text(E164, "A code"):
                    granted += 1
    return granted


def texts(app: Flask) -> list[Any]:
    return rows(app, OutgoingText.__table__)


@pytest.fixture
def enrolled(person: Browser) -> Browser:
    """Ada's own browser, whose number is a factor by now."""
    enrol(person)
    return person


@pytest.mark.parametrize("networks", [pytest.param(CROWD[:1], marks=pytest.mark.thorough), CROWD[:10]])
def test_the_owner_still_gets_back_in_by_phone(enrolled: Browser, workshop: Flask, networks: list[str]) -> None:
    moment = clock.now()
    with clock.at(moment):
        for purpose in ("evidence", "factor"):
            attack(workshop, networks, moment, purpose)
        before = len(texts(workshop))
        begin(at_home(workshop), "both").post("/recover/show", {"send": "phone"})
        assert [text.recipient for text in texts(workshop)[before:]] == [E164]


@pytest.mark.thorough
def test_the_owner_still_signs_in_on_a_new_device(enrolled: Browser, workshop: Flask) -> None:
    moment = clock.now()
    with clock.at(moment):
        attack(workshop, CROWD[:10], moment, "factor")
        device = sign_up(at_home(workshop))
        device.get("/account/bring-back")
        device.answer({"answer.verified_email": device.mailed_code()})
        device.get(FACTOR)
        assert device.answer({}).status_code == 200
        assert device.answer({"code": device.texted_code()}).status_code == 303


@pytest.mark.thorough
def test_strangers_at_the_sign_in_use_up_nothing_of_the_account(enrolled: Browser, workshop: Flask) -> None:
    """Several networks that read the mail press as often as they may; the owner is still sent a code."""
    moment, statuses = clock.now(), []
    with clock.at(moment):
        for network, presses in (("198.51.100.1", 5), ("198.51.100.2", 5), ("203.0.113.7", 1)):
            device = sign_up(at_home(workshop, network))
            device.get("/account/bring-back")
            device.answer({"answer.verified_email": device.mailed_code()})
            for _ in range(presses):
                device.get(FACTOR)
                statuses.append(device.answer({"send": "yes"}).status_code)
    assert statuses == [200] * 11


@pytest.mark.thorough
def test_a_device_that_proved_the_number_has_its_own(enrolled: Browser, workshop: Flask) -> None:
    moment = clock.now() + timedelta(hours=1)
    attack(workshop, CROWD, moment)
    with clock.at(moment), database_of(workshop).unit_of_work():
        cookie = enrolled.client.get_cookie("asklater-device")
        assert cookie is not None
        with workshop.test_request_context(headers={"Cookie": f"asklater-device={cookie.value}"}):
            granted = [TEXTED_CODES.use(E164, "factor").wait == 0 for _ in range(6)]
    assert granted == [True] * 5 + [False]


@pytest.mark.thorough
def test_a_crowd_gets_no_more_than_a_number_is_ever_sent(workshop: Flask) -> None:
    assert attack(workshop, CROWD, clock.now()) == MOST <= TEXTS_TO_NUMBER[1].allowed
    assert TEXTED_CODES.of_network.allowed < TEXTED_CODES.of_strangers.allowed


def written(app: Flask, person: Browser) -> list[list[str]]:
    """What each of so many presses has the database do."""
    presses = []
    for _ in range(PRESSES):
        with statements(app) as sent:
            person.post("/recover/show", {"send": "phone"})
        presses.append(sent)
    return presses


def changes(presses: list[list[str]]) -> list[list[str]]:
    return [[sql for sql in press if sql.startswith(("INSERT", "UPDATE", "DELETE"))] for press in presses]


@pytest.mark.thorough
@pytest.mark.parametrize("address", ["nobody@x.example", "bo@x.example"])
def test_a_code_for_nobody_is_as_much_work(enrolled: Browser, workshop: Flask, address: str) -> None:
    """Be there no such account, or one without a phone."""
    settle(workshop, "bo@x.example")
    before = len(texts(workshop))
    known = written(workshop, begin(at_home(workshop), "both"))
    other = written(workshop, begin(at_home(workshop, "203.0.113.8"), "both", address, "eve@new.example"))
    assert changes(known) == changes(other)
    assert list(map(len, known)) == list(map(len, other))
    sent = texts(workshop)[before:]
    assert [text.recipient for text in sent] == [E164] * 5 + [""] * 5
    assert all(text.next_try_at is None for text in sent[5:])


@pytest.mark.thorough
def test_the_code_for_nobody_shows_no_phone(another: Callable[[], Browser], workshop: Flask) -> None:
    """Even where it is guessed, for an account that has a second address and no phone."""
    give_second_address(workshop, settle(workshop, ADA))
    person = begin(another(), "both")
    person.post("/recover/show", {"send": "second_address"})
    person.post("/recover/show", {"send": "phone"})
    unsent = re.search(r"\d{6}", texts(workshop)[-1].text)
    assert unsent is not None
    assert show(person, second_address=person.mailed_code(), phone=unsent.group(0)).status_code == 422


def test_codes_for_nobody_halt_no_country(
    workshop: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asklater.accounts.phones.text_codes.MIN_CODES_COUNTED", 2)
    moment = clock.now()
    with clock.at(moment):
        for number in range(2):
            person = begin(at_home(workshop, CROWD[number]), "both", f"p{number}@x.example", f"n{number}@new.example")
            person.post("/recover/show", {"send": "phone"})
    with clock.at(moment + timedelta(minutes=11)):
        begin(at_home(workshop), "both", "last@x.example", "last@new.example").post("/recover/show", {"send": "phone"})
    assert len(texts(workshop)) == 3
    assert "no text messages to" not in caplog.text
    assert {code.calling_code for code in rows(workshop, PhoneCode.__table__)} == {0}

"""However many codes strangers ask for: the owner gets theirs, the inbox is not flooded, and its reader is told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.one_time_codes import MAILED_CODES
from asklater.accounts.recovery.evaluation import TRIES_OF_STRANGERS
from asklater.messages.tables import OutgoingMail
from tests.asklater.integration.accounts.recovery_steps import ADA, SECOND, begin, give_second_address, show
from tests.asklater.integration.accounts.test_signup import sign_up
from tests.support.browsing import Browser
from tests.support.people import settle
from tests.support.records import rows

CODE = "answer.verified_email"
ATTACKERS = [f"198.51.100.{number}" for number in range(30)]
NETWORKS = [pytest.param(ATTACKERS[:1], marks=pytest.mark.thorough), ATTACKERS]
OWNERS = "203.0.113.7"
MOST = MAILED_CODES.of_strangers.allowed + MAILED_CODES.reserve.allowed
HOUR = timedelta(hours=1)


def at_home(app: Flask, network: str = OWNERS) -> Browser:
    """A new device in a network of its own."""
    browser = Browser(app)
    browser.client.environ_base["REMOTE_ADDR"] = network
    return browser


def attack(app: Flask, address: str, networks: list[str], moment: datetime, purpose: str = "prove") -> int:
    """Ask for as many codes as these networks get; how many they were granted."""
    granted = 0
    with clock.at(moment), database_of(app).unit_of_work():
        for network in networks:
            with app.test_request_context(environ_base={"REMOTE_ADDR": network}):
                while not MAILED_CODES.use(address, purpose).wait:
                    granted += 1
    return granted


def database_of(app: Flask) -> Any:
    return app.extensions["asklater.database"]


def mails_to(app: Flask, address: str) -> list[Any]:
    return [mail for mail in rows(app, OutgoingMail.__table__) if mail.recipient == address]


@pytest.mark.thorough
@pytest.mark.parametrize("networks", NETWORKS)
def test_the_owner_still_signs_in_on_a_new_device(workshop: Flask, networks: list[str]) -> None:
    settle(workshop, ADA)
    moment = clock.now()
    with clock.at(moment):
        attack(workshop, ADA, networks, moment)
        owner = sign_up(at_home(workshop), ADA)
        owner.get("/account/bring-back")
        assert owner.answer({CODE: owner.mailed_code()}).status_code == 303
        assert "ada@x.example" in owner.get("/account").text


@pytest.mark.thorough
@pytest.mark.parametrize("networks", NETWORKS)
def test_the_owner_still_asks_for_what_is_held(workshop: Flask, networks: list[str]) -> None:
    settle(workshop, ADA)
    moment = clock.now()
    with clock.at(moment):
        for purpose in ("prove", "request"):
            attack(workshop, ADA, networks, moment, purpose)
        owner = at_home(workshop)
        owner.get("/privacy/request")
        owner.answer({"kind": "access", "address": ADA, "message": "All of it"})
        owner.get("/privacy/request/code")
        assert "/privacy/requests/" in str(owner.answer({"code": owner.mailed_code()}).location)


@pytest.mark.thorough
@pytest.mark.parametrize("networks", NETWORKS)
def test_the_owner_still_gets_back_in(shelter: Flask, networks: list[str]) -> None:
    give_second_address(shelter, settle(shelter, ADA))
    moment = clock.now()
    with clock.at(moment):
        for address in (SECOND, "ada@new.example"):
            attack(shelter, address, networks, moment, "evidence")
        with database_of(shelter).unit_of_work():
            for network in networks:
                with shelter.test_request_context(environ_base={"REMOTE_ADDR": network}):
                    while not TRIES_OF_STRANGERS.use(ADA, "mail").wait:
                        pass
        owner = begin(at_home(shelter))
        assert owner.post("/recover/show", {"send": "second_address"}).status_code == 200
        page = show(owner, second_address=owner.mailed_code())
        assert page.status_code in {200, 303}, page.text


@pytest.mark.thorough
def test_strangers_shut_nobody_out_from_trying_a_code(another: Callable[[], Browser], workshop: Flask) -> None:
    """Wrong codes of one network leave another one its tries."""
    moment = clock.now()
    with clock.at(moment):
        for _ in range(4):
            thief = sign_up(another(), ADA)
            thief.get("/account/bring-back")
            code = int(thief.mailed_code())
            for wrong in range(1, 6):
                thief.answer({CODE: f"{(code + wrong) % 10**6:06d}"})
        owner = sign_up(at_home(workshop), ADA)
        owner.get("/account/bring-back")
        assert owner.answer({CODE: owner.mailed_code()}).status_code == 303


def test_no_network_takes_all_that_strangers_are_allowed(workshop: Flask) -> None:
    moment, day = clock.now(), 0
    for purpose in ("prove", "recover", "request", "second", "evidence"):
        day += attack(workshop, ADA, ATTACKERS[:1], moment, purpose)
    assert day == MAILED_CODES.of_network.allowed < MAILED_CODES.of_strangers.allowed


@pytest.mark.thorough
def test_a_thousand_networks_do_not_flood_the_inbox(workshop: Flask) -> None:
    moment = clock.now()
    crowd = [f"2001:db8:{number:x}::1" for number in range(150)]
    first = attack(workshop, ADA, crowd, moment)
    assert first == MOST
    day = sum(attack(workshop, ADA, crowd[:40], moment + hours * HOUR) for hours in range(1, 25, 4))
    assert day <= MOST


@pytest.mark.thorough
def test_one_customers_addresses_are_one_network(workshop: Flask) -> None:
    moment = clock.now()
    mine = [f"2001:db8:1:1::{number:x}" for number in range(1, 20)]
    assert attack(workshop, ADA, mine, moment) == MAILED_CODES.of_purpose.allowed
    whole_site = [f"2001:db8:1:{number:x}::1" for number in range(1, 60)]
    assert attack(workshop, ADA, whole_site, moment) <= MAILED_CODES.of_network.allowed


@pytest.mark.thorough
def test_whoever_reads_the_mail_is_told_once_and_has_a_way(workshop: Flask) -> None:
    settle(workshop, ADA)
    moment = clock.now()
    crowd = [f"2001:db8:{number:x}::1" for number in range(100)]
    with clock.at(moment):
        attack(workshop, ADA, crowd, moment)
        for network in (OWNERS, "203.0.113.8"):
            owner = sign_up(at_home(workshop, network), ADA)
            page = owner.get("/account/bring-back")
            assert page.status_code == 429
            assert page.headers["Retry-After"]
        (warning,) = mails_to(workshop, ADA)
        assert warning.title == "Somebody asks for many codes to your address"
        assert ADA not in warning.text
        link = "/sign-in/own-codes/" + warning.text.partition("/sign-in/own-codes/")[2].split()[0]
        owner.get(link)
        assert owner.answer({}).status_code == 303
        owner.get("/account/bring-back")
        assert owner.answer({CODE: owner.mailed_code()}).status_code == 303
        opened = [at_home(workshop).post(link).status_code for _ in range(5)]
        assert opened == [303, 303, 404, 404, 404], "one mail opens few browsers"
    with clock.at(moment + timedelta(days=1)):
        assert at_home(workshop).get(link).status_code == 404


@pytest.mark.thorough
def test_asking_in_vain_costs_nothing(workshop: Flask) -> None:
    """Whoever is told to wait, and asks again and again, is sent a code once that time is over."""
    moment = clock.now()
    crowd = [f"2001:db8:{number:x}::1" for number in range(MOST)]
    with clock.at(moment), database_of(workshop).unit_of_work():
        for network in crowd:
            with workshop.test_request_context(environ_base={"REMOTE_ADDR": network}):
                MAILED_CODES.use(ADA, "prove")
        with workshop.test_request_context(environ_base={"REMOTE_ADDR": OWNERS}):
            waits = {MAILED_CODES.use(ADA, "prove").wait for _ in range(20)}
    assert len(waits) == 1
    assert attack(workshop, ADA, [OWNERS], moment + timedelta(seconds=waits.pop())) >= 1


def test_a_made_up_link_is_none(workshop: Flask) -> None:
    for token in ("x", "W10.x", "a" * 500):
        browser = at_home(workshop)
        assert browser.get(f"/sign-in/own-codes/{token}").status_code == 404
        assert browser.post(f"/sign-in/own-codes/{token}").status_code == 404
        assert browser.client.get_cookie("asklater-device") is None


def test_purposes_and_spellings(workshop: Flask) -> None:
    with workshop.test_request_context(environ_base={"REMOTE_ADDR": OWNERS}), database_of(workshop).unit_of_work():
        for _ in range(MAILED_CODES.of_purpose.allowed):
            assert not MAILED_CODES.use(ADA, "prove").wait
        assert MAILED_CODES.use(ADA.upper(), "prove").wait
        assert not MAILED_CODES.use(ADA, "request").wait

"""Access by whoever has proved an address: accounts that gave it without proof are told by their sorts, not opened."""

import pytest
from flask import Flask

from asklater.accounts.tables import Account
from tests.asklater.integration.privacy.requests.submissions import ask_from_outside, mails_to
from tests.support.answers import ada
from tests.support.browsing import Browser
from tests.support.people import settle
from tests.support.records import rows

ADDRESS = "ada@x.example"


def publish(office: Flask) -> Browser:
    """Somebody gives the address, does not prove it, and publishes under the name of Ada."""
    person = Browser(office)
    person.post("/publish", {"text": "first"})
    person.answer(ada())
    return person


@pytest.mark.thorough
def test_the_officer_sees_what_is_held_under_the_address_and_how_far_it_was_proved(
    office: Flask, officer: Browser
) -> None:
    publish(office)
    path = "/officer/requests/" + ask_from_outside(office, ADDRESS, "access")[1]
    page = officer.get(path).text
    assert "verified by a code; it has no verified account" in page
    assert "1 account in a browser that never verified the address" in page
    assert "Display name" in page
    assert ">Ada<" not in page


def test_the_answer_tells_what_cannot_be_given_and_what_to_do(office: Flask, officer: Browser) -> None:
    settle(office, ADDRESS)
    publish(office)
    path = "/officer/requests/" + ask_from_outside(office, ADDRESS, "access")[1]
    officer.post(f"{path}/complete", {"outcome": "answered", "reason": "Sent by post."})
    text = mails_to(office, ADDRESS)[-1]
    assert "nothing shows that it is yours: 1 account in a browser that never verified the address" in text
    assert "Display name" in text


def test_nothing_is_said_where_nothing_else_is_held(office: Flask, officer: Browser) -> None:
    path = "/officer/requests/" + ask_from_outside(office, ADDRESS, "access")[1]
    assert "Also under the address" not in officer.get(path).text
    officer.post(f"{path}/complete", {"outcome": "answered", "reason": "There is nothing."})
    assert "nothing shows" not in mails_to(office, ADDRESS)[-1]


@pytest.mark.thorough
def test_an_erasure_on_request_takes_them_along(office: Flask, officer: Browser) -> None:
    publish(office)
    path = "/officer/requests/" + ask_from_outside(office, ADDRESS, "erasure")[1]
    officer.post(f"{path}/erase", {"erase": "yes"})
    assert [row for row in rows(office, Account.__table__) if row.email == ADDRESS] == []

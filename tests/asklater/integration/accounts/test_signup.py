"""One field signs up, for new addresses and known ones alike."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from asklater import clock
from asklater.accounts.tables import Account, BrowserSession
from asklater.tables import subject
from tests.support.browsing import Browser
from tests.support.records import episodes, rows

OWN = frozenset({"Set-Cookie", "X-Request-ID", "Content-Length", "X-RateLimit-Remaining", "X-RateLimit-Reset"})
"""Headers that differ between any two answers; the length does by that of the address."""


def sign_up(person: Browser, email: str = "ada@x.example") -> Browser:
    person.get("/ask/sign_up?next=/account")
    person.answer({"answer.email": email})
    return person


def prove(person: Browser) -> Browser:
    person.get("/account/bring-back")
    person.answer({"answer.verified_email": person.mailed_code()})
    return person


def _essence(page: TestResponse, email: str) -> tuple[int, list[str], str]:
    """What could tell two answers apart: status, headers and body, but for what is random in every answer."""
    text = re.sub(r'(name="(?:csrf_token|_asklater)" value=")[^"]*', r"\1", page.text).replace(email, "-")
    return page.status_code, [f"{name}: {value}" for name, value in page.headers if name not in OWN], text


def _shape_of_cookies(person: Browser, page: TestResponse) -> tuple[list[str], list[tuple[str, int]]]:
    """The cookies' names and attributes, and how long each thing is that the session's holds."""
    sent = [re.sub(r"^([^=]*)=[^;]*|(Expires)=[^;]*", r"\1\2", line) for line in page.headers.getlist("Set-Cookie")]
    with person.client.session_transaction() as session:
        return sent, sorted((name, len(str(value))) for name, value in session.items())


def _answers(person: Browser, email: str) -> list[object]:
    """What somebody gets who signs up with the address and looks around, up to the page that asks for its code."""
    person.get("/ask/sign_up?next=/sign-in/welcome")
    signed_up = person.answer({"answer.email": email})
    cookies = _shape_of_cookies(person, signed_up)
    urls = ("/sign-in/welcome", "/account", "/account/security", "/account/bring-back")
    return [cookies, _essence(signed_up, email), *(_essence(person.get(url), email) for url in urls)]


def test_one_field_and_one_is_in(visitor: Browser, workshop: Flask) -> None:
    page = visitor.get("/ask/sign_up?next=/account")
    assert page.text.count("<input class=") == 1
    page = visitor.answer({"answer.email": "ada@x.example"})
    assert (page.status_code, page.location) == (303, "/account")
    assert "ada@x.example" in visitor.get("/account").text
    assert episodes(workshop) == [("sign_up", "email", "completed")]
    assert rows(workshop, subject)[0].signed_up_at is not None


@pytest.mark.thorough
def test_a_known_address_gets_the_same_answer_and_an_account_of_its_own(
    another: Callable[[], Browser], workshop: Flask
) -> None:
    first = prove(sign_up(another()))
    with clock.at(clock.now()):
        known, new = (_answers(another(), email) for email in ("ada@x.example", "new@x.example"))
    assert known == new
    assert len(rows(workshop, Account.__table__)) == 3
    assert "ada@x.example" in first.get("/account").text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@x.example",
        "a b@x.example",
        "ada@x.example\r\nBcc: eve@x.example",
        "a" * 300 + "@x.example",
        "ada@localhost",
        "\ufffd@x.example",
        "ada@x..example",
        "a" * 20 + "@" + "\u00fc." * 110 + "de",  # longer than an address once it is looked up
        "ada@" + "d" * 64 + ".example",
        "ada@\U0001f4a9.example",
        "ada@xn--zzzzzz.example",
    ],
)
def test_what_is_no_address_is_refused_in_words_and_kept(visitor: Browser, workshop: Flask, typed: str) -> None:
    visitor.get("/ask/sign_up")
    page = visitor.answer({"answer.email": typed})
    assert page.status_code == 422
    assert "email address" in page.text
    assert rows(workshop, Account.__table__) == []


def test_two_different_addresses_at_once_are_refused(visitor: Browser, workshop: Flask) -> None:
    visitor.get("/ask/sign_up")
    page = visitor.answer({"answer.email": ["ada@x.example", "eve@x.example"]})
    assert page.status_code == 422
    assert rows(workshop, Account.__table__) == []


def test_the_session_gets_a_new_token_when_it_signs_up(visitor: Browser, workshop: Flask) -> None:
    visitor.get("/ask/sign_up")
    before = visitor.client.get_cookie("asklater")
    visitor.answer({"answer.email": "ada@x.example"})
    assert [row.ended_at for row in rows(workshop, BrowserSession.__table__)] == [None]
    assert before is not None
    visitor.client.set_cookie("asklater", before.value)
    assert "ada@x.example" not in visitor.get("/account").text


def test_nothing_works_after_signing_out(visitor: Browser) -> None:
    sign_up(visitor)
    cookie = visitor.client.get_cookie("asklater")
    assert cookie is not None
    assert visitor.post("/sign-out").status_code == 303
    assert "ada@x.example" not in visitor.get("/account").text
    visitor.client.set_cookie("asklater", cookie.value)
    assert "ada@x.example" not in visitor.get("/account").text


@pytest.mark.parametrize(
    ("referer", "lands_on"), [("http://localhost/privacy", "/privacy"), ("https://evil.example/", "/account")]
)
def test_signing_in_comes_back_to_where_one_was(visitor: Browser, referer: str, lands_on: str) -> None:
    visitor.get(visitor.get("/sign-in", headers={"Referer": referer}).location)
    welcomed = visitor.answer({"answer.email": "ada@x.example"}).location
    assert welcomed == f"/sign-in/welcome?next={lands_on}"
    page = visitor.get(welcomed).text
    assert "We sent a code to ada@x.example" in page
    assert f'href="{lands_on}">Continue on this browser only</a>' in page
    assert visitor.answer({"code": visitor.mailed_code()}).location == lands_on


def test_who_has_proved_the_address_is_not_asked_for_a_code(visitor: Browser) -> None:
    prove(sign_up(visitor))
    assert visitor.get("/sign-in/welcome?next=/privacy").location == "/privacy"

"""Proof of an address: codes, their limits, and what a proof brings back."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts import address_ownership, one_time_codes
from asklater.accounts.tables import Account, EmailCode
from asklater.tables import answer, subject
from tests.asklater.integration.accounts.test_signup import prove, sign_up
from tests.support.answers import ADDRESS, ada
from tests.support.browsing import Browser
from tests.support.records import episodes, rows

CODE = "answer.verified_email"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.fixture
def asked(visitor: Browser) -> Browser:
    """Signed up, and looking at the input for the code."""
    sign_up(visitor)
    visitor.get("/account/bring-back")
    return visitor


def test_the_code_from_the_mail_proves_the_address(asked: Browser, workshop: Flask) -> None:
    page = asked.answer({CODE: asked.mailed_code()})
    assert page.location == "/account/bring-back"
    assert rows(workshop, Account.__table__)[0].verified_at is not None
    assert "Already have an account?" not in asked.get("/account").text


def test_a_code_is_kept_as_a_hash_under_the_sites_own_key(asked: Browser, workshop: Flask) -> None:
    code = asked.mailed_code().encode()
    (row,) = rows(workshop, EmailCode.__table__)
    assert len(row.code_hash) == 32
    assert row.code_hash != sha256(code).digest()  # of six digits all hashes are soon tried
    assert all(code not in str(value).encode() for name, value in row._asdict().items() if name != "sent_at")


def test_a_code_may_be_typed_with_spaces(asked: Browser) -> None:
    code = asked.mailed_code()
    assert asked.answer({CODE: f" {code[:3]} {code[3:]} "}).status_code == 303


def test_a_wrong_code_says_how_many_tries_are_left_and_the_right_one_still_works(asked: Browser) -> None:
    code = asked.mailed_code()
    page = asked.answer({CODE: wrong(code)})
    assert page.status_code == 422
    assert "4 tries are left" in page.text
    assert asked.answer({CODE: code}).status_code == 303


def test_five_wrong_tries_use_a_code_up(asked: Browser) -> None:
    code = asked.mailed_code()
    for _ in range(5):
        asked.answer({CODE: wrong(code)})
    assert "used up" in asked.page.text  # type: ignore[union-attr]
    page = asked.answer({CODE: code})
    assert page.status_code == 422


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345Ⅵ", "0" * 1000])
def test_what_is_no_code_costs_no_try(asked: Browser, workshop: Flask, typed: str) -> None:
    assert "six digits" in asked.answer({CODE: typed}).text
    assert rows(workshop, EmailCode.__table__)[0].tries == 0


@pytest.mark.parametrize(
    "decorated", ["Your code: {}.", "\u202a{}\u202c", "{} is your code. It is good for 10 minutes."]
)
def test_a_code_is_taken_as_it_was_pasted(asked: Browser, decorated: str) -> None:
    code = asked.mailed_code()
    assert asked.answer({CODE: decorated.format(f"{code[:3]}\u00a0{code[3:]}")}).status_code == 303


def test_two_codes_are_not_guessed_at_and_cost_no_try(asked: Browser, workshop: Flask) -> None:
    code = asked.mailed_code()
    assert "more than one code. Enter only the newest" in asked.answer({CODE: f"{wrong(code)} {code}"}).text
    assert rows(workshop, EmailCode.__table__)[0].tries == 0


def test_a_late_code_has_run_out(asked: Browser) -> None:
    code = asked.mailed_code()
    with clock.at(clock.now() + timedelta(minutes=11)):
        page = asked.answer({CODE: code})
    assert page.status_code == 422
    assert "run out" in page.text


@pytest.mark.thorough
def test_a_new_code_ends_the_earlier_one_but_not_the_count(asked: Browser, workshop: Flask) -> None:
    first = asked.mailed_code()
    asked.answer({CODE: wrong(first)})
    page = asked.answer({"_asklater.again": "verified_email"})
    assert "We sent a new code" in page.text
    assert asked.answer({CODE: first}).status_code == 422
    assert sum(row.tries for row in rows(workshop, EmailCode.__table__)) == 2


@pytest.mark.thorough
def test_twenty_wrong_tries_an_hour_and_no_more(asked: Browser, workshop: Flask) -> None:
    for _ in range(4):
        code = asked.mailed_code()
        for _ in range(5):
            asked.answer({CODE: wrong(code)})
        asked.answer({"_asklater.again": "verified_email"})
    page = asked.answer({CODE: asked.mailed_code()})
    assert page.status_code == 429
    assert "tried too often" in page.text
    assert 0 < int(page.headers["Retry-After"]) <= 180
    assert CODE not in re.findall(r'name="([^"]+)"', page.text)
    assert sum(row.tries for row in rows(workshop, EmailCode.__table__)) == 20


@pytest.mark.thorough
def test_asking_for_codes_too_often_leaves_the_last_one_good(asked: Browser, workshop: Flask) -> None:
    for _ in range(8):
        page = asked.answer({"_asklater.again": "verified_email"})
    assert "tried too often" in page.text
    assert "The code that we sent last still works." in page.text
    assert len(rows(workshop, EmailCode.__table__)) == 6
    assert asked.answer({CODE: asked.mailed_code()}).status_code == 303


def test_looking_again_sends_no_second_mail(asked: Browser, workshop: Flask) -> None:
    asked.get("/account/bring-back")
    asked.get("/account/bring-back")
    assert len(rows(workshop, EmailCode.__table__)) == 1


def test_a_code_is_bound_to_the_session_that_asked(asked: Browser, another: Callable[[], Browser]) -> None:
    code = asked.mailed_code()
    thief = sign_up(another())
    thief.get("/account/bring-back")
    assert thief.answer({CODE: code}).status_code == 422


def test_two_redemptions_at_once_give_one_success(asked: Browser, workshop: Flask) -> None:
    code = asked.mailed_code()
    action, hidden = asked.forms()[-1]
    cookie = asked.client.get_cookie("asklater")
    assert cookie is not None

    def redeem(_number: int) -> int:
        tab = workshop.test_client()
        tab.set_cookie("asklater", cookie.value)
        return tab.post(action, data={**hidden, CODE: code}).status_code

    with ThreadPoolExecutor(4) as tabs:
        list(tabs.map(redeem, range(4)))
    assert [row.field for row in rows(workshop, answer)].count("verified_email") == 1
    assert episodes(workshop).count(("bring_back", "verified_email", "completed")) == 1


@pytest.mark.thorough
def test_two_sessions_that_prove_one_address_at_once_are_one_account(
    another: Callable[[], Browser], workshop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, void = Barrier(2), address_ownership.settle_unproved_accounts

    def void_once_all_are_there(*arguments: Any) -> None:
        """Two that got here together would both be first; where one has to wait for the other, the meeting is off."""
        with suppress(BrokenBarrierError):
            meeting.wait(0.4)
        void(*arguments)

    monkeypatch.setattr(address_ownership, "settle_unproved_accounts", void_once_all_are_there)
    monkeypatch.setattr(
        one_time_codes, "device_or_network", lambda _email: token_hex(8)
    )  # or the limit's row would make them wait
    sent = []
    for _ in range(4):
        person = sign_up(another())
        person.get("/account/bring-back")
        sent.append((person, {CODE: person.mailed_code()}))
    with ThreadPoolExecutor(4) as people:
        statuses = list(people.map(lambda one: one[0].answer(one[1]).status_code, sent))
    assert max(statuses) < 500
    assert 303 in statuses
    assert [row.verified_at is not None for row in rows(workshop, Account.__table__)] == [True]


@pytest.mark.thorough
def test_coming_back_on_a_second_browser(another: Callable[[], Browser], workshop: Flask) -> None:
    first = another()
    first.post("/publish")
    first.answer(ada())
    prove(first)
    second = sign_up(another(), "ADA@x.example")
    second.post("/letters")
    second.answer(ADDRESS)
    prove(second)
    page = second.get("/account").text
    assert "Ada" in page
    assert "Berlin" in page  # what the second browser gathered came along
    assert len(rows(workshop, subject)) == 1
    assert second.post("/publish", {"text": "again"}).text == "published again"


@pytest.mark.thorough
def test_what_the_owner_holds_wins(another: Callable[[], Browser]) -> None:
    first = another()
    first.post("/publish")
    first.answer(ada())
    prove(first)
    second = sign_up(another())
    second.post("/publish")
    second.answer({**ada(), "answer.display_name": "Impostor"})
    prove(second)
    assert "Impostor" not in second.get("/account").text


def test_an_unproved_account_with_the_same_address_never_reaches_the_owner(another: Callable[[], Browser]) -> None:
    owner = another()
    owner.post("/publish")
    owner.answer(ada())
    prove(owner)
    attacker = sign_up(another())
    assert "Ada" not in attacker.get("/account").text.replace("ada@x.example", "")
    page = attacker.get("/export")
    assert "exported" not in page.text

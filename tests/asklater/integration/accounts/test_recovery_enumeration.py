"""Recovery tells nobody who has an account, and what; and guessing comes to an end, not the owner's own tries."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from asklater.messages.tables import OutgoingMail
from tests.asklater.integration.accounts.recovery_steps import ADA, SECOND, begin, give_second_address, mails, show
from tests.asklater.integration.accounts.stand_ins import APP_CODE, code_of, hold
from tests.support.browsing import Browser
from tests.support.people import browser_of
from tests.support.records import rows, statements

UNKNOWN = "nobody@x.example"


def essence(page: TestResponse, address: str) -> tuple[int, str, list[str]]:
    """What could tell two answers apart, without what is anybody's own."""
    text = re.sub(r'(csrf_token" value=")[^"]*', r"\1", page.text).replace(address, "-")
    return page.status_code, text, sorted(name for name, _ in page.headers)


@pytest.fixture
def guarded(shelter: Flask, ada: int) -> int:
    """An account that holds everything."""
    give_second_address(shelter, ada)
    hold(shelter, ada, "recovery_code", "authenticator", "phone")
    return ada


@pytest.mark.thorough
@pytest.mark.parametrize("lost", ["mail", "both"])
@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"recovery_code": "wrong"},
        {"second_address": "123456", "phone": "000000"},
        {"send": "second_address"},
        {"send": "phone"},
        {"send": "nonsense"},
    ],
)
def test_known_and_unknown_get_one_answer(shelter: Flask, guarded: int, lost: str, typed: dict[str, str]) -> None:
    answers = []
    for address in (ADA, UNKNOWN):
        person = begin(Browser(shelter), lost, address)
        answers.append((essence(person.page, address), essence(show(person, **typed), address)))  # type: ignore[arg-type]
    assert answers[0] == answers[1]


def test_a_code_for_nobody_is_written_like_any_other_and_never_sent(shelter: Flask, guarded: int) -> None:
    for address in (ADA, UNKNOWN):
        begin(Browser(shelter), "mail", address).post("/recover/show", {"send": "second_address"})
    last = rows(shelter, OutgoingMail.__table__)
    assert [mail.recipient for mail in last].count("") == 1
    assert last[-1].next_try_at is None
    assert len(mails(shelter, SECOND)) == 1
    assert shelter.extensions["stand_ins_sent"] == []


@pytest.mark.thorough
def test_a_code_by_mail_for_nobody_is_as_much_work(shelter: Flask, guarded: int) -> None:
    """However many unknown addresses one network has tried before."""
    for number in range(7):
        person = begin(Browser(shelter), "mail", f"nobody{number}@x.example", f"n{number}@new.example")
        person.post("/recover/show", {"send": "second_address"})
    work = []
    for address in (ADA, UNKNOWN):
        person = begin(Browser(shelter), "mail", address)
        with statements(shelter) as sent:
            for _ in range(6):
                person.post("/recover/show", {"send": "second_address"})
        work.append([sql for sql in sent if sql.startswith(("INSERT", "UPDATE", "DELETE"))])
    assert work[0] == work[1]
    assert [mail.recipient for mail in rows(shelter, OutgoingMail.__table__)].count("") == 7 + 5


def test_even_the_right_code_for_nobody_opens_nothing(shelter: Flask) -> None:
    person = begin(Browser(shelter), "mail", UNKNOWN)
    person.post("/recover/show", {"send": "second_address"})
    unsent = rows(shelter, OutgoingMail.__table__)[-1]
    code = re.search(r"\d{6}", unsent.text)
    assert code is not None
    assert show(person, second_address=code.group(0)).status_code == 422


def test_own_evidence_opens_no_account_that_is_not_there(shelter: Flask, guarded: int) -> None:
    person = begin(browser_of(shelter, guarded), "mail", UNKNOWN)
    page = person.post("/recover/show", {"send": "second_address"})
    assert page.status_code == 200
    assert mails(shelter, SECOND) == []
    assert show(person, recovery_code=code_of(guarded), authenticator=APP_CODE).status_code == 422


@pytest.mark.parametrize("address", [ADA, UNKNOWN])
def test_guessing_ends_with_a_wait(shelter: Flask, guarded: int, address: str) -> None:
    person = begin(Browser(shelter), "mail", address)
    pages = [show(person, recovery_code=f"guess {number}") for number in range(6)]
    assert [page.status_code for page in pages] == [422] * 5 + [429]
    assert 0 < int(pages[-1].headers["Retry-After"]) <= 600
    assert "tried too often" in pages[-1].text


@pytest.mark.parametrize("address", [ADA, UNKNOWN])
def test_sending_ends_with_a_wait(shelter: Flask, guarded: int, address: str) -> None:
    person = begin(Browser(shelter), "mail", address)
    pages = [person.post("/recover/show", {"send": "second_address"}) for _ in range(6)]
    assert [page.status_code for page in pages] == [200] * 5 + [429]
    assert pages[-1].headers["Retry-After"]


@pytest.mark.thorough
def test_guessers_use_up_no_try_of_a_device_that_proved_the_address(shelter: Flask, guarded: int) -> None:
    owner = Browser(shelter)
    owner.get("/ask/sign_up?next=/account")
    owner.answer({"answer.email": ADA})
    owner.get("/account/bring-back")
    owner.answer({"answer.verified_email": owner.mailed_code()})
    owner.post("/stand-in/app")
    owner.post("/sign-out")
    shelter.extensions["stand_ins"]["authenticator"].add(guarded)
    guesser = begin(Browser(shelter), new="eve@new.example")
    for number in range(11):
        show(guesser, recovery_code=f"guess {number}")
    page = show(begin(owner), recovery_code=code_of(guarded), authenticator=APP_CODE)
    assert page.location == "/account/security"


def test_the_page_of_evidence_asks_everybody_for_everything(shelter: Flask, ada: int) -> None:
    page = begin(Browser(shelter)).page
    assert page is not None
    for name in ("recovery_code", "second_address", "authenticator", "phone"):
        assert f'name="{name}"' in page.text
    page = begin(Browser(shelter), "both", new="other@new.example").page
    assert page is not None
    assert 'name="authenticator"' not in page.text

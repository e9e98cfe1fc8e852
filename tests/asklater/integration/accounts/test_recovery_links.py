"""The links of recovery's mails: what they do, once, and what opening them does not."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from asklater.accounts.audit_log import EVENT_TABLE
from asklater.accounts.tables import BrowserSession
from tests.asklater.integration.accounts.recovery_steps import (
    ADA,
    NEW,
    SECOND,
    begin,
    email_of,
    give_second_address,
    later,
    link,
    mails,
    recoveries,
    remind,
    show_second,
)
from tests.support.browsing import Browser
from tests.support.people import browser_of
from tests.support.records import rows


@pytest.fixture
def thief(shelter: Flask, ada: int) -> Browser:
    """Somebody who reads the mail of the second address, and has asked with it."""
    give_second_address(shelter, ada)
    person = begin(Browser(shelter))
    show_second(person)
    return person


@pytest.mark.thorough
def test_the_owner_cancels_by_the_link(shelter: Flask, ada: int, thief: Browser) -> None:
    owner = Browser(shelter)
    page = owner.get(link(shelter, ADA, "/recover/cancel/"))
    assert "Was it not you?" in page.text
    assert "It is cancelled" in owner.answer({}).text
    assert recoveries(shelter)[0].cancelled_at is not None
    with later(3.1):
        remind(shelter)
    assert not [mail for mail in mails(shelter, NEW) if "/recover/finish/" in mail.text]
    assert email_of(shelter, ada) == ADA
    for address in (ADA, SECOND, NEW):
        assert "cancelled" in mails(shelter, address)[-1].title


def test_it_ends_the_session_that_asked(shelter: Flask, ada: int, thief: Browser) -> None:
    asked = recoveries(shelter)[0].session_id
    owner = Browser(shelter)
    owner.get(link(shelter, ADA, "/recover/cancel/"))
    owner.answer({})
    assert next(row.ended_at for row in rows(shelter, BrowserSession.__table__) if row.id == asked) is not None


@pytest.mark.thorough
def test_the_owner_cancels_on_the_security_page(shelter: Flask, ada: int, thief: Browser) -> None:
    owner = browser_of(shelter, ada)
    assert "look at it" in owner.get("/account").text
    page = owner.get("/account/security")
    assert "Somebody is trying to recover this account" in page.text
    assert NEW in page.text
    form = next(at for at, (action, _) in enumerate(owner.forms()) if action == "/account/recovery/cancel")
    assert owner.answer({}, form=form).location == "/account/security"
    assert "Somebody is trying" not in owner.get("/account/security").text
    assert owner.post("/account/recovery/cancel").status_code == 404
    assert "recovery_cancelled" in [row.event for row in rows(shelter, EVENT_TABLE)]


@pytest.mark.thorough
def test_whoever_signs_in_meanwhile_is_told(shelter: Flask, ada: int, thief: Browser) -> None:
    owner = Browser(shelter)
    owner.get("/ask/sign_up?next=/account")
    owner.answer({"answer.email": ADA})
    owner.get("/account/bring-back")
    owner.answer({"answer.verified_email": owner.mailed_code()})
    assert "Somebody asked to get into this account" in owner.get("/account").text


def test_nobody_else_cancels(shelter: Flask, ada: int, thief: Browser) -> None:
    assert Browser(shelter).post("/account/recovery/cancel").status_code == 404
    assert thief.post("/account/recovery/cancel").status_code == 404
    assert thief.post("/recover/cancel/guess").status_code == 404
    assert recoveries(shelter)[0].cancelled_at is None


@pytest.mark.thorough
def test_looking_changes_nothing(shelter: Flask, ada: int, thief: Browser) -> None:
    scanner = Browser(shelter)
    cancel = link(shelter, ADA, "/recover/cancel/")
    with later(3.1):
        remind(shelter)
        finish = link(shelter, NEW, "/recover/finish/")
        for url in (cancel, finish):
            assert scanner.get(url).status_code == 200
            assert scanner.client.head(url).status_code == 200
    (recovery,) = recoveries(shelter)
    assert (recovery.cancelled_at, recovery.done_at) == (None, None)
    assert email_of(shelter, ada) == ADA


@pytest.mark.thorough
@pytest.mark.parametrize("path", ["/recover/cancel/", "/recover/finish/"])
@pytest.mark.parametrize("token", ["x", "\ud800", "a" * 3000, "%00", "../.."])
def test_a_tampered_link_does_nothing(shelter: Flask, ada: int, thief: Browser, path: str, token: str) -> None:
    url = path + token.encode("utf-8", "surrogatepass").decode("latin-1")
    assert thief.get(url).status_code == 404
    assert thief.post(url).status_code == 404
    assert recoveries(shelter)[0].done_at is None


def test_the_two_links_are_not_exchangeable(shelter: Flask, ada: int, thief: Browser) -> None:
    token = link(shelter, SECOND, "/recover/cancel/").rpartition("/")[2]
    with later(3.1):
        assert thief.post(f"/recover/finish/{token}").status_code == 404


def test_only_the_new_address_gets_the_link_and_only_once(shelter: Flask, ada: int, thief: Browser) -> None:
    with later(3.1):
        remind(shelter)
        remind(shelter)
    assert [mail.recipient for mail in mails(shelter) if "/recover/finish/" in mail.text] == [NEW]


@pytest.mark.thorough
def test_a_link_that_was_used_does_nothing(shelter: Flask, ada: int, thief: Browser) -> None:
    with later(3.1):
        remind(shelter)
        url = link(shelter, NEW, "/recover/finish/")
        assert thief.post(url).status_code == 303
        assert thief.post(url).status_code == 404
        assert Browser(shelter).get(url).status_code == 404


@pytest.mark.thorough
def test_after_a_week_it_is_too_late(shelter: Flask, ada: int, thief: Browser) -> None:
    with later(3.1):
        remind(shelter)
        url = link(shelter, NEW, "/recover/finish/")
    with later(10.1):
        assert thief.post(url).status_code == 404
        assert "Now there is a waiting period" in show_second(begin(Browser(shelter))).text
    assert email_of(shelter, ada) == ADA
    assert len(recoveries(shelter)) == 2


def test_what_is_long_over_is_forgotten(shelter: Flask, ada: int, thief: Browser) -> None:
    with later(45):
        shelter.extensions["asklater.jobs"].runs["expire_records"]()
    assert recoveries(shelter) == []


def test_two_finishes_at_once_give_one(shelter: Flask, ada: int, thief: Browser) -> None:
    with later(3.1):
        remind(shelter)
        url = link(shelter, NEW, "/recover/finish/")
    with shelter.extensions["asklater.database"].engine.begin() as connection:
        connection.exec_driver_sql("UPDATE asklater_recovery SET opens_at = asked_at")  # threads have the real clock
    people = [Browser(shelter) for _ in range(4)]
    for person in people:
        person.csrf_token()
    with ThreadPoolExecutor(4) as at_once:
        codes = sorted(at_once.map(lambda person: person.post(url).status_code, people))
    assert codes == [303, 404, 404, 404]
    assert email_of(shelter, ada) == NEW
    assert [row.event for row in rows(shelter, EVENT_TABLE)].count("recovered") == 1


@pytest.mark.thorough
def test_the_account_s_end_takes_it_along(shelter: Flask, ada: int, thief: Browser) -> None:
    owner = browser_of(shelter, ada)
    owner.get("/account/fields/email/remove")
    owner.answer({})
    assert recoveries(shelter) == []

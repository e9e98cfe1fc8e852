"""Sessions: the list with device and time, an end to one and to all, growing old, and never somebody else's."""

from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import AccountEvent, BrowserSession
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import rows

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Mobile/15E148 Safari/604.1"
)


def on(app: Flask, number: int, agent: str) -> Browser:
    browser = Browser(app)
    browser.get(f"/door/{number}", headers={"User-Agent": agent})
    return browser


@pytest.fixture
def number(workshop: Flask) -> int:
    return settle(workshop)


@pytest.fixture
def desk(workshop: Flask, number: int) -> Browser:
    return on(workshop, number, FIREFOX)


@pytest.fixture
def phone(workshop: Flask, number: int) -> Browser:
    return on(workshop, number, IPHONE)


def test_the_list_names_devices_and_this_one(desk: Browser, phone: Browser) -> None:
    page = desk.get("/account/sessions").text
    assert page.index("Firefox on Linux") < page.index("This device") < page.index("Mobile Safari on iOS")
    assert "You are signed in on 2 devices." in desk.get("/account/security").text


def test_a_device_that_names_none_is_listed_too(workshop: Flask, number: int) -> None:
    browser = on(workshop, number, "")
    assert "A program that names no device" in browser.get("/account/sessions").text


def test_ending_one_ends_it_at_once(desk: Browser, phone: Browser, workshop: Flask) -> None:
    desk.get("/account/sessions")
    assert desk.answer({}, form=0).location == "/account/sessions"
    assert "That session is ended." in desk.get("/account/sessions").text
    assert "ada@x.example" not in phone.get("/account").text
    assert [row.event for row in rows(workshop, AccountEvent.__table__)] == ["session_ended"]


def test_ending_all_others_leaves_this_one(desk: Browser, phone: Browser, workshop: Flask, number: int) -> None:
    third = on(workshop, number, FIREFOX)
    desk.post("/account/sessions/end-others")
    assert "2 other sessions are ended." in desk.get("/account/sessions").text
    for browser in (phone, third):
        assert "ada@x.example" not in browser.get("/account").text


def test_a_session_of_somebody_else_is_not_there(desk: Browser, workshop: Flask) -> None:
    browser_of(workshop, settle(workshop, "eve@x.example"))
    (theirs,) = [row.id for row in rows(workshop, BrowserSession.__table__) if row.subject_id == 2]
    assert desk.post(f"/account/sessions/{theirs}/end").status_code == 404
    assert [row.ended_at for row in rows(workshop, BrowserSession.__table__) if row.id == theirs] == [None]


@pytest.mark.parametrize("url", ["/account/sessions", "/account/activity", "/account/email"])
def test_a_visitor_signs_in_first_and_comes_back(visitor: Browser, url: str) -> None:
    assert visitor.get(url).location == f"/sign-in?next={url}"
    assert visitor.get(url, headers={"Accept": "application/json"}).status_code == 404


def test_where_mails_lead_a_visitor_signs_in_first(visitor: Browser) -> None:
    page = visitor.get("/account/security")
    assert page.location == "/sign-in?next=/account/security"
    visitor.get(visitor.get(page.location).location)
    welcomed = visitor.answer({"answer.email": "ada@x.example"}).location
    page = visitor.get(welcomed)
    assert '"/account/security"' in page.text
    assert "Continue on this browser only" in page.text


def test_signing_out_everywhere_ends_all_of_them(desk: Browser, phone: Browser, workshop: Flask) -> None:
    cookie = desk.client.get_cookie("asklater")
    assert cookie is not None
    assert "Sign out everywhere" in desk.get("/account/sessions").text
    assert desk.post("/account/sessions/end-all").location == "/"
    desk.client.set_cookie("asklater", cookie.value)
    for browser in (desk, phone):
        assert "ada@x.example" not in browser.get("/account").text
    assert None not in [row.ended_at for row in rows(workshop, BrowserSession.__table__)]
    assert [row.event for row in rows(workshop, AccountEvent.__table__)] == ["signed_out_everywhere"]


def test_one_that_is_not_used_grows_old(desk: Browser) -> None:
    with clock.at(clock.now() + timedelta(days=46)):
        assert "ada@x.example" not in desk.get("/account").text


def test_one_that_is_used_stays_but_not_for_ever(desk: Browser) -> None:
    began = clock.now()
    for days in range(1, 90, 20):
        with clock.at(began + timedelta(days=days)):
            assert "ada@x.example" in desk.get("/account").text
    with clock.at(began + timedelta(days=91)):
        assert "ada@x.example" not in desk.get("/account").text


def test_being_seen_is_noted_once_an_hour(desk: Browser, workshop: Flask) -> None:
    def seen() -> object:
        return rows(workshop, BrowserSession.__table__)[0].seen_at

    first = seen()
    desk.get("/account")
    assert seen() == first
    with clock.at(clock.now() + timedelta(hours=2)):
        desk.get("/account")
        assert seen() == clock.now()


def test_old_sessions_are_deleted(desk: Browser, workshop: Flask) -> None:
    with clock.at(clock.now() + timedelta(days=50)):
        workshop.extensions["asklater.jobs"].runs["expire_records"]()
    assert rows(workshop, BrowserSession.__table__) == []

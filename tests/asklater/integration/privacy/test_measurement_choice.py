"""The choice not to be measured, by whoever has no account yet as by whoever has one."""

from typing import Any

import pytest
from flask import Flask

from asklater.tables import right_event, subject
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle
from tests.support.records import episodes, prompts, rows

PAGE = "/privacy/measurement"
GPC = {"Sec-GPC": "1"}


def choose(browser: Browser, url: str = PAGE) -> str:
    """Press what the page offers, and read where that leads."""
    browser.get(url)
    action, hidden = next(form for form in browser.forms() if form[0] == PAGE)
    return browser.client.post(action, data=hidden, follow_redirects=True).text


@pytest.mark.parametrize("url", [PAGE, "/privacy"])
def test_a_visitor_chooses_before_anything_is_recorded(workshop: Flask, url: str) -> None:
    browser = Browser(workshop)
    assert "Your visits are measured." in browser.get(PAGE).text
    assert "Your visits are not measured." in choose(browser, url)
    assert rows(workshop, subject) == []
    browser.post("/letters")
    browser.answer({"answer.email": "ada@x.example"})
    assert (prompts(workshop), episodes(workshop)) == ([], [])
    assert rows(workshop, subject)[0].objected_at is not None
    assert "Your visits are not measured." in browser.get(PAGE).text


def test_what_was_measured_of_the_visit_goes_and_later_nothing_comes(workshop: Flask) -> None:
    browser, another = Browser(workshop), Browser(workshop)
    for each in (browser, another):
        each.post("/letters")
    assert len(prompts(workshop)) == 2
    choose(browser)
    browser.post("/letters")
    assert len(prompts(workshop)) == 1


def test_a_visitor_takes_it_back(workshop: Flask) -> None:
    browser = Browser(workshop)
    browser.post("/letters")
    choose(browser)
    assert "Your visits are measured." in choose(browser)
    assert rows(workshop, subject)[0].objected_at is None
    browser.post("/letters")
    assert episodes(workshop) == [("send_letter", "email", None)]


@pytest.mark.parametrize("leave", ["/sign-out", "/account/erase"])
def test_it_is_the_browsers_choice_also_after_the_account(workshop: Flask, leave: str) -> None:
    browser = browser_of(workshop, settle(workshop))
    choose(browser)
    assert browser.post(leave, {"erase": "yes"}).status_code == 303
    assert "Your visits are not measured." in browser.get(PAGE).text
    browser.post("/letters")
    assert prompts(workshop) == []


def test_who_has_an_account_decides_for_the_account(workshop: Flask) -> None:
    ada = settle(workshop)
    browser, elsewhere = browser_of(workshop, ada), browser_of(workshop, ada)
    assert "Your visits are not measured." in choose(browser)
    elsewhere.post("/publish")
    assert prompts(workshop) == []
    assert [row.change for row in rows(workshop, right_event)] == ["exercised"]
    assert "Your visits are measured." in choose(elsewhere)


def test_taking_it_back_on_the_account_page_holds_in_this_browser(workshop: Flask) -> None:
    browser = browser_of(workshop, settle(workshop))
    choose(browser)
    browser.post("/account/data/measurement", {})
    browser.post("/publish")
    assert len(prompts(workshop)) == 1


@pytest.mark.parametrize("url", [PAGE, "/privacy"])
def test_privacy_control_is_said_to_be_honoured(workshop: Flask, url: str) -> None:
    page = Browser(workshop).get(url, headers=GPC).text
    assert "Your browser sends Global Privacy Control. We honour it" in page
    assert f'action="{PAGE}"' not in page


def test_the_site_says_so_to_programs(workshop: Flask) -> None:
    found: Any = Browser(workshop).get("/.well-known/gpc.json").json
    assert found == {"gpc": True, "lastUpdate": found["lastUpdate"]}


def test_the_choice_is_at_the_foot_of_each_page_and_in_a_prompts_details(workshop: Flask) -> None:
    browser = Browser(workshop)
    link = f'href="{PAGE}">Do not measure my visits</a>'
    for url in ("/privacy", "/ask/sign_up", "/privacy/notice?field=email"):
        assert link in browser.get(url).text
    fragment = Browser(workshop, htmx=True)
    assert link in fragment.get("/privacy/notice?field=email").text

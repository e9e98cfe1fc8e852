"""What of a visitor outlives the browser's session: nothing, until there is an account or something put aside."""

import pytest
from flask import Flask

from asklater.tables import prompt_field, subject
from tests.support.browsing import Browser
from tests.support.records import prompts, rows


def close(browser: Browser) -> None:
    """Close the browser: what is left are the cookies that have an end of their own."""
    jar = browser.client._cookies
    for key, cookie in list(jar.items()):
        if cookie.expires is None and cookie.max_age is None:
            del jar[key]


@pytest.mark.parametrize("url", ["/", "/privacy", "/ask/sign_up", "/sign-in", "/export", "/privacy/measurement"])
def test_a_crawl_as_a_visitor_sets_the_sessions_cookie_and_nothing_else(workshop: Flask, url: str) -> None:
    browser = Browser(workshop)
    for _ in range(2):
        for cookie in browser.get(url).headers.getlist("Set-Cookie"):
            assert cookie.startswith("asklater=")
            assert "expires" not in cookie.lower()
            assert "max-age" not in cookie.lower()


def test_with_the_browser_a_visitors_session_ends(workshop: Flask) -> None:
    browser = Browser(workshop)
    for _ in range(2):
        browser.post("/letters")
        close(browser)
    assert len({row.subject_id for row in prompts(workshop)}) == 2


def test_an_accounts_session_goes_on_and_so_does_its_measurement(workshop: Flask) -> None:
    browser = Browser(workshop)
    browser.post("/letters")
    browser.answer({"answer.email": "ada@x.example"})
    close(browser)
    assert 'name="answer.address' in browser.post("/letters").text
    assert len(rows(workshop, subject)) == 1


def test_what_was_put_aside_is_kept_and_each_visit_is_measured_as_somebody_else(workshop: Flask) -> None:
    browser = Browser(workshop)
    browser.get("/drawer")
    browser.post("/letters")
    browser.post("/letters")
    (kept,) = (row.id for row in rows(workshop, subject))
    close(browser)
    browser.post("/letters")
    first, second = rows(workshop, prompt_field)
    assert (first.impressions, second.impressions) == (2, 1)
    assert second.subject_id == kept != first.subject_id
    earlier = [row for row in rows(workshop, subject) if row.id == first.subject_id]
    assert [(row.signed_up_at, row.data_key) for row in earlier] == [(None, None)]
    close(browser)
    browser.get("/")
    browser.get("/")
    assert len(rows(workshop, subject)) == 3

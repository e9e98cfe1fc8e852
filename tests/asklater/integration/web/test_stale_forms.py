"""A form older than its session, or from a browser without cookies: nothing is done, and nothing typed is lost."""

import re

import pytest
from flask import Flask

from asklater.asking.secret_inputs import secret_inputs
from asklater.asking.stale_forms import TOLD
from asklater.database.access import Database
from tests.support.answers import picture
from tests.support.browsing import Browser
from tests.support.people import somebody

HERE = {"Sec-Fetch-Site": "same-origin"}
HTMX = {**HERE, "HX-Request": "true", "HX-Target": "div#prompt-slot-publish"}
OLD = {"csrf_token": "of another session"}
ELSEWHERE = [
    {},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "https://localhost"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "null"},
]


def subjects(app: Flask) -> int:
    database: Database = app.extensions["asklater.database"]
    with app.app_context():
        return int(database.reading().exec_driver_sql("SELECT count(*) FROM asklater_subject").scalar_one())


def send(browser: Browser, url: str, data: dict[str, object], headers: dict[str, str]) -> str:
    browser.page = browser.client.post(url, data=data, headers=headers)
    return browser.page.text


def answers_of(typed: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in typed.items() if name.startswith("answer.")}


def asked(browser: Browser) -> dict[str, object]:
    """The hidden inputs of a prompt that a visitor was shown, as they stand in a page that has has expired."""
    browser.post("/publish", {"text": "Dear all"})
    return {**browser.forms()[-1][1], **OLD}


def test_a_prompt_comes_back_filled_in_and_goes_on_with_one_press(visitor: Browser, workshop: Flask) -> None:
    typed = {**asked(visitor), "answer.email": "ada@x.example", "answer.display_name": "Ada <Lovelace>"}
    page = send(visitor, "/publish", typed, HERE)
    assert visitor.page is not None
    assert visitor.page.status_code == 422
    assert 'value="ada@x.example"' in page
    assert 'value="Ada &lt;Lovelace&gt;"' in page
    assert "nothing was stored" in page
    assert "ada@x.example" not in visitor.client.get("/account").text
    assert "published Dear all" in visitor.answer({**answers_of(typed), "answer.picture": (picture(), "me.png")}).text


def test_the_prompt_of_another_session_comes_back_too(visitor: Browser, workshop: Flask) -> None:
    typed = {**asked(visitor), "answer.email": "ada@x.example", "answer.display_name": "Ada"}
    another = Browser(workshop)
    another.get("/ask/publish")
    page = send(another, "/publish", typed, HTMX)
    assert 'value="ada@x.example"' in page
    assert "<html" not in page
    assert "published Dear all" in another.answer({**answers_of(typed), "answer.picture": (picture(), "me.png")}).text


def test_htmx_gets_a_token_for_the_form_that_still_stands_there(visitor: Browser) -> None:
    typed = {**asked(visitor), "answer.email": "ada@x.example", "answer.display_name": "Ada"}
    for data in (typed, {"text": "Dear all", **OLD}):
        page = send(visitor, "/publish", data, HTMX)
        assert visitor.page is not None
        assert visitor.page.status_code == 400
        assert "ada@x.example" not in page
        [token] = re.findall(r'data-error="[^"]+" data-token="([^"]+)"', page)
        assert "nothing was done" in page
        assert visitor.client.post("/look", data={"csrf_token": token}).text == "looked"


def test_any_other_form_is_sent_again_with_one_press(visitor: Browser) -> None:
    visitor.csrf_token()
    page = send(visitor, "/publish?a=1", {"text": ["Dear <all>", "twice"], **OLD}, HERE)
    assert visitor.page is not None
    assert visitor.page.status_code == 400
    assert 'action="/publish?a=1"' in page
    assert page.count('name="text"') == 2
    assert "Dear &lt;all&gt;" in page
    assert "Send it again" in page
    assert "data-hx" not in page.partition("<main")[2]
    assert "Email address" in visitor.answer({}).text


@pytest.mark.parametrize("name", ["code", "password", "new_password", "card-number", "answer.verified_email", "pin2"])
def test_what_is_secret_comes_back_in_no_page(workshop: Flask, name: str) -> None:
    ada = somebody(workshop)
    for cookies in (ada, Browser(workshop)):
        page = send(cookies, "/look", {name: "271828", "postal_code": "10115", **OLD}, HERE)
        assert "271828" not in page
        assert "10115" in page
        assert "not kept" in page


@pytest.mark.parametrize("url", ["/recover/show", "/recover/factor"])
@pytest.mark.parametrize("name", ["authenticator", "second_address", "phone", "one_of_an_application"])
def test_what_is_shown_to_get_back_in_comes_back_in_no_page(workshop: Flask, url: str, name: str) -> None:
    page = send(somebody(workshop), url, {name: "271828", **OLD}, HERE)
    assert "271828" not in page
    assert "not kept" in page


def test_a_view_declares_which_of_its_inputs_are_secret(workshop: Flask) -> None:
    secret_inputs("word")(workshop.view_functions["workshop.look"])
    try:
        page = send(somebody(workshop), "/look", {"word": "271828", "text": "Dear all", **OLD}, HERE)
    finally:
        del workshop.view_functions["workshop.look"].secret_inputs  # type: ignore[attr-defined]
    assert "271828" not in page
    assert "Dear all" in page


def test_a_secret_of_a_prompt_comes_back_neither(visitor: Browser) -> None:
    visitor.get("/export")
    visitor.answer({"answer.email": "ada@x.example"})
    _action, hidden = visitor.forms()[-1]
    assert "answer.verified_email" in (visitor.page.text if visitor.page else "")
    page = send(visitor, _action, {**hidden, **OLD, "answer.verified_email": "271828"}, HERE)
    assert "answer.verified_email" in page
    assert "271828" not in page


def test_a_browser_that_blocks_cookies_is_told_so_each_time(workshop: Flask) -> None:
    blocked = Browser(workshop)
    blocked.client = workshop.test_client(use_cookies=False)
    token = str(re.findall(r'name="csrf_token" value="([^"]+)"', blocked.get("/ask/sign_up").text)[0])
    before = subjects(workshop)
    typed = {"csrf_token": token, "answer.email": "ada@x.example"}
    for _ in range(2):
        page = send(blocked, "/ask/sign_up", typed, HERE)
        assert "Cookies are blocked" in page
        assert "Allow cookies for localhost" in page
        assert 'value="ada@x.example"' in page
        typed = {**blocked.forms()[-1][1]}
    assert "Allow cookies" in re.findall(r'data-error="([^"]+)"', send(blocked, "/ask/sign_up", typed, HTMX))[0]
    assert subjects(workshop) == before


def test_a_cookie_that_was_only_deleted_costs_one_press(workshop: Flask) -> None:
    browser = Browser(workshop)
    send(browser, "/look", OLD, HERE)
    assert browser.answer({}).text == "looked"


def test_cancelling_with_an_old_form_dismisses_nothing_yet(visitor: Browser) -> None:
    page = send(visitor, "/publish", {**asked(visitor), "_asklater.cancel": "1"}, HERE)
    assert 'name="_asklater.cancel"' in page
    assert "Send it again" in page


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_form_of_which_nobody_knows_whence_it_came_comes_back_never(
    visitor: Browser, headers: dict[str, str]
) -> None:
    page = send(visitor, "/publish", {**asked(visitor), "answer.email": "ada@x.example"}, headers)
    assert "ada@x.example" not in page
    assert "Send it again" not in page
    assert "data-token" not in page


def test_a_program_without_a_token_is_told_where_it_gets_one(visitor: Browser) -> None:
    visitor.csrf_token()
    for headers in ({}, {"X-CSRFToken": "of another session"}):
        refused = visitor.client.post("/publish", json={"text": "Dear all"}, headers=headers)
        assert (refused.status_code, refused.content_type) == (400, "application/problem+json")
        assert refused.get_json()["type"] == "urn:asklater:problem:cross-site-token"
        assert "Get one at /ask/csrf-token, and send it as the header X-CSRFToken" in refused.get_json()["detail"]


def test_the_log_names_the_form_that_lacks_its_token_once(
    visitor: Browser, workshop: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    workshop.extensions[TOLD].clear()
    for data in ({"text": "Dear all", **OLD}, {"text": "Dear all"}, {"text": "Dear Ada"}):
        send(visitor, "/publish", data, {})
    [line] = [record.getMessage() for record in caplog.records if "cross-site" in record.getMessage()]
    assert line.startswith("POST /publish was sent without a token")
    assert '<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">' in line

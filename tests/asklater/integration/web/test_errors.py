"""Error pages are the site's own and help; clients of JSON get problem documents; no answer tells of the inside."""

import logging
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask, abort

from asklater import security
from asklater.layout import Link, add_links
from asklater.settings import Settings
from tests.conftest import running
from tests.support.applications import create_app
from tests.support.browsing import Browser
from tests.support.workshop import WORKSHOP_FEATURES

JSON = {"Accept": "application/json"}


@pytest.fixture
def workshop(fresh_workshop: Flask) -> Flask:
    return fresh_workshop


@pytest.fixture
def ends(workshop: Flask) -> Flask:
    """The workshop, with a page for every way to fail."""
    workshop.add_url_rule("/ends/<int:code>", "ends", abort)
    workshop.add_url_rule("/breaks", "breaks", lambda: {}["a secret key"])
    return workshop


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 418, 429, 500, 503])
def test_every_error_has_a_page_in_the_frame(ends: Flask, visitor: Browser, status: int) -> None:
    page = visitor.get(f"/ends/{status}")
    assert page.status_code == status
    assert page.text.count("<h1>") == 1
    assert 'href="/"' in page.text
    assert page.headers["X-Request-ID"] in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500])
def test_every_error_has_a_problem_document(ends: Flask, visitor: Browser, status: int) -> None:
    problem = visitor.get(f"/ends/{status}", headers=JSON)
    assert (problem.status_code, problem.content_type) == (status, "application/problem+json")
    document = problem.get_json()
    assert document["status"] == status
    assert document["title"]
    assert document["request_id"] == problem.headers["X-Request-ID"]


def test_a_page_that_is_not_there(visitor: Browser) -> None:
    assert visitor.get("/nowhere").status_code == 404


def test_a_wrong_verb_is_told_the_right_ones(visitor: Browser) -> None:
    refused = visitor.get("/look")
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]


def test_what_broke_stays_inside_and_stands_in_the_log(
    ends: Flask, visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        page = visitor.get("/breaks")
    assert page.status_code == 500
    assert "a secret key" not in page.text
    assert "Traceback" not in page.text
    assert page.headers["X-Request-ID"] in caplog.text
    assert "a secret key" in caplog.text


def test_bare_words_when_the_frame_itself_is_broken(ends: Flask, visitor: Browser) -> None:
    def broken() -> list[Link]:
        raise LookupError("the navigation is down")

    add_links(ends, 1, broken)
    page = visitor.get("/breaks")
    assert page.status_code == 500
    assert "<h1>Something went wrong on our side</h1>" in page.text
    assert "navigation is down" not in page.text


def test_an_error_leads_back_to_the_page_before(ends: Flask, visitor: Browser) -> None:
    back = '<a class="button button-primary" href="/ask/publish?next=/">Back to the page before</a>'
    headers = {"Referer": "http://localhost/ask/publish?next=/"}
    assert back in visitor.post("/publish", {"text": "x" * (3 * 1024 * 1024)}, headers=headers).text
    assert back in visitor.get("/nowhere", headers=headers).text
    assert back in visitor.client.post("/publish", headers=headers).text
    for sent in ("https://elsewhere.example/", "http://localhost/nowhere?again", "http://localhost/", "http://["):
        assert "Back to" not in visitor.get("/nowhere", headers={"Referer": sent}).text


def test_too_large_a_request(visitor: Browser) -> None:
    page = visitor.post("/publish", {"text": "x" * (3 * 1024 * 1024)})
    assert page.status_code == 413
    assert "8 MB" in page.text
    assert visitor.client.post("/publish", data=b"x" * (9 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize("megabytes", [3, 9])
def test_too_large_a_request_that_does_not_say_so(visitor: Browser, megabytes: int) -> None:
    """One that comes in chunks announces no length."""
    body = f"csrf_token={visitor.csrf_token()}&text=".encode() + b"x" * (megabytes * 1024 * 1024)
    kind = "application/x-www-form-urlencoded"
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    page = visitor.client.post("/look", input_stream=BytesIO(body), content_type=kind, environ_overrides=chunked)
    assert page.status_code == 413
    short = BytesIO(body[:200])
    page = visitor.client.post("/look", input_stream=short, content_type=kind, environ_overrides=chunked)
    assert page.text == "looked"


@pytest.mark.thorough
def test_too_many_writes_from_one_network(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes, as which two applications stand, count together; an IPv6 customer has one /64."""
    monkeypatch.setattr(security, "WRITES", "5 per minute")
    here = replace(settings, instance=tmp_path)
    first, second = (create_app(here, [*WORKSHOP_FEATURES, "tests.support.workshop"]) for _ in range(2))
    for app in running(first):
        for other in running(second):
            app.testing = other.testing = False
            for number in range(5):
                sent = {"REMOTE_ADDR": f"2001:db8:1:2::{number}"}
                client = (app, other)[number % 2].test_client()
                assert client.post("/nowhere", environ_overrides=sent).status_code == 400  # it has no token
            for client in (app.test_client(), other.test_client()):
                refused = client.post("/nowhere", environ_overrides={"REMOTE_ADDR": "2001:db8:1:2:ffff::9"})
                assert refused.status_code == 429
                assert 0 < int(refused.headers["Retry-After"]) <= 60
                assert client.get("/", environ_overrides={"REMOTE_ADDR": "2001:db8:1:2::1"}).status_code == 200
                near = client.post("/nowhere", environ_overrides={"REMOTE_ADDR": "2001:db8:1:3::1"})
                assert near.status_code == 400
            for each in (app, other):
                each.extensions[security.COUNTERS].close()


def test_too_many_requests(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "READS", "3 per minute")
    for app in running(create_app(settings, [*WORKSHOP_FEATURES, "tests.support.workshop"])):
        client = app.test_client()
        assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
        page = client.get("/")
        assert 0 < int(page.headers["Retry-After"]) <= 60
        assert "Wait a minute" in page.text
        assert page.headers["X-Request-ID"] in page.text
        assert client.get("/static/css/base.css").status_code == 200

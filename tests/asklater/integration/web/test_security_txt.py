"""Where somebody who found a hole reports it: a document for programs (RFC 9116), a page for people."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.settings import Settings
from tests.support.applications import lent, opened
from tests.support.browsing import Browser
from tests.support.workshop import PEOPLED_WORKSHOP

FEATURES = [*PEOPLED_WORKSHOP, "asklater.security_txt"]
DOCUMENT, PAGE = "/.well-known/security.txt", "/security/report"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with lent(settings, FEATURES) as found:
        yield found


def test_the_document_names_what_the_standard_asks_for(app: Flask) -> None:
    answer = app.test_client().get(DOCUMENT, base_url="http://evil.example")
    assert answer.content_type == "text/plain; charset=utf-8"
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    expires = datetime.fromisoformat(told.pop("Expires"))
    assert timedelta(days=100) < expires - clock.now() < timedelta(days=365)
    assert told == {
        "Contact": "mailto:security@workshop.example",
        "Preferred-Languages": "en",
        "Canonical": f"http://localhost{DOCUMENT}",
        "Policy": f"http://localhost{PAGE}",
    }


def test_the_page_is_found_at_the_foot_of_every_page(app: Flask) -> None:
    browser = Browser(app)
    assert f'href="{PAGE}">Report a security problem<' in browser.get("/privacy").text
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert 'href="mailto:security@workshop.example"' in page.text
    assert f'href="{DOCUMENT}"' in page.text


def test_without_a_contact_there_is_neither(settings: Settings) -> None:
    with opened(replace(settings, security_contact=""), FEATURES) as app:
        browser = Browser(app)
        assert [browser.get(path).status_code for path in (DOCUMENT, PAGE)] == [404, 404]
        assert "Report a security problem" not in browser.get("/privacy").text

"""Privacy and insights in an application without accounts: what needs to know who is here stays closed, or asks an
identity of the application's own.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response

from asklater.identity import NoIdentity
from asklater.schema import upgrade
from asklater.services import Services
from asklater.settings import Settings
from tests.conftest import running
from tests.support.applications import create_app
from tests.support.browsing import Browser
from tests.support.letter_office import office_manifest

FEATURES = ("asklater.messages", "asklater.privacy", "asklater.insights")
CLOSED = ("/insights", "/officer", "/officer/requests", "/officer/leak-impact", "/staff/keys", "/account/requests")
CLOSED_TO_PEOPLE = ("/account/erase", "/account/export", "/privacy/request")
OPEN = ("/privacy", "/privacy/receipts/check", "/account/data")


class OwnIdentity(NoIdentity):
    """A sign-in of the application's own, to which everybody is a product manager."""

    def role(self) -> str:
        return "pm"

    def require_role(self, roles: tuple[str, ...], text: str, hint: str = "") -> Response | None:
        return None if "pm" in roles else super().require_role(roles, text, hint)


def init_app(_app: Flask, services: Services) -> None:
    """Join as the feature that signs people in."""
    services.identity = OwnIdentity()


@pytest.fixture
def letters(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, manifest=office_manifest(tmp_path))


@pytest.fixture
def office(letters: Settings) -> Iterator[Flask]:
    for app in running(create_app(letters, FEATURES)):
        upgrade(app.extensions["asklater.database"])
        yield app


@pytest.mark.parametrize("path", [*CLOSED, *CLOSED_TO_PEOPLE])
def test_what_needs_to_know_who_is_here_is_refused(office: Flask, path: str) -> None:
    assert Browser(office).get(path).status_code == 403


@pytest.mark.parametrize("path", OPEN)
def test_everything_else_is_open(office: Flask, path: str) -> None:
    page = Browser(office).get(path)
    assert page.status_code == 200
    assert not any(f'href="{closed}' in page.text for closed in (*CLOSED, *CLOSED_TO_PEOPLE))


def test_the_log_says_so_at_the_start(letters: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _app in running(create_app(letters, FEATURES)):
            pass
    said = [record.getMessage() for record in caplog.records if "no identity" in record.getMessage()]
    assert len(said) == 2
    assert any("the dashboard stays closed" in sentence for sentence in said)


def test_an_application_can_bring_its_own(letters: Settings, caplog: pytest.LogCaptureFixture) -> None:
    features = ("asklater.messages", __name__, "asklater.privacy", "asklater.insights")
    for app in running(create_app(letters, features)):
        upgrade(app.extensions["asklater.database"])
        assert Browser(app).get("/insights").status_code == 200
        assert Browser(app).get("/officer").status_code == 403


def test_what_a_visitor_gave_is_shown_without_ways_that_are_not_there(office: Flask) -> None:
    visitor = Browser(office)
    visitor.get("/ask/send_letter")
    visitor.answer({"answer.display_name": "Bodil Nine"})
    page = visitor.get("/account/data")
    assert page.status_code == 200
    assert "Bodil Nine" in page.text
    assert not any(f"{way}: Display name" in page.text for way in ("Change", "Remove"))

"""The officer's queue: who asks, by a masked address, whom it is assigned to, and what is due first."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.database.access import current_database
from asklater.identity import current_identity
from asklater.privacy.officer import OFFICER_ROLE, pseudonym_of
from asklater.privacy.tables import privacy_request, privacy_request_event
from tests.asklater.integration.privacy.requests.submissions import MAILS, ask_for, ask_from_outside, trail
from tests.support.browsing import Browser
from tests.support.people import browser_of, settle, somebody
from tests.support.records import rows

START = datetime(2026, 1, 31, 12, tzinfo=UTC)


def officer_of(app: Flask, email: str) -> Browser:
    return somebody(app, email, "privacy_officer", factor=True)


def kinds(officer: Browser, query: str = "") -> list[str]:
    page = officer.get(f"/officer/requests{query}").text
    return re.findall(r'<a href="/officer/requests/[^"]{20,}">([^<]+)</a>', page)


def pseudonym(app: Flask, place: int) -> str:
    """That of the officer who was settled at that place."""
    with app.app_context():
        found = pseudonym_of(current_identity().role_holders(OFFICER_ROLE)[place])
        current_database().release()
    return found


@pytest.fixture
def busy(office: Flask) -> Flask:
    """An overdue copy, an erasure that is due soon, and a correction with time left, of an account."""
    with clock.at(START):
        ask_from_outside(office, "late@x.example", "access")
    with clock.at(START + timedelta(days=2)):
        ask_from_outside(office, "soon@x.example", "erasure")
    with clock.at(START + timedelta(days=25)):
        person = browser_of(office, settle(office, "ada@x.example"))
        ask_for(person, "rectification", message="The name is wrong.")
    return office


def test_who_asks_is_told_by_a_masked_address(busy: Flask) -> None:
    with clock.at(START + timedelta(days=29)):
        page = officer_of(busy, "officer@x.example").get("/officer/requests").text
    assert all(f"<bdi>{name}…@x.example</bdi>" in page for name in ("l", "s", "a"))
    assert not any(f"{name}@x.example" in page for name in ("late", "soon", "ada"))


@pytest.mark.thorough
def test_it_can_be_narrowed_and_is_counted(busy: Flask) -> None:
    with clock.at(START + timedelta(days=29)):
        officer = officer_of(busy, "officer@x.example")
        assert kinds(officer) == ["Copy of my data", "Erasure", "A correction"]
        assert kinds(officer, "?due=overdue") == ["Copy of my data"]
        assert kinds(officer, "?due=soon") == ["Erasure"]
        assert kinds(officer, "?kind=rectification") == ["A correction"]
        assert "No request matches these filters." in officer.get("/officer/requests?assigned=me").text
        path = rows(busy, privacy_request)[2].public_id
        officer.post(f"/officer/requests/{path}/take")
        assert kinds(officer, "?assigned=me") == ["A correction"]
        assert kinds(officer, "?assigned=nobody") == ["Copy of my data", "Erasure"]
        assert kinds(officer, "?assigned=%00&due=x&kind=y&state=z") == kinds(officer)
        page = officer.get("/officer/requests").text
    counted = dict(re.findall(r'<li><a href="/officer/requests[^"]*">([^<]+)</a> <b>(\d+)</b>', page))
    told = {"Open": "3", "Overdue": "1", "Due within a week": "1", "Assigned to you": "1"}
    assert counted == {**told, "Assigned to nobody": "2"}
    assert "<bdi>you</bdi>" in page


def test_an_empty_queue_says_how_one_is_entered(office: Flask) -> None:
    page = officer_of(office, "officer@x.example").get("/officer/requests").text
    assert "No open requests" in page
    assert 'href="/officer/requests/new"' in page


@pytest.mark.thorough
def test_it_is_assigned_to_a_colleague_and_given_back(busy: Flask) -> None:
    with clock.at(START + timedelta(days=29)):
        first, second = officer_of(busy, "first@x.example"), officer_of(busy, "second@x.example")
        path = f"/officer/requests/{rows(busy, privacy_request)[0].public_id}"
        colleague = pseudonym(busy, 1)
        assert f'value="{colleague}"' in first.get(path).text
        assert first.post(f"{path}/assign", {"assignee": "made-up"}).status_code == 422
        assert first.post(f"{path}/assign", {"assignee": "nobody"}).status_code == 422, "it is nobody's already"
        first.post(f"{path}/assign", {"assignee": colleague})
        assert kinds(second, "?assigned=me") == ["Copy of my data"]
        assert "<bdi>s…@x.example</bdi>" in first.get("/officer/requests").text
        second.post(f"{path}/assign", {"assignee": "nobody"})
    mailed = [mail.recipient for mail in rows(busy, MAILS) if mail.title == "A request was assigned to you"]
    assert mailed == ["second@x.example"]
    assert [event for event, _role in trail(busy)[-2:]] == ["assigned", "returned"]
    assert rows(busy, privacy_request_event)[-2].field == colleague
    assert rows(busy, privacy_request)[0].taken_by == ""

"""Every list of the privacy officer is downloaded as CSV, from its own page, and each download is in the audit log."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.routing import Map, Rule

from asklater.accounts.tables import AccountEvent
from asklater.engine import Engine
from asklater.privacy.requests.labels import Kind
from asklater.privacy.requests.lifecycle import RequestDraft, file_request
from asklater.settings import Settings
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.demo import EVERYTHING, WHOLE_MANIFEST
from tests.support.people import settle
from tests.support.records import rows

OFFICER = "/officer"
ELSEWHERE: Mapping[str, str] = {"/officer": "/officer/due.csv"}
"""Lists whose file is not called like their page."""
NO_LISTS: Mapping[str, str] = {"/officer/evidence": "it makes a bundle, and checks one"}
FORM = "/new"
"""The end of a page that adds something to a list."""


@pytest.fixture
def everything(settings: Settings) -> Iterator[Flask]:
    with lent(replace(settings, manifest=WHOLE_MANIFEST), [*EVERYTHING, "tests.support.people"]) as app:
        yield app


@pytest.fixture
def officer(everything: Flask) -> Browser:
    browser = Browser(everything)
    browser.get(f"/door/{settle(everything, 'officer@x.example', 'privacy_officer')}?proved&factor")
    return browser


def ask(app: Flask) -> None:
    """Somebody asks for a copy of everything."""
    engine: Engine = app.extensions["asklater.engine"]
    number = settle(app)
    with app.test_request_context(), engine.database.unit_of_work():
        file_request(number, RequestDraft(Kind.ACCESS))


def rules(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(OFFICER) and "GET" in (rule.methods or set()) and not rule.arguments:
            yield rule


def lists(app: Flask) -> dict[str, str]:
    """The file of each page that is a list, or has lists."""
    pages = [rule.rule for rule in rules(app) if not rule.rule.endswith((".csv", FORM)) and rule.rule not in NO_LISTS]
    return {page: ELSEWHERE.get(page, f"{page}.csv") for page in pages}


def missing(app: Flask) -> list[str]:
    adapter = app.url_map.bind("localhost")
    return [page for page, file in lists(app).items() if not adapter.test(file, "GET")]


def test_every_list_has_its_file(everything: Flask) -> None:
    assert len(lists(everything)) >= 14
    assert missing(everything) == [], "give it a file, or say in NO_LISTS why it is no list"
    assert sorted(NO_LISTS.keys() - {rule.rule for rule in rules(everything)}) == []


def test_a_list_without_one_is_noticed(everything: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stray = Rule("/officer/strays", endpoint="officer.strays", methods=["GET"])
    monkeypatch.setattr(everything, "url_map", Map([stray]))
    assert missing(everything) == ["/officer/strays"]


@pytest.mark.thorough
def test_its_page_leads_to_it_and_the_download_is_in_the_audit_log(everything: Flask, officer: Browser) -> None:
    ask(everything)
    officer.get("/officer/people")
    officer.post("/officer/people", {"person": "nobody@x.example", "reason": "A letter of theirs."})
    for page, file in lists(everything).items():
        text = officer.get(page).text
        assert f'href="{file}' in text or 'class="empty"' in text or page == "/officer", page
        before = _downloads(everything)
        answer = officer.get(file)
        assert (answer.content_type, answer.data[:3]) == ("text/csv; charset=utf-8", b"\xef\xbb\xbf"), file
        assert _downloads(everything) == before + 1, file


@pytest.mark.thorough
def test_the_filter_of_the_queue_is_kept(everything: Flask, officer: Browser) -> None:
    ask(everything)
    for asked, has_rows in (
        ({"state": "running", "kind": "access"}, True),
        ({"state": "running", "kind": "erasure"}, False),
        ({"state": "refused", "kind": ""}, False),
        ({"state": "", "kind": ""}, True),
        ({"state": "\0", "kind": "x"}, True),
    ):
        query = urlencode(asked)
        lines = officer.get(f"/officer/requests.csv?{query}").text.strip().splitlines()
        assert (len(lines) > 1) is has_rows, asked
        page = officer.get(f"/officer/requests?{query}").text
        assert ("/officer/requests.csv?" in page) is has_rows, asked
        if has_rows and asked["kind"] == "access":
            assert "/officer/requests.csv?state=running&amp;kind=access" in page


def _downloads(app: Flask) -> int:
    return sum(row.event == "list_exported" for row in rows(app, AccountEvent.__table__))

"""Links to figures: read-only, of fixed days and filters, expiring, revocable, each opening in the audit log."""

import html
import re
from datetime import date, timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import Account, AccountEvent
from asklater.database.access import table_of
from asklater.engine import Engine
from asklater.insights.links.tables import figures_link
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.marks.asked import ask_daily
from tests.asklater.integration.insights.page_tables import table_of as page_table
from tests.support.browsing import Browser
from tests.support.records import rows

PAGE = "/insights/links"
SHOWN = {"from": "2026-06-01", "to": "2026-06-20", "context": "publish"}
GOOD = {**SHOWN, "name": "For the board", "days": "7"}
LINKS = "Links, the newest first"


def make(pm: Browser, **more: str) -> str:
    """The path of a new link."""
    found = re.search(r"<code>http://localhost(/shared-figures/\S+)</code>", pm.post(PAGE, {**GOOD, **more}).text)
    assert found is not None
    return found[1]


@pytest.fixture
def asked(engine: Engine) -> None:
    ask_daily(engine, date(2026, 6, 1), 28, 0.7)
    ask_daily(engine, date(2026, 6, 1), 28, 0.4, action="send_letter")
    ask_daily(engine, date(2026, 6, 1), 1, 0.5, persons=3, action="sign_up")


@pytest.mark.thorough
@pytest.mark.usefixtures("asked")
def test_a_colleague_without_a_role_sees_these_figures_and_no_others(pm: Browser, stranger: Browser) -> None:
    url = make(pm)
    page = stranger.get(url)
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex"
    text = html.unescape(page.text)
    assert "<h1>For the board</h1>" in text
    assert "Jun 1, 2026 to Jun 20, 2026" in text
    assert [row[:4] for row in page_table(text, "Asks per field and context")[1:]] == [
        ["Email address", "Publish", "400", "400"]
    ]
    assert 'href="/insights' not in text, "nothing leads on"
    others = stranger.get(f"{url}?from=2026-06-25&to=2026-06-28&context=send_letter").text
    assert page_table(others, "Asks per field and context") == page_table(text, "Asks per field and context")
    assert stranger.get("/insights").status_code == 403


@pytest.mark.thorough
@pytest.mark.usefixtures("asked")
def test_what_tells_of_too_few_is_hidden_there_too(pm: Browser, stranger: Browser) -> None:
    text = stranger.get(make(pm, context="")).text
    (hidden,) = (row for row in page_table(text, "Asks per field and context") if row[1] == "Continue with email")
    assert hidden[2:] == ["Too few people: not shown."]


def test_each_opening_is_in_the_audit_log_of_who_made_it(dashboard: Flask, pm: Browser, stranger: Browser) -> None:
    url = make(pm)
    stranger.get(url)
    stranger.get(url)
    events = [row.event for row in rows(dashboard, table_of(AccountEvent))]
    assert [event for event in events if event.startswith("figures_")] == [
        "figures_shared",
        "figures_opened",
        "figures_opened",
    ]
    row = page_table(pm.get(PAGE).text, LINKS)[1]
    assert row[0] == "For the board"
    assert row[4].startswith("2 times")
    assert pm.get(f"{PAGE}/links.csv").text.count("For the board") == 1


def test_the_token_is_kept_as_a_hash_and_shown_once(dashboard: Flask, pm: Browser) -> None:
    token = make(pm).rpartition("/")[2]
    (kept,) = rows(dashboard, figures_link)
    assert token.encode() not in kept.token_hash
    assert token not in repr(kept)
    assert token not in pm.get(PAGE).text


def test_a_link_ends_when_it_expires_or_is_revoked(dashboard: Flask, pm: Browser, stranger: Browser) -> None:
    url, other = make(pm), make(pm)
    with clock.at(NOW + timedelta(days=7)):
        assert stranger.get(url).status_code == 404
    with clock.at(NOW + timedelta(days=6)):
        assert stranger.get(url).status_code == 200
    assert pm.post(f"{PAGE}/1/revoke").status_code == 303
    assert "The link is revoked." in pm.get(PAGE).text
    assert stranger.get(url).status_code == 404
    assert stranger.get(other).status_code == 200
    assert pm.post(f"{PAGE}/1/revoke").status_code == 303
    assert "There is no such link that could be revoked." in pm.get(PAGE).text
    assert {row[5].split()[0] for row in page_table(pm.get(PAGE).text, LINKS)[1:]} == {"Good", "Revoked"}


def test_a_link_ends_with_the_role_of_who_made_it(
    dashboard: Flask, pm: Browser, stranger: Browser, engine: Engine
) -> None:
    url = make(pm)
    with dashboard.app_context(), engine.database.unit_of_work():
        for account in engine.database.session().query(Account):
            account.role = ""
    assert stranger.get(url).status_code == 404


def test_a_filter_that_is_gone_shows_nothing_rather_than_more(dashboard: Flask, pm: Browser, engine: Engine) -> None:
    url = make(pm)
    with dashboard.app_context(), engine.database.unit_of_work():
        engine.database.writing().execute(figures_link.update().values(query="from=2026-06-01&context=gone"))
    assert pm.get(url).status_code == 404
    assert "Nothing: its filters no longer exist." in pm.get(PAGE).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Enter who or what the link is for."),
        ({"name": "x" * 81}, "This is too long. Use at most 80 characters."),
        ({"days": "365"}, "Choose for how long the link is good."),
        ({"from": "yesterday"}, "enter year, month and day"),
    ],
)
def test_what_is_wrong_is_said_and_no_link_is_made(
    dashboard: Flask, pm: Browser, typed: dict[str, str], words: str
) -> None:
    refused = pm.post(PAGE, {**GOOD, **typed})
    assert refused.status_code == 422
    assert words in refused.text
    assert rows(dashboard, figures_link) == []


def test_a_made_up_token_opens_nothing(stranger: Browser) -> None:
    for token in ("made-up", "x" * 500, "%F0%9F%98%80"):
        assert stranger.get(f"/shared-figures/{token}").status_code == 404

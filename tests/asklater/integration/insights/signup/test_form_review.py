"""The yearly review of the whole form: due on the overview, recorded once on its page, kept with its history."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.tables import AccountEvent
from asklater.engine import Engine
from asklater.insights.signup.form_history import record_form
from asklater.insights.tables import signup_review
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import table_of
from tests.support.browsing import Browser
from tests.support.people import somebody
from tests.support.records import rows

URL = "/insights/sign-up/review"
REVIEWS = "Reviews of the sign-up form, the newest first"


def declare(engine: Engine, reviewed: date | None) -> None:
    form = engine.manifest.signup.model_copy(update={"reviewed": reviewed})
    engine.manifest = engine.manifest.model_copy(update={"signup": form})


@pytest.mark.parametrize(
    ("reviewed", "words"),
    [
        (date(2025, 6, 29), "Sign-up form review due since Jun 29, 2026."),
        (date(2025, 6, 30), "The next review of the sign-up form is due by Jun 30, 2026."),
        (date(2025, 7, 30), "The next review of the sign-up form is due by Jul 30, 2026."),
        (date(2025, 7, 31), ""),
        (None, ""),
    ],
)
def test_the_overview_says_when_a_review_is_due(
    pm: Browser, engine: Engine, reviewed: date | None, words: str
) -> None:
    declare(engine, reviewed)
    page = pm.get("/insights").text
    assert words in page
    assert (f'href="{URL}"' in page) is bool(words)


def test_a_form_that_nobody_reviewed_is_due_a_year_after_its_record_began(pm: Browser, engine: Engine) -> None:
    with clock.at(NOW - timedelta(days=400)), engine.database.unit_of_work():
        record_form(engine.database, engine.manifest.signup)
    assert "Sign-up form review due since May 26, 2026." in pm.get("/insights").text
    assert "No review is recorded yet. Sign-up form review due since May 26, 2026." in pm.get("/insights/sign-up").text


def test_its_days_are_those_of_the_dashboards_zone(pm: Browser, engine: Engine) -> None:
    """Half past ten in the evening in UTC is the next day in Berlin, for what was recorded and for today."""
    with clock.at(NOW - timedelta(days=400) + timedelta(hours=10.5)), engine.database.unit_of_work():
        record_form(engine.database, engine.manifest.signup)
    engine.zone = ZoneInfo("Europe/Berlin")
    try:
        assert "Sign-up form review due since May 27, 2026." in pm.get("/insights").text
        assert "due since May 27, 2026." in pm.get(URL).text
        declare(engine, date(2025, 6, 30))
        evening = NOW + timedelta(hours=10.5)
        with clock.at(evening):
            for page in ("/insights", "/insights/sign-up", URL):
                assert "Sign-up form review due since Jun 30, 2026." in pm.get(page).text, page
            assert engine.today() == date(2026, 7, 1)
    finally:
        engine.zone = UTC


def test_a_review_is_recorded_and_the_year_begins_anew(dashboard: Flask, pm: Browser, engine: Engine) -> None:
    declare(engine, date(2025, 1, 1))
    page = pm.get(URL).text
    assert "Sign-up form review due since Jan 1, 2026." in page
    assert "None is recorded here yet." in page
    assert pm.post(URL, {"verdict": "change", "note": "Ask <b>less</b>.", "follows": "0"}).status_code == 303
    page = pm.get(URL).text
    assert "The review is recorded." in page
    assert "Last reviewed on Jun 30, 2026. The next review of the sign-up form is due by Jun 30, 2027." in page
    assert table_of(page, REVIEWS)[1][1:] == [
        "You, as Product manager",
        "The form is to change",
        "Ask <b>less</b>.",
        "Email address",
    ]
    assert "<b>less" not in page
    assert "review due" not in pm.get("/insights").text
    (row,) = rows(dashboard, signup_review)
    assert (row.role, row.follows, len(row.by)) == ("pm", 0, 8)


def test_it_is_noted_in_the_audit_log_of_whoever_did_it(dashboard: Flask, pm: Browser) -> None:
    pm.post(URL, {"verdict": "keep", "follows": "0"})
    events = [row.event for row in rows(dashboard, AccountEvent.__table__)]
    assert events.count("signup_reviewed") == 1


def test_a_colleague_sees_a_pseudonym(dashboard: Flask, pm: Browser) -> None:
    pm.post(URL, {"verdict": "keep", "follows": "0"})
    (row,) = rows(dashboard, signup_review)
    other = somebody(dashboard, "other@x.example", "pm", factor=True)
    assert table_of(other.get(URL).text, REVIEWS)[1][1] == f"Product manager {row.by}"


def test_what_is_missing_is_told_at_its_input_and_kept(dashboard: Flask, pm: Browser) -> None:
    page = pm.post(URL, {"note": "It is <fine>.", "follows": "0"})
    assert page.status_code == 422
    assert "<title>Error: Review of the sign-up form" in page.text
    assert "Choose whether the form stays as it is or changes." in page.text
    assert "It is &lt;fine&gt;.</textarea>" in page.text
    page = pm.post(URL, {"verdict": "change", "note": " ", "follows": "0"})
    assert page.status_code == 422
    assert "Enter what should change." in page.text
    assert rows(dashboard, signup_review) == []


def test_a_form_that_is_sent_twice_is_recorded_once(dashboard: Flask, pm: Browser) -> None:
    sent = {"verdict": "keep", "note": "Fine.", "follows": "0"}
    assert [pm.post(URL, sent).status_code for _ in range(2)] == [303, 303]
    assert len(rows(dashboard, signup_review)) == 1


@pytest.mark.parametrize("follows", ["0", "7", "-1", "x", "٣", "9" * 30, ""])
def test_another_review_meanwhile_is_shown_first(dashboard: Flask, pm: Browser, follows: str) -> None:
    pm.post(URL, {"verdict": "keep", "follows": "0"})
    page = pm.post(URL, {"verdict": "change", "note": "The name goes.", "follows": follows})
    assert page.status_code == 409
    assert "Another review was recorded meanwhile." in page.text
    assert "The name goes.</textarea>" in page.text
    (row,) = rows(dashboard, signup_review)
    assert pm.post(URL, {"verdict": "change", "note": "The name goes.", "follows": str(row.id)}).status_code == 303
    assert [row.follows for row in rows(dashboard, signup_review)] == [0, row.id]


def test_the_reviews_are_a_file_too(pm: Browser) -> None:
    pm.post(URL, {"verdict": "keep", "note": "Fine.", "follows": "0"})
    (row,) = pm.get("/insights/sign-up/reviews.json").get_json()["rows"]
    assert (row["verdict"], row["note"], row["fields"], row["role"]) == ("keep", "Fine.", "email", "pm")

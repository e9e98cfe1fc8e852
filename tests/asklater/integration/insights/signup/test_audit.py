"""The audit's page: one field owes nothing, a second one all of it, and every figure says where it comes from."""

from datetime import date, timedelta

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.insights.alerts import review_sentence, reviews_due
from asklater.insights.signup.form_history import record_form
from asklater.manifest.declarations import Signup, SignupField
from tests.asklater.integration.insights.conftest import NOW
from tests.asklater.integration.insights.page_tables import tables
from tests.support.browsing import Browser

TODAY = NOW.date()


def ask_too(engine: Engine, review_by: date) -> None:
    """The live form asks for a second field; both forms are recorded."""
    second = SignupField(field="display_name", needed_next="publish", owner="Ada", review_by=review_by)
    form = Signup(fields=(SignupField(field="email"), second))
    with engine.database.unit_of_work():
        record_form(engine.database, engine.manifest.signup)
    with engine.database.unit_of_work():
        record_form(engine.database, form)
    engine.manifest = engine.manifest.model_copy(update={"signup": form})


def test_one_field_owes_nothing(pm: Browser) -> None:
    page = pm.get("/insights/sign-up").text
    assert "The form asks for one field, which is the least there can be." in page
    assert "What a second field would need" in page
    assert "An assumption, not a finding" in page
    assert "no primary source" in page
    assert "30% to 60% as often" in page
    assert "Nothing is recorded yet" in page
    [[_head, row]] = tables(page)
    assert row == [
        "Email address",
        *["None is needed"] * 2,
        "With the whole form",
        "Nothing further: without it there is no account",
    ]


@pytest.mark.parametrize(
    ("days", "words", "look"),
    [
        (-3, "overdue by 3 days", "overdue"),
        (-1, "overdue by 1 day", "overdue"),
        (12, "due in 12 days", "soon"),
        (90, "fine", "fine"),
    ],
)
def test_a_second_field_shows_its_papers_and_its_price(
    pm: Browser, engine: Engine, days: int, words: str, look: str
) -> None:
    ask_too(engine, TODAY + timedelta(days=days))
    page = pm.get("/insights/sign-up?loss=20&visitors=1000&rate=50&worth=3&currency=kr").text
    assert "The form asks for 2 fields. Each beyond the first costs sign-ups, and needs a reason." in page
    [[_head, _email, row], history] = tables(page)
    assert row[:3] == ["Display name", "Needed for the next step: Publish", "Ada"]
    assert row[3].endswith(f": {words}")
    assert row[4] == "100 sign-ups a month (kr 300)"
    assert f'class="review-{look}"' in page
    assert [line[1:] for line in history[1:]] == [
        ["Display name", "Added, in place", "–", "2"],
        ["Email address", "On the form when this record began, in place", "–", "1"],
    ]


def test_assumptions_that_are_none_do_not_count(pm: Browser) -> None:
    usual = pm.get("/insights/sign-up").text
    page = pm.get("/insights/sign-up?loss=%3Cscript%3E&worth=-1")
    assert page.status_code == 200
    assert page.text == usual


def test_reviews_are_told_in_sentences(dashboard: Flask, engine: Engine) -> None:
    ask_too(engine, TODAY - timedelta(days=2))
    with dashboard.test_request_context():
        assert [review_sentence(review) for review in reviews_due(engine.manifest, TODAY)] == [
            "“Display name” at sign-up (owner: Ada) was to be reviewed by Jun 28, 2026."
        ]
        assert [review_sentence(review) for review in reviews_due(engine.manifest, TODAY - timedelta(days=3))] == [
            "“Display name” at sign-up (owner: Ada) is to be reviewed within 1 day, by Jun 28, 2026."
        ]

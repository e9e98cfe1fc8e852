"""Those who work here are asked like everybody, and are in no figure."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from tests.answers import ada
from tests.browsing import Browser
from tests.integration.insights.conftest import NOW
from tests.records import episodes
from webapp.accounts.models import Account
from webapp.insights.coverage import read_coverage
from webapp.insights.freshness import fresh
from webapp.insights.question import usual
from webapp.insights.rollup.reading import Reading
from webapp.insights.watching import glance
from webapp.profiling.engine import Engine


def figures(engine: Engine) -> tuple[object, ...]:
    """Everything that the dashboard counts, two days later, and what is fresh now."""
    later = usual(NOW + timedelta(days=2))
    window, uncounted = engine.manifest.window, engine.uncounted
    covered = read_coverage(engine.database, uncounted, "all")
    with engine.database.snapshot():
        board = Reading(engine.database, window, uncounted, later.as_of).board(later)
    return (
        board,
        covered.accounts,
        covered.held,
        fresh(engine.database, window, usual(NOW), uncounted),
        glance(engine.database, engine.manifest.window, usual(NOW), b"key", engine.uncounted).count,
    )


def publish(browser: Browser, answers: Mapping[str, object]) -> None:
    browser.post("/publish", {"text": "hello"})
    assert browser.answer(dict(answers)).text == "published hello"


def test_what_staff_answer_changes_no_figure(pm: Browser, officer: Browser, engine: Engine, dashboard: Flask) -> None:
    before = figures(engine)
    for browser in (pm, officer):
        publish(browser, {key: value for key, value in ada().items() if key != "answer.email"})
    assert len(episodes(dashboard)) == 4
    assert figures(engine) == before


def test_who_becomes_staff_leaves_every_figure(stranger: Browser, engine: Engine) -> None:
    before = figures(engine)
    publish(stranger, ada())
    assert all(was != now for was, now in zip(before, figures(engine), strict=True))
    with engine.database.unit_of_work():
        engine.database.writing().execute(update(Account).values(role="pm"))
    assert figures(engine) == before

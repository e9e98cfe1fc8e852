"""Those who work here, who object or who restrict their data are asked or not, and are in no figure."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from asklater import clock
from asklater.accounts.tables import Account
from asklater.engine import Engine
from asklater.insights.coverage import read_coverage
from asklater.insights.live import read_live_episodes
from asklater.insights.pending import count_pending
from asklater.insights.query import default_query
from asklater.insights.rollup.aggregation import rollup_of
from asklater.insights.rollup.reader import TotalsReader
from asklater.subjects import rights
from asklater.tables import prompt
from tests.asklater.integration.insights.conftest import NOW
from tests.support.answers import ada
from tests.support.browsing import Browser
from tests.support.records import episodes, rows


def figures(engine: Engine) -> tuple[object, ...]:
    """Everything that the dashboard counts, two days later, and what is fresh now."""
    window, uncounted = engine.manifest.window, engine.registry.uncounted
    covered = read_coverage(engine.database, uncounted, "all")
    return (
        board(engine, NOW + timedelta(days=2)),
        covered.accounts,
        covered.held,
        count_pending(engine.database, window, default_query(NOW), uncounted),
        read_live_episodes(
            engine.database, engine.manifest.window, default_query(NOW), engine.registry.uncounted
        ).count,
    )


def board(engine: Engine, at: datetime) -> object:
    """The figures as of a moment."""
    with engine.database.snapshot():
        return TotalsReader(engine.database, engine.manifest.window, engine.registry.uncounted, at).sums(
            default_query(at)
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


@pytest.mark.thorough
def test_what_was_counted_of_somebody_who_objects_stays_and_nothing_new_is(
    stranger: Browser, engine: Engine, dashboard: Flask, people: Callable[..., None]
) -> None:
    people(12)
    publish(stranger, ada())
    asked = {row.subject_id for row in rows(dashboard, prompt)}
    number, boards = max(asked), [board(engine, NOW + timedelta(days=2))]
    with engine.database.unit_of_work(), clock.at(NOW + timedelta(days=2)):
        for person in asked:
            assert rights.object_to_measurement(engine, person)
    boards.append(board(engine, NOW + timedelta(days=2)))
    with clock.at(NOW + timedelta(days=2)):
        with engine.database.unit_of_work():
            engine.remove(number, "picture")
        stranger.post("/publish")
        assert rows(dashboard, prompt) == []
        assert (
            count_pending(
                engine.database, engine.manifest.window, default_query(clock.now()), engine.registry.uncounted
            )
            == 0
        )
    boards.append(board(engine, NOW + timedelta(days=4)))
    assert boards[0] == boards[1] == boards[2]
    with clock.at(NOW + timedelta(days=4)):
        rollup_of(engine).rebuild()
    assert board(engine, NOW + timedelta(days=4)) == boards[0]


def test_who_restricts_is_in_no_figure_until_that_is_lifted(
    stranger: Browser, engine: Engine, dashboard: Flask
) -> None:
    before = figures(engine)
    publish(stranger, ada())
    counted, number = figures(engine), max(row.subject_id for row in rows(dashboard, prompt))
    for verb, found in ((rights.restrict, before), (rights.lift_restriction, counted)):
        with engine.database.unit_of_work():
            assert verb(engine, number)
        assert figures(engine) == found
    for verb, found in ((rights.restrict, before), (rights.lift_restriction, counted)):
        with clock.at(NOW + timedelta(days=2)):
            with engine.database.unit_of_work():
                assert verb(engine, number)
            rollup_of(engine).run()
        assert figures(engine)[0] == found[0]

"""What is fresh and what is mature, over random histories; and the edges of the mature set, one by one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings
from sqlalchemy import insert, select, update

from asklater import clock
from asklater.database.access import MICROSECOND, Database
from asklater.insights import pending
from asklater.insights.figures import Tally, TallyTable, tally_table
from asklater.insights.pending import COUNT_LIMIT, count_pending
from asklater.insights.query import Query
from asklater.insights.rollup.aggregation import RollUp
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.tables import rollup_state, totals
from asklater.records.episodes import Episodes
from asklater.tables import prompt, prompt_field
from tests.asklater.integration.insights.random_histories import (
    START,
    WINDOW,
    Step,
    fresh_rows,
    histories,
    play,
    queries,
)
from tests.support.databases import PostgresFactory, SqliteFactory

Databases = SqliteFactory | PostgresFactory
SECOND = timedelta(seconds=1)
in_database = hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def opened(databases: Databases) -> Iterator[Database]:
    with databases.fresh() as url:
        database = Database(url)
        try:
            yield database
        finally:
            database.release()
            database.engine.dispose()


@pytest.mark.thorough
@in_database
@given(histories, queries())
def test_what_is_fresh_equals_a_naive_recount(
    databases: Databases, history: list[Step], ask: Callable[[datetime], Query]
) -> None:
    with opened(databases) as database:
        query = ask(play(database, history))
        assert count_pending(database, WINDOW, query) == len(fresh_rows(database, query))


def test_of_many_fresh_ones_it_is_only_said_that_they_are_many(databases: Databases) -> None:
    with opened(databases) as database:
        play(database, [])
        row = {"prompt_id": 1, "subject_id": 1, "action": "publish", "opened_at": START, "impressions": 1}
        with database.unit_of_work():
            shown = {"id": 1, "subject_id": 1, "action": "publish", "opened_at": START}
            database.writing().execute(insert(prompt), shown)
            rows = [{**row, "field": f"field_{number}"} for number in range(COUNT_LIMIT + 9)]
            database.writing().execute(insert(prompt_field), rows)
        assert count_pending(database, WINDOW, Query(START.date(), START.date(), START)) == COUNT_LIMIT + 1


def test_no_more_are_looked_through_for_a_filter_than_a_page_has_time_for(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending, "LOOK_LIMIT", 3)
    pending._pending_statement.cache_clear()
    with opened(databases) as database:
        play(database, [])
        row = {"prompt_id": 1, "subject_id": 1, "action": "publish", "opened_at": START, "impressions": 1}
        query = Query(START.date(), START.date(), START, field="field_0")
        with database.unit_of_work():
            shown = {"id": 1, "subject_id": 1, "action": "publish", "opened_at": START}
            database.writing().execute(insert(prompt), shown)
            database.writing().execute(insert(prompt_field), [{**row, "field": f"field_{n}"} for n in range(3)])
        assert count_pending(database, WINDOW, query) == 1
        with database.unit_of_work():
            database.writing().execute(insert(prompt_field), {**row, "field": "field_3"})
        assert count_pending(database, WINDOW, query) is None
    pending._pending_statement.cache_clear()


@pytest.mark.thorough
@in_database
@given(histories, queries())
def test_whether_the_worker_came_by_changes_no_count(
    databases: Databases, history: list[Step], ask: Callable[[datetime], Query]
) -> None:
    with opened(databases) as database:
        query = ask(play(database, history))
        before = board(database, query)
        later = Step("abandon", 0, "publish", ("email",), query.as_of - START + WINDOW)
        _sweep(database, later)
        assert board(database, query) == before
        for found in before.values():
            ends = (found.completed, found.dismissed, found.superseded, found.skipped, found.abandoned)
            assert sum(ends) == found.episodes
            assert query.optional or not found.skipped
            assert found.completed_persons <= found.persons <= found.episodes <= found.impressions
            assert found.rejected <= found.submitted <= found.episodes
            assert found.actions <= found.prompts_given <= found.prompts >= found.prompts_submitted


def test_an_episode_is_mature_exactly_when_its_window_has_ended(databases: Databases) -> None:
    with opened(databases) as database:
        play(database, [Step("see", 0, "publish", ("email",), timedelta(0))])
        query = Query(START.date(), START.date(), START + WINDOW)
        almost = replace(query, as_of=START + WINDOW - MICROSECOND)
        assert (altogether(database, query).episodes, count_pending(database, WINDOW, query)) == (1, 0)
        assert (altogether(database, almost).episodes, count_pending(database, WINDOW, almost)) == (0, 1)


def test_an_open_episode_past_its_window_counts_as_abandoned(databases: Databases) -> None:
    with opened(databases) as database:
        play(database, [Step("see", 0, "publish", ("email",), timedelta(0))])
        tally = altogether(database, Query(START.date(), START.date(), START + WINDOW))
        assert (tally.abandoned, tally.episodes) == (1, 1)


def test_a_fresh_episode_is_left_out_even_when_it_is_completed(databases: Databases) -> None:
    with opened(databases) as database:
        end = play(database, [_see(), Step("save", 0, "publish", ("email",), SECOND)])
        query = Query(START.date(), START.date(), end)
        assert altogether(database, query) == NOTHING
        assert count_pending(database, WINDOW, query) == 1


def test_a_save_at_the_last_moment_of_the_window_counts_and_one_after_it_does_not(databases: Databases) -> None:
    for pause, completed in ((WINDOW, 1), (WINDOW + MICROSECOND, 0)):
        with opened(databases) as database:
            end = play(database, [_see(), Step("save", 0, "publish", ("email",), pause)])
            tally = altogether(database, Query(START.date(), START.date(), end))
            assert (tally.completed, tally.abandoned) == (completed, 1 - completed)


def test_a_person_who_completes_twice_is_one_person(databases: Databases) -> None:
    both = ("email", "picture")
    with opened(databases) as database:
        end = play(database, [Step("see", 0, "publish", both, timedelta(0)), Step("save", 0, "publish", both, SECOND)])
        tally = altogether(database, Query(START.date(), START.date(), end + WINDOW))
        assert (tally.persons, tally.completed_persons, tally.completed) == (1, 1, 2)


def test_what_a_late_merge_closes_was_abandoned_before(databases: Databases) -> None:
    with opened(databases) as database:
        end = play(database, [_see(0), _see(1, SECOND)])
        first, second = (
            database.reading().execute(select(prompt_field.c.subject_id).order_by(prompt_field.c.subject_id)).scalars()
        )
        with database.unit_of_work(), clock.at(end + 2 * WINDOW):
            Episodes(database, WINDOW).move(first, second)
        tally = altogether(database, Query(START.date(), START.date(), end + 3 * WINDOW))
        assert (tally.persons, tally.abandoned, tally.superseded) == (1, 2, 0)


def test_the_days_of_a_range_are_whole_and_inclusive(databases: Databases) -> None:
    with opened(databases) as database:
        midnight = timedelta(hours=2)
        play(database, [_see(0, midnight - MICROSECOND), _see(1, MICROSECOND)])
        day, as_of = START.date(), START + timedelta(days=9)
        for first, last, found in ((0, 0, 1), (1, 1, 1), (0, 1, 2), (2, 3, 0)):
            query = Query(day + timedelta(days=first), day + timedelta(days=last), as_of)
            assert altogether(database, query).episodes == found


NOTHING = Tally("", "", *([0] * 14))


def _see(person: int = 0, pause: timedelta = timedelta(0), *, context: str = "publish", field: str = "email") -> Step:
    return Step("see", person, context, (field,), pause)


def board(database: Database, query: Query) -> TallyTable:
    """Every tally of the query's days and people."""
    with database.snapshot():
        return tally_table(TotalsReader(database, WINDOW, (), query.as_of).sums(query))


def altogether(database: Database, query: Query) -> Tally:
    return board(database, query).get(("", ""), NOTHING)


def _sweep(database: Database, step: Step) -> None:
    """Let the worker close what ran out, long after."""
    play(database, [step])


def test_totals_of_an_earlier_version_are_counted_anew(databases: Databases) -> None:
    """They hold no pairs of one person's asks, without which two fields of a person pass for two people."""
    with opened(databases) as database:
        end = play(database, [Step("see", 0, "publish", ("email", "picture"), timedelta(0))])
        query = Query(START.date(), START.date(), end + 2 * WINDOW)
        rollup = RollUp(database, Episodes(database, WINDOW), WINDOW)
        with clock.at(query.as_of):
            assert rollup.run() == 3
            with database.unit_of_work():
                database.writing().execute(update(totals).values(pairs=None, prompt_pairs=None))
                database.writing().execute(update(rollup_state).values(version=None))
            assert altogether(database, query).pairs.sums == (0, 0, 0)
            assert rollup.run() == 3
            assert rollup.run() == 0
        assert altogether(database, query).pairs.sums == (1, 0, 0)

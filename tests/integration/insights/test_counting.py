"""Counts against a naive recount, over random histories; and the edges of the mature set, one by one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings as hypothesis_settings
from sqlalchemy import select

from tests.databases import PostgresFactory, SqliteFactory
from tests.integration.insights.histories import (
    START,
    WINDOW,
    Step,
    end_of,
    fresh_rows,
    histories,
    mature_rows,
    play,
    prompt_rows,
    questions,
    recount,
    recount_prompts,
)
from webapp import clock
from webapp.db import MICROSECOND, Database
from webapp.insights.counting import Counting
from webapp.insights.counts import FunnelCount, Tally
from webapp.insights.question import Question
from webapp.profiling.episodes import Episodes
from webapp.profiling.tables import prompt_field

Databases = SqliteFactory | PostgresFactory
SECOND = timedelta(seconds=1)
in_database = hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def opened(databases: Databases) -> Iterator[Database]:
    with databases.fresh() as url:
        database = Database(url)
        try:
            yield database
        finally:
            database.release()
            database.engine.dispose()


@in_database
@given(histories, questions())
def test_every_count_equals_a_naive_recount(
    databases: Databases, history: list[Step], ask: Callable[[datetime], Question]
) -> None:
    with opened(databases) as database:
        question = ask(play(database, history))
        counting, rows = Counting(database, WINDOW), mature_rows(database, question)
        pairs = {(tally.field, tally.context): tally for tally in counting.by_field_and_context(question)}
        contexts = {("", tally.context): tally for tally in counting.by_context(question)}
        assert pairs == recount(rows, lambda row: (row.field, row.action))
        assert contexts == recount(rows, lambda row: ("", row.action))
        assert counting.altogether(question) == recount(rows, lambda _row: ("", "")).get(("", ""), NOTHING)
        assert counting.fresh(question) == len(fresh_rows(database, question))
        assert sorted((time.field, time.context, time.seconds) for time in counting.times(question)) == sorted(
            (row.field, row.action, (row.closed_at - row.opened_at) / SECOND)
            for row in rows
            if end_of(row) == "completed"
        )
        assert set(counting.prompts(question)) == recount_prompts(prompt_rows(database, question))
        for tally in pairs.values():
            assert tally.completed + tally.dismissed + tally.superseded + tally.abandoned == tally.episodes
            assert tally.completed_persons <= tally.persons <= tally.episodes <= tally.impressions
            assert tally.rejected <= tally.submitted <= tally.episodes


@in_database
@given(histories, questions())
def test_whether_the_worker_came_by_changes_no_count(
    databases: Databases, history: list[Step], ask: Callable[[datetime], Question]
) -> None:
    with opened(databases) as database:
        question = ask(play(database, history))
        before = _counted(database, question)
        later = Step("abandon", 0, "publish", ("email",), question.as_of - START + WINDOW)
        _sweep(database, later)
        assert _counted(database, question) == before


def test_an_episode_is_mature_exactly_when_its_window_has_ended(databases: Databases) -> None:
    with opened(databases) as database:
        play(database, [Step("see", 0, "publish", ("email",), timedelta(0))])
        question = Question(START.date(), START.date(), START + WINDOW)
        almost = replace(question, as_of=START + WINDOW - MICROSECOND)
        counting = Counting(database, WINDOW)
        assert (counting.altogether(question).episodes, counting.fresh(question)) == (1, 0)
        assert (counting.altogether(almost).episodes, counting.fresh(almost)) == (0, 1)


def test_an_open_episode_past_its_window_counts_as_abandoned(databases: Databases) -> None:
    with opened(databases) as database:
        play(database, [Step("see", 0, "publish", ("email",), timedelta(0))])
        tally = Counting(database, WINDOW).altogether(Question(START.date(), START.date(), START + WINDOW))
        assert (tally.abandoned, tally.episodes) == (1, 1)


def test_a_fresh_episode_is_left_out_even_when_it_is_completed(databases: Databases) -> None:
    with opened(databases) as database:
        end = play(database, [_see(), Step("save", 0, "publish", ("email",), SECOND)])
        counting, question = Counting(database, WINDOW), Question(START.date(), START.date(), end)
        assert counting.altogether(question) == NOTHING
        assert counting.times(question) == []
        assert counting.fresh(question) == 1


def test_a_save_at_the_last_moment_of_the_window_counts_and_one_after_it_does_not(databases: Databases) -> None:
    for pause, completed in ((WINDOW, 1), (WINDOW + MICROSECOND, 0)):
        with opened(databases) as database:
            end = play(database, [_see(), Step("save", 0, "publish", ("email",), pause)])
            tally = Counting(database, WINDOW).altogether(Question(START.date(), START.date(), end))
            assert (tally.completed, tally.abandoned) == (completed, 1 - completed)


def test_a_person_who_completes_twice_is_one_person(databases: Databases) -> None:
    both = ("email", "picture")
    with opened(databases) as database:
        end = play(database, [Step("see", 0, "publish", both, timedelta(0)), Step("save", 0, "publish", both, SECOND)])
        tally = Counting(database, WINDOW).altogether(Question(START.date(), START.date(), end + WINDOW))
        assert (tally.persons, tally.completed_persons, tally.completed) == (1, 1, 2)


def test_what_a_late_merge_closes_was_abandoned_before(databases: Databases) -> None:
    with opened(databases) as database:
        end = play(database, [_see(0), _see(1, SECOND)])
        first, second = database.reading().execute(select(prompt_field.c.subject_id)).scalars()
        with database.unit_of_work(), clock.at(end + 2 * WINDOW):
            Episodes(database, WINDOW).move(first, second)
        tally = Counting(database, WINDOW).altogether(Question(START.date(), START.date(), end + 3 * WINDOW))
        assert (tally.persons, tally.abandoned, tally.superseded) == (1, 2, 0)


def test_the_days_of_a_range_are_whole_and_inclusive(databases: Databases) -> None:
    with opened(databases) as database:
        midnight = timedelta(hours=2)
        play(database, [_see(0, midnight - MICROSECOND), _see(1, MICROSECOND)])
        day, as_of = START.date(), START + timedelta(days=9)
        counting = Counting(database, WINDOW)
        for first, last, found in ((0, 0, 1), (1, 1, 1), (0, 1, 2), (2, 3, 0)):
            question = Question(day + timedelta(days=first), day + timedelta(days=last), as_of)
            assert counting.altogether(question).episodes == found


def test_the_funnel_follows_persons_and_gives_each_the_same_time(databases: Databases) -> None:
    give = Step("save", 0, "publish", ("email",), SECOND)
    done = Step("complete", 0, "publish", (), SECOND)
    late = Step("complete", 1, "send_letter", (), WINDOW)
    with opened(databases) as database:
        history = [
            _see(0),
            give,
            done,
            _see(1),
            replace(give, person=1),
            _see(1, context="send_letter", field="picture"),
            late,
            _see(2),
            Step("dismiss", 2, "publish", (), SECOND),
            _see(3, field="picture"),
        ]
        end = play(database, history)
        question = Question(START.date(), end.date(), end + WINDOW, context="nowhere", field="picture")
        counting = Counting(database, WINDOW)
        assert counting.funnel(question, "email", "publish") == FunnelCount(saw=3, gave=2, reached=1)
        assert counting.funnel(question, "email", "send_letter") == FunnelCount(saw=3, gave=2, reached=0)
        assert counting.funnel(question, "email", None) == FunnelCount(saw=3, gave=2, reached=0)
        assert counting.funnel(replace(question, people="simulated"), "email", "publish").saw == 1


NOTHING = Tally("", "", *([0] * 13))


def _see(person: int = 0, pause: timedelta = timedelta(0), *, context: str = "publish", field: str = "email") -> Step:
    return Step("see", person, context, (field,), pause)


def _counted(database: Database, question: Question) -> list[Tally]:
    return sorted(Counting(database, WINDOW).by_field_and_context(question), key=lambda it: (it.field, it.context))


def _sweep(database: Database, step: Step) -> None:
    """Let the worker close what ran out, long after."""
    play(database, [step])

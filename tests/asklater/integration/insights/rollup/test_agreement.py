"""Roll-up and raw rows give the same counts: for every slice, wherever the worker is, whatever happened to people."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from sqlalchemy import func, select, update

from asklater import clock
from asklater.database.access import Database
from asklater.insights.query import Query
from asklater.insights.rollup.ranges import RangeSum
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.rollup.series import KEY_COLUMNS
from asklater.insights.tables import COUNTED
from asklater.tables import prompt, prompt_field
from tests.asklater.integration.insights.random_histories import START, WINDOW
from tests.asklater.integration.insights.rollup.erased_rows import remembering
from tests.asklater.integration.insights.rollup.random_lives import Event, World, as_on_a_board, lives, looks
from tests.asklater.integration.insights.test_maturity import Databases, in_database, opened


def read(world: World, query: Query) -> dict[tuple[str, str], dict[bool, RangeSum]]:
    with world.database.snapshot():
        return TotalsReader(world.database, WINDOW, world.uncounted, query.as_of).sums(query)


def rows(database: Database) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Every row of the totals, by its series and day."""
    return {
        (optional, *row[1 : len(KEY_COLUMNS) + 1], row.day): tuple(row[len(KEY_COLUMNS) + 3 :])
        for optional, of in COUNTED.items()
        for row in database.reading().execute(select(of.series, of.totals).join_from(of.series, of.totals))
    }


def _event(verb: str, person: int = 0, pause: timedelta = timedelta(0)) -> Event:
    return Event(verb, person, "publish", ("email", "picture"), "phone", "", pause, optional=1)


EVERYTHING = Query(START.date(), START.date() + timedelta(days=30), START)
DEPARTS_UNCOUNTED = [_event("see"), _event("depart", 0, 2 * WINDOW)]
DEPARTS_AFTER_A_MERGE = [
    *(_event("see"), _event("save"), _event("see", 1), _event("roll", 0, 3 * WINDOW), _event("move", 0)),
    *(_event("see", 0), _event("depart", 1, 2 * WINDOW), _event("depart", 0)),
]
ASKED_AGAIN = [
    *(_event("see"), _event("save"), _event("act"), _event("roll", 0, 3 * WINDOW)),
    *(_event("see"), _event("save"), _event("act"), _event("roll", 0, 3 * WINDOW)),
]


@pytest.mark.thorough
@in_database
@example(ASKED_AGAIN, EVERYTHING)
@example(DEPARTS_UNCOUNTED, EVERYTHING)
@example(DEPARTS_AFTER_A_MERGE, EVERYTHING)
@given(lives, looks())
def test_every_slice_is_what_a_recount_of_the_raw_rows_finds(
    databases: Databases, life: list[Event], look: Query
) -> None:
    with opened(databases) as database, remembering(database):
        world = World(database)
        world.play(life)
        query = replace(look, as_of=world.moment)
        assert read(world, query) == as_on_a_board(world.recount(query))


@pytest.mark.thorough
@in_database
@example(ASKED_AGAIN)
@example(DEPARTS_UNCOUNTED)
@example(DEPARTS_AFTER_A_MERGE)
@given(lives)
def test_a_rebuild_from_the_raw_rows_gives_the_same_rows(databases: Databases, life: list[Event]) -> None:
    with opened(databases) as database, remembering(database):
        world = World(database)
        world.play(life)
        with clock.at(world.moment):
            world.rollup.run()
            grown = rows(database)
            world.rollup.rebuild()
        assert rows(database) == grown


@pytest.mark.thorough
def test_what_opened_before_what_is_counted_recurs_in_the_order_of_days(databases: Databases) -> None:
    with opened(databases) as database, remembering(database):
        world = World(database)
        days = (timedelta(days=6), timedelta(days=3), timedelta(days=12))
        for days_on, verbs in zip(days, ("see", "see", "roll"), strict=True):
            world.moment = START + days_on
            world.play([_event(verbs), _event("save"), _event("roll", 0, 3 * WINDOW)])
        for first in (2, 3, 4):
            query = replace(EVERYTHING, first=START.date() + timedelta(days=first), as_of=world.moment)
            assert read(world, query) == as_on_a_board(world.recount(query))


@pytest.mark.thorough
def test_who_departs_leaves_alone_who_was_asked_while_a_merge_went_on(databases: Databases) -> None:
    """A merge moved the first ask; the second one came while it went on, and was counted with the first before."""
    with opened(databases) as database, remembering(database):
        world = World(database)
        for _ in range(2):
            world.play([_event("see"), _event("save"), _event("roll", 0, 3 * WINDOW)])
        first = database.reading().scalar(select(func.min(prompt.c.id)))
        database.release()
        with database.unit_of_work():
            for table, key in ((prompt, prompt.c.id), (prompt_field, prompt_field.c.prompt_id)):
                database.writing().execute(update(table).where(key == first).values(subject_id=world.persons[1]))
        world.play([_event("depart", 1), _event("roll", 0, WINDOW)])
        query = replace(EVERYTHING, as_of=world.moment)
        assert read(world, query) == as_on_a_board(world.recount(query))

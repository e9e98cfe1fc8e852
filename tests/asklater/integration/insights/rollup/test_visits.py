"""A visitor's raw rows go once they are counted; the figures stay as they are, whoever counts anew."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, update

from asklater import clock
from asklater.engine import Engine
from asklater.experiments.tables import assignment, run
from asklater.insights.query import default_query
from asklater.insights.rollup.aggregation import rollup_of
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.rollup.visits import forget_visits
from asklater.records.people import record_arrival
from asklater.tables import prompt, prompt_field, subject
from tests.asklater.integration.insights.conftest import NOW
from tests.support.records import rows

DAY = timedelta(days=1)


def board(engine: Engine, at: object = NOW + 5 * DAY) -> object:
    with engine.database.snapshot():
        return TotalsReader(engine.database, engine.manifest.window, engine.registry.uncounted, at).sums(
            default_query(NOW + 5 * DAY)
        )


def visit(engine: Engine, *fields: str, given: tuple[str, ...] = (), account: bool = False) -> int:
    """Somebody who is asked at NOW, and gives some of it."""
    with clock.at(NOW), engine.database.unit_of_work():
        number = record_arrival(engine.database)
        engine.episodes.see(number, "publish", fields)
        engine.episodes.submit(number, "publish", fields)
        for field in given:
            engine.episodes.saved(number, field, "publish")
        if account:
            one = update(subject).where(subject.c.id == number)
            engine.database.writing().execute(one.values(signed_up_at=NOW))
    return number


def forget(app: Flask, days: float) -> set[int]:
    """Run the job so many days later; whose rows are left."""
    with clock.at(NOW + days * DAY):
        app.extensions["asklater.jobs"].runs["forget_visits"]()
    return {row.subject_id for table in (prompt, prompt_field, assignment) for row in rows(app, table)}


def roll_up(engine: Engine, days: float = 1.5) -> None:
    with clock.at(NOW + days * DAY):
        rollup_of(engine).run()


@pytest.mark.thorough
def test_rows_of_visitors_go_once_they_are_counted_and_the_figures_stay(dashboard: Flask, engine: Engine) -> None:
    owner = visit(engine, "email", "picture", given=("email",), account=True)
    visitors = [visit(engine, "email", "display_name", given=("email",) * (n % 2)) for n in range(7)]
    assert forget(dashboard, 3) == {owner, *visitors}  # nothing is counted yet
    roll_up(engine)
    before = board(engine)
    assert forget(dashboard, 1.9) == {owner, *visitors}  # the visit may still go on
    assert forget(dashboard, 3) == {owner}
    assert board(engine) == before
    with clock.at(NOW + 4 * DAY):
        rollup_of(engine).rebuild()
    assert board(engine) == before
    assert forget(dashboard, 5) == {owner}
    assert board(engine) == before


@pytest.mark.parametrize("right", ["held_at", "restricted_at"])
def test_what_is_to_be_kept_stays(dashboard: Flask, engine: Engine, right: str) -> None:
    kept, _other = visit(engine, "email"), visit(engine, "email")
    roll_up(engine)
    with engine.database.unit_of_work():
        one = update(subject).where(subject.c.id == kept)
        engine.database.writing().execute(one.values({right: NOW + 2 * DAY}))
    assert forget(dashboard, 4) == {kept}


def test_an_experiments_part_goes_with_its_visitor_and_not_before(dashboard: Flask, engine: Engine) -> None:
    early, late = visit(engine, "email"), visit(engine, "email")
    roll_up(engine)
    with engine.database.unit_of_work():
        writing = engine.database.writing()
        begun = {"experiment": "trial", "digest": "", "declaration": "", "started_at": NOW, "started_by": "pm"}
        number = writing.execute(insert(run).values(begun).returning(run.c.id)).scalar_one()
        for who, days in ((early, 0), (late, 2)):
            part = {"run_id": number, "subject_id": who, "variant": "as_now", "at": NOW + days * DAY}
            writing.execute(insert(assignment), part)
    assert forget(dashboard, 3) == {late}
    assert forget(dashboard, 5) == set()


def test_one_portion_takes_so_many_and_the_next_goes_on(dashboard: Flask, engine: Engine) -> None:
    for _ in range(5):
        visit(engine, "email")
    roll_up(engine)
    taken = []
    for _ in range(4):
        with clock.at(NOW + 3 * DAY), engine.database.unit_of_work():
            taken.append(forget_visits(engine, 2))
    assert taken == [2, 2, 1, 0]
    assert forget(dashboard, 3) == set()

"""`demo simulate`: what the dashboard measures of declared rates, whichever way the people were written."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Table, func, select

from asklater import clock
from asklater.checks.manifest import read as read_manifest
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.insights.coverage import count_coverage, coverage
from asklater.insights.query import Query
from asklater.insights.rollup.aggregation import RollUp
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.tables import rollup_state, series, totals
from asklater.records.episodes import Episodes
from asklater.tables import prompt, prompt_field, subject
from halftone.demo import simulation
from halftone.demo.accuracy import Claim, MeasuredClaim, claims, measure_claims, plausible
from halftone.demo.cli import DEFAULT
from halftone.demo.rates import Rates
from halftone.demo.simulated_people import draw_people
from halftone.demo.simulation import Writer, as_rows, by_verbs, write
from halftone.settings import ROOT
from tests.support.browsing import Browser
from tests.support.databases import PostgresFactory, SqliteFactory

MANIFEST = read_manifest(ROOT / "webapp" / "halftone" / "manifest.toml")
WINDOW = MANIFEST.window
UNTIL = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
DAY = timedelta(days=1)
VARIANTS = ("-", "wording:short")
Databases = SqliteFactory | PostgresFactory


def ask(give: float, reject: float = 0.1) -> dict[str, float]:
    """Of those who do not give it, each third dismisses it, leaves, or goes elsewhere."""
    rest = (1 - give) / 3
    return {"give": give, "dismiss": rest, "leave": rest, "reject": reject, "seconds": 20, "spread": 0.8}


def world(rates: Random | None = None, *, count: int = 80, days: int = 3) -> Rates:
    """Two fields one by one, where there is a variant, and two together; rates as `rates` draws them."""
    draw = rates or Random("rates")
    fields = {field: ask(draw.uniform(0.2, 0.95), draw.uniform(0, 0.5)) for field in ("email", "display_name")}
    proof = {"email": ask(draw.uniform(0.3, 0.9)), "verified_email": ask(draw.uniform(0.1, 0.9))}
    short = {"share": 0.5, "fields": {"verified_email": {"give": 0.3, "dismiss": 0.2, "leave": 0.4}}}
    return Rates.model_validate(
        {
            "traffic": {"persons": count, "days": days, "seed": str(draw.random())},
            "people": {
                "returning": 0.3,
                "devices": {"phone": 0.6},
                "settle": {"seconds": 60, "spread": 1},
            },
            "contexts": {
                "export_orders": {"reach": 0.8, "fields": proof, "variants": {VARIANTS[1]: short}},
                "share_print": {"reach": 0.7, "fields": fields},
            },
        }
    )


@contextmanager
def opened(databases: Databases) -> Iterator[Database]:
    with databases.fresh() as url:
        database = Database(url)
        try:
            yield database
        finally:
            database.close()


def let_happen(database: Database, writer: Writer, made: Rates, until: datetime = UNTIL) -> None:
    write(database, writer, draw_people(made, MANIFEST, until), lambda _written: None)


def told(database: Database) -> list[Any]:
    """Every row of every person, without its numbers."""
    rows = database.reading()
    names: dict[int, str] = {}
    found: list[Any] = []
    for row in rows.execute(select(subject)):
        names[row.id] = str(row.created_at)
        found.append(("subject", row.created_at, row.simulated))
    for table in (prompt, prompt_field):
        left_out = {"id", "subject_id", "prompt_id"}
        for row in rows.execute(select(table)):
            said = {name: value for name, value in row._mapping.items() if name not in left_out}
            found.append((table.name, names[row.subject_id], sorted(said.items(), key=lambda it: it[0])))
    parts = select(prompt_field.c.field, prompt_field.c.action, prompt.c.action, prompt.c.opened_at).join(prompt)
    return sorted(map(repr, [*found, *(("of", *row) for row in rows.execute(parts))]))


@pytest.mark.thorough
def test_rows_in_bulk_are_the_rows_that_the_verbs_leave(databases: Databases) -> None:
    """To the last column: whatever agrees with one agrees with the other. At `UNTIL` some are in the middle of it."""
    made = world(count=250)
    written = []
    for fast in (False, True):
        with opened(databases) as database:
            episodes = Episodes(database, WINDOW)
            writer = as_rows(database, WINDOW, UNTIL) if fast else by_verbs(database, episodes, UNTIL)
            let_happen(database, writer, made)
            written.append(told(database))
            outcomes = set(database.reading().scalars(select(prompt_field.c.outcome)))
    assert written[0] == written[1]
    assert outcomes == {None, "completed", "dismissed", "superseded", "abandoned"}


@pytest.mark.thorough
def test_in_many_worlds_the_intervals_of_the_dashboard_hold_the_truth(databases: Databases) -> None:
    """With the real definitions, from raw rows to figures. Each world has rates, and days, of its own."""
    compared: list[MeasuredClaim] = []
    with opened(databases) as database:
        rollup = RollUp(database, Episodes(database, WINDOW), WINDOW)
        for number in range(24):
            made, until = world(Random(f"world {number}"), days=1), UNTIL + number * 7 * DAY
            let_happen(database, as_rows(database, WINDOW, until), made, until)
            with clock.at(until + 2 * WINDOW):
                if number % 4 == 0:  # the other worlds are read from what the worker has left undone
                    rollup.run()
                compared += measured(database, made, until)
    held = [one.covers for one in compared if one.measured]
    assert len(held) > 240
    assert 0.93 <= sum(held) / len(held) <= 0.97


def measured(database: Database, made: Rates, until: datetime) -> list[MeasuredClaim]:
    first = (until - timedelta(days=made.traffic.days)).date()
    question = Query(first, until.date(), clock.now(), people="simulated")
    with database.snapshot():
        return measure_claims(TotalsReader(database, WINDOW, (), clock.now()), question, claims(made))


def test_another_truth_is_not_held(databases: Databases) -> None:
    """So the tests of coverage can fail: what was measured of one world, beside what another one claims."""
    made = world(count=400)
    with opened(databases) as database:
        let_happen(database, as_rows(database, WINDOW, UNTIL), made)
        with clock.at(UNTIL + 2 * WINDOW):
            found = measured(database, made, UNTIL)
    assert plausible(found)
    assert not plausible([replace(one, claim=replace(one.claim, truth=one.claim.truth * 0.7)) for one in found])


@pytest.mark.thorough
@pytest.mark.parametrize("fast", [(), ("--fast",)])
def test_the_truth_stands_beside_what_is_measured(shop: Flask, engine: Engine, fast: tuple[str, ...]) -> None:
    done = run(shop, "simulate", "--persons", "600", "--days", "20", "--until", "2026-11-20", "--check", *fast)
    assert done.exit_code == 0, done.output
    assert "600 people come in the 20 days before 2026-11-20 00:00 UTC." in done.output
    assert "checkout / payment_method: given" in done.output
    assert " 71.0% " in done.output
    assert "intervals hold the truth" in done.output
    assert count(engine, subject, simulated=True) == 600
    assert count(engine, totals) > 0
    for table in (prompt, prompt_field):
        assert not engine.database.reading().scalars(select(table.c.id).where(table.c.rolled_as.is_(None))).all()
    again = run(shop, "simulate", "--persons", "10")
    assert again.exit_code == 1
    assert "There are 600 simulated people already" in again.output
    assert count(engine, subject) == 600


@pytest.mark.thorough
def test_whoever_is_simulated_goes_with_the_totals_and_real_people_stay(shop: Flask, engine: Engine) -> None:
    real = Browser(shop)
    with clock.at(clock.now() - 3 * WINDOW):
        real.get("/ask/sign_up")
        real.answer({"answer.email": "real.person@post.example"})
    before = boards(engine)
    assert run(shop, "simulate", "--persons", "50", "--fast").exit_code == 0
    assert count(engine, series, simulated=True) > 0
    assert boards(engine) == before
    assert "50 simulated shoppers were removed." in run(shop, "remove").output
    for table in (subject, series):
        assert count(engine, table, simulated=True) == 0
    assert count(engine, prompt) == 1
    kept = select(func.count()).select_from(totals).where(totals.c.series_id.not_in(select(series.c.id)))
    assert engine.database.reading().scalar(kept) == 0
    assert count(engine, totals) > 0
    assert boards(engine) == before


def boards(engine: Engine) -> object:
    """What the dashboard reads of real people."""
    moment = clock.now()
    question = Query(moment.date() - 30 * DAY, moment.date(), moment, people="real")
    with engine.database.snapshot():
        return TotalsReader(engine.database, WINDOW, engine.registry.uncounted, moment).sums(question)


@pytest.mark.thorough
def test_a_loaded_history_is_rolled_up_and_has_its_devices(shop: Flask, engine: Engine, short_seed: Path) -> None:
    assert run(shop, "load").exit_code == 0
    reading = engine.database.reading()
    assert count(engine, rollup_state) == 1
    due = prompt_field.c.opened_at <= clock.now() - WINDOW - timedelta(minutes=1)
    assert not reading.scalars(select(prompt_field.c.id).where(prompt_field.c.rolled_as.is_(None), due)).all()
    simulated = select(prompt.c.device, func.count(prompt.c.subject_id.distinct())).join(subject)
    devices = dict(reading.execute(simulated.where(subject.c.simulated).group_by(prompt.c.device)).all())
    assert devices["phone"] > 0 < devices["desktop"]
    with engine.database.unit_of_work():
        count_coverage(engine.database, engine.registry.uncounted)
    assert count(engine, coverage, simulated=True) > 0
    run(shop, "remove")
    assert count(engine, series, simulated=True) == count(engine, coverage, simulated=True) == 0


def test_bad_input_is_told_at_once_and_nothing_is_written(shop: Flask, engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "world.toml"
    path.write_text(DEFAULT.read_text("utf-8").replace("[contexts.sign_up]", "[contexts.lunch]"), "utf-8")
    done = run(shop, "simulate", "--rates", str(path), "--persons", "0", "--days", "9999", "--until", "tomorrow")
    assert done.exit_code == 1
    for told in ("contexts.lunch", "traffic.persons", "traffic.days", "--until: enter year, month and day"):
        assert told in done.output
    assert isinstance(done.exception, SystemExit)
    for until, why in (
        ("2999-01-01", "has not come yet"),
        ("1999-12-31", "from 2000-01-01"),
        ("2026-02-30", "enter"),
    ):
        done = run(shop, "simulate", "--until", until)
        assert (done.exit_code, why in done.output) == (1, True)
    done = run(shop, "simulate", "--rates", str(tmp_path / "nothing.toml"))
    assert (done.exit_code, "No such file" in done.output) == (1, True)
    assert run(shop, "simulate", "--persons", "many").exit_code == 2
    assert count(engine, subject) == 0


@pytest.mark.thorough
def test_an_implausible_measure_ends_the_check(shop: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def half_the_truth(made: Rates) -> list[Claim]:
        return [replace(claim, truth=claim.truth / 2) for claim in claims(made)]

    monkeypatch.setattr(simulation, "claims", half_the_truth)
    words = ("--persons", "500", "--days", "5", "--until", "2026-11-20", "--fast")
    without = run(shop, "simulate", *words)
    assert (without.exit_code, "implausibly few" in without.output) == (0, True)
    run(shop, "remove")
    assert run(shop, "simulate", *words, "--check").exit_code == 1


def test_an_interrupted_world_leaves_nobody(shop: Flask, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object) -> None:
        assert count(engine, subject) == 20
        raise KeyboardInterrupt

    monkeypatch.setattr(simulation, "rollup_of", interrupted)
    assert run(shop, "simulate", "--persons", "20", "--fast").exit_code != 0
    assert count(engine, subject) == count(engine, prompt) == 0


def run(shop: Flask, *words: str) -> Result:
    return shop.test_cli_runner().invoke(args=["demo", *words])


def count(engine: Engine, table: Table, *, simulated: bool | None = None) -> int:
    rows = select(func.count()).select_from(table)
    only = rows if simulated is None else rows.where(table.c.simulated.is_(simulated))
    return int(engine.database.reading().execute(only).scalar_one())

"""A run that was stopped goes on; one file is brought by one process at a time; memory stays flat."""

import json
import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from asklater import clock
from asklater.engine import Engine
from asklater.imports import runs
from asklater.imports.arrivals import Arrivals
from asklater.imports.runs import RunsElsewhere, past_runs
from asklater.imports.tables import import_run
from asklater.tables import subject
from tests.asklater.integration.imports.conftest import EXPORTS, Run


def export(path: Path, people: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for number in range(people):
            person = {"user_id": f"auth0|{number}", "email": f"p{number}@moved.example", "email_verified": True}
            file.write(json.dumps(person | {"user_metadata": {"display_name": f"Person {number}"}}) + "\n")
    return path


def count(engine: Engine) -> int:
    return engine.database.reading().execute(select(func.count()).select_from(subject)).scalar_one()


def test_a_run_that_was_killed_goes_on_and_brings_nobody_twice(
    engine: Engine, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "ROWS_AT_ONCE", 4)
    path, store = export(tmp_path / "users.ndjson", 10), Arrivals.store

    def dies(self: Arrivals, arrival: object) -> object:
        if count(engine) == 6:
            raise KeyboardInterrupt
        return store(self, arrival)  # type: ignore[arg-type]

    monkeypatch.setattr(Arrivals, "store", dies)
    with pytest.raises(KeyboardInterrupt):
        run("auth0", path).apply()
    assert count(engine) == 4
    monkeypatch.setattr(Arrivals, "store", store)
    again = run("auth0", path)
    tally = again.apply()
    assert (again.resumed_at, tally.rows, tally.new, tally.known, count(engine)) == (4, 10, 10, 0, 10)


def test_a_row_of_an_earlier_run_still_counts_as_seen(
    engine: Engine, run: Run, tmp_path: Path, faults: list[tuple[int, str]]
) -> None:
    path = tmp_path / "users.ndjson"
    line = json.dumps({"user_id": "auth0|1", "email": "ada@moved.example", "email_verified": True}) + "\n"
    path.write_text(3 * line, "utf-8")
    run("auth0", path).apply()
    with engine.database.unit_of_work():
        engine.database.writing().execute(update(import_run).values(rows_done=2))
    run("auth0", path).apply()
    assert faults[-1] == (3, "is the same person as row 1")


def test_a_file_that_another_process_brings_is_left_to_it(
    engine: Engine, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = runs._begin

    def overtaken(*arguments: object, **named: object) -> object:
        found = begin(*arguments, **named)  # type: ignore[arg-type]
        engine.database.writing().execute(update(import_run).values(rows_done=100))
        return found

    monkeypatch.setattr(runs, "_begin", overtaken)
    with pytest.raises(RunsElsewhere):
        run("auth0", export(tmp_path / "users.ndjson", 3)).apply()
    assert count(engine) == 0


def test_runs_are_listed_the_newest_first(engine: Engine, run: Run) -> None:
    run("auth0", EXPORTS / "auth0.ndjson").dry()
    run("auth0", EXPORTS / "auth0.ndjson").apply()
    run("okta", EXPORTS / "okta.json").dry()
    found = past_runs(engine.database)
    assert [(it.system, it.applied) for it in found] == [("okta", False), ("auth0", True), ("auth0", False)]
    assert all(it.ended_at is not None and it.ended_at <= clock.now() for it in found)


def test_progress_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    monkeypatch.setattr(runs, "TOLD_EVERY", 2)
    told: list[tuple[int, float]] = []
    made = run("auth0", export(tmp_path / "users.ndjson", 5))
    made._told = runs.Told(progress=lambda rows, share: told.append((rows, share)))
    made.dry()
    assert [rows for rows, _share in told] == [2, 4]
    assert all(0 < share <= 1 for _rows, share in told)


@pytest.mark.thorough
def test_a_longer_file_takes_no_more_memory(run: Run, tmp_path: Path) -> None:
    peaks = []
    run("auth0", export(tmp_path / "warm.ndjson", 50)).dry()
    for people in (200, 2000):
        tracemalloc.start()
        run("auth0", export(tmp_path / f"{people}.ndjson", people)).dry()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 200_000

"""The gate against the same done by hand: when it is clear, and when it prompts."""

import tempfile
from pathlib import Path

from sqlalchemy import insert

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.records.answers import Provenance
from asklater.tables import subject
from halftone.schema import upgrade
from tests.benchmarks.contenders import FIELDS, client_of, engine_application, fresh, handwritten_application
from tests.benchmarks.measuring import Figure, side_by_side


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        database = fresh(Path(folder))
        upgrade(database)
        gated, engine = engine_application(database, Path(folder))
        by_hand = handwritten_application(database, counting=True)
        uncounted = handwritten_application(database, counting=False)
        complete, empty, other = (_arrive(database) for _ in range(3))
        _fill(engine, complete)
        clear = side_by_side(
            "gate, clear",
            {"by hand": client_of(by_hand, complete), "engine": client_of(gated, complete)},
        )
        prompts = side_by_side(
            "gate, prompts",
            {"by hand": client_of(by_hand, empty), "engine": client_of(gated, other)},
        )
        asks_only = side_by_side(
            "gate, prompts (by hand counts nothing)",
            {"by hand": client_of(uncounted, empty), "engine": client_of(gated, other)},
        )
        database.engine.dispose()
    return [*clear, *prompts, *asks_only]


def _arrive(database: Database) -> int:
    with database.unit_of_work():
        row = insert(subject).values(created_at=clock.now()).returning(subject.c.id)
        return int(database.writing().execute(row).scalar_one())


def _fill(engine: Engine, subject_id: int) -> None:
    with engine.database.unit_of_work():
        for key in FIELDS:
            engine.answers.give(subject_id, key, "value", Provenance("act"))

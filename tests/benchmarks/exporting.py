"""An access export of an account with ten thousand rows beside one with a tenth of them: time, and memory that stays.

Memory is what building and fetching allocate at their peak (tracemalloc, in runs of their own since it slows them).
`python -m tests.benchmarks.exporting`.
"""

import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.privacy.exports.batches import BATCH_SIZE, advance_export
from asklater.privacy.exports.csv_archive import write_csv_archive
from asklater.privacy.exports.json_document import write_json
from asklater.privacy.exports.orders import Export, latest_export, open_parts, order_export
from asklater.tables import answer_event, prompt, prompt_field
from halftone import FEATURES
from halftone.schema import upgrade
from tests.benchmarks.measuring import Figure
from tests.benchmarks.servers import servers
from tests.support.applications import as_halftone, opened, workshop_settings
from tests.support.people import settle

SIZES = (1_000, 10_000)
ROUNDS = 3


def run() -> list[Figure]:
    figures: list[Figure] = []
    for kind, urls in servers(1):
        with urls as (url,), tempfile.TemporaryDirectory() as folder:
            figures += _figures(kind, url, Path(folder))
    return figures


def _figures(kind: str, url: str, folder: Path) -> list[Figure]:
    upgrade(Database(url))
    with (
        opened(as_halftone(workshop_settings(url, folder)), [*FEATURES, "tests.support.people"]) as app,
        app.app_context(),
    ):
        engine: Engine = app.extensions["asklater.engine"]
        people = {size: _person(app, engine, size) for size in SIZES}
        found = [_measured(engine, kind, size, number) for size, number in people.items()]
    fewest = found[0]
    return [
        replace(figure, ratio=figure.microseconds / first.microseconds)
        for figures in found
        for figure, first in zip(figures, fewest, strict=True)
    ]


def _person(app: Flask, engine: Engine, size: int) -> int:
    """An account of which `size` rows are held, mails and prompts among them."""
    number, moment = settle(app, f"bench-{size}@x.example"), clock.now()
    asks = [
        {"subject_id": number, "action": "checkout", "field": "email", "opened_at": moment, "closed_at": moment}
        for _ in range(size // 2)
    ]
    events = [
        {"subject_id": number, "field": "email", "action": "settings", "change": "changed", "at": moment + _apart(row)}
        for row in range(size - size // 2)
    ]
    with engine.database.unit_of_work():
        connection = engine.database.writing()
        row = {"subject_id": number, "action": "checkout", "opened_at": moment, "closed_at": moment}
        of = connection.execute(insert(prompt).values(row).returning(prompt.c.id)).scalar_one()
        connection.execute(insert(prompt_field), [{**ask, "prompt_id": of, "outcome": "abandoned"} for ask in asks])
        connection.execute(insert(answer_event), events)
    return number


def _apart(row: int) -> timedelta:
    return timedelta(seconds=row)


def _measured(engine: Engine, kind: str, size: int, number: int) -> list[Figure]:
    works: dict[str, Callable[[], object]] = {
        "built": lambda: _build(engine, number),
        "as JSON": lambda: _fetch(write_json(*_found(engine, number))),
        "as CSV": lambda: _fetch(write_csv_archive(*_found(engine, number))),
    }
    figures = []
    for name, work in works.items():
        seconds, peak = min(_seconds(work) for _ in range(ROUNDS)), _peak(work)
        rows = _found(engine, number)[0].done
        note = f"{rows} rows, {peak / 1e6:.1f} MB at the peak"
        figures.append(Figure(f"export of {size} rows, {kind}", name, seconds * 1e6, 1.0, note))
    return figures


def _build(engine: Engine, number: int) -> None:
    with engine.database.unit_of_work():
        order = order_export(number)
    while advance_export(engine, engine.database, order, BATCH_SIZE):
        pass


def _found(engine: Engine, number: int) -> tuple[Export, Iterator[object]]:
    found = latest_export(number)
    engine.database.release()
    if found is None:
        raise LookupError("it was not built")
    return found, open_parts(engine, found)


def _fetch(pieces: Iterator[str | bytes]) -> int:
    return sum(len(piece) for piece in pieces)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _peak(work: Callable[[], object]) -> int:
    """Bytes that were allocated at once, above what stood before."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak - before


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.benchmark:34} {figure.contender:8} {figure.microseconds / 1e3:8.1f} ms  {figure.note}")

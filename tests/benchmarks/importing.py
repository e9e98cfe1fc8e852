"""Importing people: microseconds a row, and memory. A file of a million rows is read, and ten thousand people come."""

import json
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from asklater.engine import Engine
from asklater.imports.formats import FORMATS
from asklater.imports.people import person
from asklater.imports.rows import rows
from asklater.imports.runs import ImportRun, Options, Told
from asklater.imports.source import opened as opened_file
from halftone.schema import upgrade
from tests.benchmarks.measuring import Figure
from tests.benchmarks.servers import servers
from tests.support.applications import opened, workshop_settings
from tests.support.workshop import WORKSHOP_FEATURES

READ, BROUGHT = (10_000, 1_000_000), 10_000
SYSTEM = FORMATS["auth0"]
FEATURES = (*WORKSHOP_FEATURES, "asklater.imports", "tests.support.workshop")


def run() -> list[Figure]:
    figures = [_figure("import, reading the file", size, measure_reading(size)) for size in READ]
    for kind, server in servers(2):
        with server as urls:
            figures += _figures(kind, urls)
    return figures


def _figures(kind: str, urls: list[str]) -> Iterator[Figure]:
    for name, applied, url in (("dry run", False, urls[0]), ("applied", True, urls[1])):
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # so that what it needs can be told
            yield _figure(f"import, {name}, {kind}", BROUGHT, pool.submit(measure, url, applied=applied).result())


def _figure(name: str, size: int, measured: tuple[float, int]) -> Figure:
    taken, grown = measured
    return Figure(name, f"{size:,} rows", taken, 1.0, f"a row; {grown} MB more than before it")


def measure_reading(size: int) -> tuple[float, int]:
    """Microseconds a row, and by how many megabytes the process grew, for rows without a database."""
    with tempfile.TemporaryDirectory() as folder:
        path = _export(Path(folder) / "users.ndjson", size)
        before, began = _megabytes(), time.perf_counter()
        with opened_file(path) as file:
            read = sum(bool(person(SYSTEM, row.record or {}).address) for row in rows(file, SYSTEM))
        assert read == size
        return (time.perf_counter() - began) / size * 1e6, _megabytes() - before


def measure(url: str, *, applied: bool) -> tuple[float, int]:
    """The same for an import into the database at `url`, or for its dry run."""
    with tempfile.TemporaryDirectory() as folder:
        path = _export(Path(folder) / "users.ndjson", BROUGHT)
        with opened(workshop_settings(url, Path(folder)), FEATURES) as app, app.app_context():
            engine: Engine = app.extensions["asklater.engine"]
            upgrade(engine.database)
            made = ImportRun(engine, SYSTEM, path, Options(), Told())
            before, began = _megabytes(), time.perf_counter()
            tally = made.apply() if applied else made.dry()
            taken = time.perf_counter() - began
            assert tally.new == BROUGHT
            return taken / BROUGHT * 1e6, _megabytes() - before


def _export(path: Path, size: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for number in range(size):
            somebody = {"user_id": f"auth0|{number}", "email": f"p{number}@moved.example", "email_verified": True}
            metadata = {"display_name": f"Person {number}", "plan": "studio", "theme": {"dark": True}}
            file.write(json.dumps(somebody | {"user_metadata": metadata, "blocked": False}) + "\n")
    return path


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

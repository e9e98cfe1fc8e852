"""Importing people: microseconds a row, and memory, for ten thousand rows and for a million."""

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
from asklater.imports.runs import ImportRun, Options, Told
from halftone.schema import upgrade
from tests.benchmarks.measuring import Figure
from tests.benchmarks.servers import servers
from tests.support.applications import opened, workshop_settings
from tests.support.workshop import WORKSHOP_FEATURES

DRY_SIZES, APPLIED_SIZES = (10_000, 1_000_000), (1_000, 10_000)
FEATURES = (*WORKSHOP_FEATURES, "asklater.imports", "tests.support.workshop")


def run() -> list[Figure]:
    figures: list[Figure] = []
    for kind, server in servers(len(DRY_SIZES) + len(APPLIED_SIZES)):
        with server as urls:
            runs = [*((size, False) for size in DRY_SIZES), *((size, True) for size in APPLIED_SIZES)]
            figures += _figures(kind, [(*run, url) for run, url in zip(runs, urls, strict=True)])
    return figures


def _figures(kind: str, runs: list[tuple[int, bool, str]]) -> Iterator[Figure]:
    references: dict[bool, float] = {}
    for size, applied, url in runs:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # so that what it needs can be told
            taken, before, most = pool.submit(measure, url, size, applied=applied).result()
        reference = references.setdefault(applied, taken)
        name = f"import, {kind}" if applied else f"dry run of an import, {kind}"
        note = f"a row; {most - before} MB more than before it, {most} MB at most"
        yield Figure(name, f"{size:,} rows", taken, taken / reference, note)


def measure(url: str, size: int, *, applied: bool) -> tuple[float, int, int]:
    """Microseconds a row; the most megabytes held before it, and in the end."""
    with tempfile.TemporaryDirectory() as folder:
        path = _export(Path(folder) / "users.ndjson", size)
        with opened(workshop_settings(url, Path(folder)), FEATURES) as app, app.app_context():
            engine: Engine = app.extensions["asklater.engine"]
            upgrade(engine.database)
            made = ImportRun(engine, FORMATS["auth0"], path, Options(), Told())
            before, began = _megabytes(), time.perf_counter()
            tally = made.apply() if applied else made.dry()
            taken = time.perf_counter() - began
            assert (tally.rows, tally.new) == (size, size)
            return taken / size * 1e6, before, _megabytes()


def _export(path: Path, size: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for number in range(size):
            person = {"user_id": f"auth0|{number}", "email": f"p{number}@moved.example", "email_verified": True}
            metadata = {"display_name": f"Person {number}", "plan": "studio", "theme": {"dark": True}}
            file.write(json.dumps(person | {"user_metadata": metadata, "blocked": False}) + "\n")
    return path


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

"""The gate over HTTP, with many connections at once: the engine and the same by hand, each behind a server of its own.

The servers take turns, so that what else the machine does meets both, and the medians of the rounds are told.
"""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import insert

from asklater import clock, request_bodies
from asklater.database.access import Database
from asklater.records.answers import Provenance
from asklater.tables import subject
from halftone.schema import upgrade
from halftone.server import Address, commands
from tests.benchmarks.connections import Load, ask, posting
from tests.benchmarks.contenders import FIELDS, engine_application, fresh, handwritten_application
from tests.benchmarks.measuring import Figure

CONNECTIONS, WORKERS, THREADS = 16, 2, 8
ROUNDS, SECONDS = 9, 1.0
FOLDER, CONTENDER = "BENCH_FOLDER", "BENCH_CONTENDER"
BY_HAND, ENGINE = "by hand", "engine"
STARTING = 60.0
BODY = b"text=x&csrf_token=token"


def application() -> Flask:
    """What a server serves: the contender that its environment names."""
    folder = Path(os.environ[FOLDER])
    if os.environ[CONTENDER] == ENGINE:
        app, _engine = engine_application(fresh(folder), folder)
    else:
        app = handwritten_application(fresh(folder), counting=True)
    request_bodies.init_app(app, THREADS)
    return app


def run() -> list[Figure]:
    with ExitStack() as stack:
        ports, requests = {}, {}
        for name in (BY_HAND, ENGINE):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            requests[name] = _prepared(folder)
            ports[name] = stack.enter_context(_serving(name, folder))
        return [
            *_side_by_side("over HTTP, clear", ports, {name: clear for name, (clear, _) in requests.items()}),
            *_side_by_side("over HTTP, prompts", ports, {name: lacking for name, (_, lacking) in requests.items()}),
        ]


def _prepared(folder: Path) -> tuple[list[bytes], list[bytes]]:
    """A database in `folder`, and what its people post: those who hold everything, those who lack everything."""
    database = fresh(folder)
    upgrade(database)
    app, engine = engine_application(database, folder)
    with engine.database.unit_of_work():
        complete, lacking = ([_arrive(engine.database) for _ in range(CONNECTIONS)] for _ in range(2))
        for subject_id in complete:
            for key in FIELDS:
                engine.answers.give(subject_id, key, "value", Provenance("act"))
    for used in (database, engine.database):
        used.close()
    return (
        [posting(app, "/act", subject_id, BODY) for subject_id in complete],
        [posting(app, "/act", subject_id, BODY) for subject_id in lacking],
    )


def _arrive(database: Database) -> int:
    row = insert(subject).values(created_at=clock.now()).returning(subject.c.id)
    return int(database.writing().execute(row).scalar_one())


@contextmanager
def _serving(name: str, folder: Path) -> Iterator[int]:
    """The demo's own server with a contender; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = commands(Address("127.0.0.1", port), dev=False, workers=WORKERS, threads=THREADS)["web server"]
    command[command.index("halftone:create_app")] = "tests.benchmarks.over_http:application"
    server = subprocess.Popen(command, env={**os.environ, FOLDER: str(folder), CONTENDER: name})
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + STARTING
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _side_by_side(benchmark: str, ports: dict[str, int], requests: dict[str, list[bytes]]) -> list[Figure]:
    loads: dict[str, list[Load]] = {name: [] for name in ports}
    for number in range(ROUNDS + 1):
        for name in sorted(ports, reverse=bool(number % 2)):  # each goes first as often as the other
            load = ask(ports[name], requests[name], SECONDS)
            if number:  # the first round is to warm up
                loads[name].append(load)
    return [_figure(benchmark, name, measured, loads[BY_HAND]) for name, measured in loads.items()]


def _figure(benchmark: str, name: str, loads: list[Load], reference: list[Load]) -> Figure:
    rates = [load.a_second for load in loads]
    ratio = median(by_hand.a_second / load.a_second for by_hand, load in zip(reference, loads, strict=True))
    p50, p99 = (median(load.quantile(share) for load in loads) for share in (0.5, 0.99))
    note = f"p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms ({median(_spread(load) for load in loads):.1f} times)"
    return Figure(f"{benchmark}, {CONNECTIONS} connections", name, 1e6 / median(rates), ratio, note)


def _spread(load: Load) -> float:
    return load.quantile(0.99) / load.quantile(0.5)


if __name__ == "__main__":
    for figure in run():
        rate = f"{1e6 / figure.microseconds:8.0f}/s {figure.ratio:6.2f}"
        print(f"{figure.benchmark} {figure.contender:8} {rate}  {figure.note}")

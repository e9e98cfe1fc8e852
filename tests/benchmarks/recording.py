"""Recording a prompt of three fields at eight writers: the engine's verb against the same rows, written bare.

Each writer is a process with a database of its own, each prompt a transaction. The contenders take turns.
"""

import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from statistics import median

from sqlalchemy import insert

from asklater import clock
from asklater.database.access import Database
from asklater.records.episodes import Episodes
from asklater.records.people import record_arrival
from asklater.tables import prompt, prompt_field
from halftone.schema import upgrade
from tests.benchmarks.many_asks import WINDOW
from tests.benchmarks.measuring import Figure
from tests.support.databases import postgres_binaries, postgres_cluster

WRITERS, ROUNDS, PROMPTS = 8, 7, 150
FIELDS = ("email", "display_name", "picture")
Recording = Callable[[Database, int, int], None]


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        figures = _side_by_side("SQLite", f"sqlite:///{folder}/bench.sqlite3")
    if binaries := postgres_binaries():
        with postgres_cluster(Path(binaries)) as url:
            figures += _side_by_side("PostgreSQL", url)
    return figures


def _side_by_side(kind: str, url: str) -> list[Figure]:
    database = Database(url)
    upgrade(database)
    database.close()
    taken: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    with get_context("spawn").Pool(WRITERS) as pool:
        for name in CONTENDERS:
            _round(pool, url, name)
        for _ in range(ROUNDS):
            for name, times in taken.items():
                times.append(_round(pool, url, name))
    middle = {name: median(times) for name, times in taken.items()}
    return [
        Figure(f"recording, {WRITERS} writers, {kind}", name, value, value / middle["bare"], "of all writers together")
        for name, value in middle.items()
    ]


def _round(pool: Pool, url: str, name: str) -> float:
    """Microseconds for one prompt, all writers writing at once."""
    began = time.perf_counter()
    pool.starmap(write, [(url, name)] * WRITERS, chunksize=1)
    return (time.perf_counter() - began) / (WRITERS * PROMPTS) * 1e6


def write(url: str, name: str) -> None:
    """PROMPTS new ones of one person each, whom nobody else asks."""
    database = _databases.setdefault(url, Database(url))
    with database.unit_of_work():
        person = record_arrival(database)
    record = CONTENDERS[name]
    for number in range(PROMPTS):
        record(database, person, number)


def _bare(database: Database, person: int, number: int) -> None:
    with database.unit_of_work():
        connection, row = database.writing(), {"subject_id": person, "action": f"action_{number}"}
        row |= {"opened_at": clock.now()}
        of = connection.execute(_PROMPT, row).scalar_one()
        connection.execute(_FIELD, [{**row, "prompt_id": of, "field": field, "impressions": 1} for field in FIELDS])


def _engine(database: Database, person: int, number: int) -> None:
    episodes = _episodes.get(database) or _episodes.setdefault(database, Episodes(database, WINDOW))
    with database.unit_of_work():
        episodes.see(person, f"action_{number}", FIELDS)


_PROMPT, _FIELD = insert(prompt).returning(prompt.c.id), insert(prompt_field)
_databases: dict[str, Database] = {}
_episodes: dict[Database, Episodes] = {}
CONTENDERS: dict[str, Recording] = {"bare": _bare, "engine": _engine}


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.benchmark:36} {figure.contender:8} {figure.microseconds:8.0f} µs {figure.ratio:6.2f}")

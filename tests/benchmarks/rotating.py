"""Going over to another master key with 100,000 accounts: seconds, and memory that does not grow with their number."""

import resource
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.keys import in_use
from asklater.keys.service import LocalKeys, short_id
from asklater.keys.vault import Vault
from asklater.rotation import carry_on, master_key
from asklater.rotation.records import MASTER
from asklater.tables import subject
from halftone.schema import upgrade
from tests.benchmarks.measuring import Figure
from tests.support.databases import postgres_binaries, postgres_cluster

FEW, MANY = 1_000, 100_000
OLD, NEW = bytes(range(32)), bytes(range(32, 64))
BATCH = 5_000


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        few, many = f"sqlite:///{folder}/few.sqlite3", f"sqlite:///{folder}/many.sqlite3"
        figures = _side_by_side("SQLite", few, many)
    if binaries := postgres_binaries():
        with postgres_cluster(Path(binaries)) as first, postgres_cluster(Path(binaries)) as second:
            figures += _side_by_side("PostgreSQL", first, second)
    return figures


def _side_by_side(kind: str, few: str, many: str) -> list[Figure]:
    figures: list[Figure] = []
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for url, count in ((few, FEW), (many, MANY)):
            fill(url, count)
            seconds, before, peak = pool.apply(rotate, (url,))
            each = seconds / count * 1e6
            ratio = each / figures[0].microseconds if figures else 1.0
            note = f"{seconds:.1f} s; peak {peak:.0f} MB, {before:.0f} MB before it began"
            figures.append(Figure(f"another master key, {kind}", f"{count:,}", each, ratio, note))
    return figures


def fill(url: str, count: int) -> None:
    """So many subjects with a key under the old master key."""
    database, vault, moment = Database(url), Vault(LocalKeys(OLD)), clock.now()
    upgrade(database)
    with database.unit_of_work():
        in_use.in_use(database, LocalKeys(OLD))
        for first in range(1, count + 1, BATCH):
            numbers = range(first, min(first + BATCH, count + 1))
            keys = [(number, vault.new_ring(number, short_id(OLD), moment)) for number in numbers]
            made = [{"id": number, "created_at": moment, "data_key": key} for number, key in keys]
            database.writing().execute(insert(subject), made)
    database.close()


def rotate(url: str) -> tuple[float, float, float]:
    """Seconds, and the megabytes of this process at most: before it began, and until its end."""
    database = Database(url)
    engine = Engine(Flask(__name__), database, LocalKeys(NEW, [OLD]))
    before, began = _peak(), time.perf_counter()
    master_key.begin(engine)
    carry_on(engine, MASTER)
    seconds = time.perf_counter() - began
    database.close()
    return seconds, before, _peak()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    for figure in run():
        print(f"{figure.benchmark:34} {figure.contender:7} {figure.microseconds:4.0f} µs  {figure.note}")

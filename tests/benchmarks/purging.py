"""The purge of answers whose retention is over: a million of them go, in memory that does not grow.

`python -m tests.benchmarks.purging [ANSWERS...]` measures other numbers.
"""

import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

from sqlalchemy import func, insert, select

from asklater import clock
from asklater.database.access import Database
from asklater.records.retention import expire
from asklater.tables import answer, purge_count, subject
from halftone.schema import upgrade
from tests.benchmarks.measuring import Figure
from tests.benchmarks.servers import servers

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
SIZES = (100_000, 1_000_000)
FIELDS = ("email", "display_name", "shipping_address", "payment_method")
AT_ONCE = 20_000


def run(sizes: tuple[int, ...] = SIZES) -> list[Figure]:
    """One line for each size and database; the smallest size of each is the reference of the others."""
    figures: list[Figure] = []
    for kind, urls in servers(len(sizes)):
        with urls as places:
            taken = [_measured(url, size) for url, size in zip(places, sizes, strict=True)]
        first = taken[0][0] / sizes[0]
        for (seconds, megabytes), size in zip(taken, sizes, strict=True):
            note = f"{seconds:.1f} s in all, {megabytes} MB at most"
            each = seconds / size
            figures.append(Figure(f"purge, {kind}", f"{size:,}", each * 1e6, each / first, note))
    return figures


def _measured(url: str, size: int) -> tuple[float, int]:
    """Fill and purge; in processes of their own, so that what the purge needs can be told."""
    for step in (_filled, purge):
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            found = pool.submit(step, url, size).result()
    return found


def purge(url: str, size: int) -> tuple[float, int]:
    """The seconds that it took, and the most megabytes that were held."""
    database = Database(url)
    began = time.perf_counter()
    with clock.at(NOON):
        gone = expire(database)
    seconds = time.perf_counter() - began
    counted = database.reading().scalar(select(func.sum(purge_count.c.answers)))
    if not gone == size == counted:
        raise AssertionError(f"{gone} of {size} answers went, {counted} were counted")
    database.close()
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _filled(url: str, size: int) -> tuple[float, int]:
    """So many answers that have expired by NOON, evenly over the month before."""
    database = Database(url)
    upgrade(database)
    _fill(database, size)
    database.close()
    return 0.0, 0


def _fill(database: Database, size: int) -> None:
    for first in range(0, size, AT_ONCE):
        persons = range(first // len(FIELDS) + 1, min(first + AT_ONCE, size) // len(FIELDS) + 1)
        with database.engine.begin() as connection:
            connection.execute(insert(subject), [{"id": number, "created_at": NOON} for number in persons])
            connection.execute(insert(answer), [row for number in persons for row in _answers(number, size)])


def _answers(number: int, size: int) -> Iterator[dict[str, object]]:
    ends = NOON - timedelta(days=30) * (1 - number * len(FIELDS) / size)
    row = {"subject_id": number, "value": b"\0" * 60, "action": "checkout", "source": "person", "notice_version": "1"}
    row |= {"given_at": NOON, "used_at": NOON, "expires_at": ends}
    return ({**row, "field": field} for field in FIELDS)


if __name__ == "__main__":
    chosen = tuple(int(argument) for argument in sys.argv[1:]) or SIZES
    print(*run(chosen), sep="\n")

"""The dashboard over ten thousand, a million and more asks, on both databases; and the roll-up that makes it quick.

BENCH_EPISODES adds a size: `BENCH_EPISODES=10000000 make bench` takes about an hour and ten gigabytes of disk.
`python -m tests.benchmarks.insights measure URL...` measures databases that are built and counted.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.insights.coverage import count_coverage
from asklater.insights.rollup.aggregation import REBUILD_SIZE, RollUp
from asklater.records.episodes import Episodes
from asklater.tables import prompt_field
from halftone import FEATURES
from halftone.schema import upgrade
from tests.benchmarks.many_asks import WINDOW, build
from tests.benchmarks.measuring import Figure
from tests.benchmarks.servers import servers
from tests.support.applications import as_halftone, opened, workshop_settings
from tests.support.people import somebody

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
LOOKED_AT = NOW + timedelta(seconds=30)
"""The worker comes by every minute, so that on average so much has become due since."""
SIZES = (10_000, 1_000_000)
CALLS = 60
PAGES = {
    "overview": "/insights?from=2026-04-02",
    "overview, compared": "/insights?from=2026-05-20&compare=previous",
    "overview, narrowed": "/insights?from=2026-05-20&to=2026-06-11&device=phone&visitor=new",
    "overview, nobody fits": "/insights?from=2026-04-02&people=simulated&device=tablet",
    "matrix": "/insights/matrix?from=2026-04-02",
    "context": "/insights/contexts/checkout?from=2026-04-02",
    "cell": "/insights/cells/email/checkout?from=2026-04-02",
    "live": "/insights/live",
    "live, nobody fits": "/insights/live?people=simulated&device=tablet",
}


def run() -> list[Figure]:
    sizes = (*SIZES, *(int(size) for size in os.environ.get("BENCH_EPISODES", "").split(",") if size))
    figures: list[Figure] = []
    for kind, urls in servers(len(sizes)):
        with urls as places:
            taken = [_prepare(kind, url, size) for url, size in zip(places, sizes, strict=True)]
            figures += [figure for counted, _size in taken for figure in counted]
            figures += pages(kind, places, [size for _counted, size in taken])
    return figures


def pages(kind: str, urls: list[str], sizes: list[int]) -> list[Figure]:
    """The median time of each page at each size, which take turns; the smallest is the reference.

    What else the machine does adds to that time, so the fastest call and its processor time stand beside it.
    """
    with ExitStack() as stack, clock.at(LOOKED_AT):
        apps = [stack.enter_context(_application(url)) for url in urls]
        found: list[Figure] = []
        for page, address in PAGES.items():
            times = _taken(apps, address)
            found += [
                Figure(f"{page}, {kind}", f"{size:,}", it.median, it.median / times[0].median, it.says)
                for size, it in zip(sizes, times, strict=True)
            ]
    return found


@dataclass(frozen=True)
class Taken:
    """Microseconds of many calls: how long they took, and what they took of the processor in this process."""

    median: float
    fastest: float
    processor: float

    @property
    def says(self) -> str:
        return f"fastest {self.fastest / 1000:.1f} ms, {self.processor / 1000:.1f} ms of processor"


def _taken(apps: list[Flask], address: str) -> list[Taken]:
    clients = [somebody(app, f"pm{time.monotonic_ns()}@x.example", "pm", factor=True).client for app in apps]
    took: list[list[float]] = [[] for _ in clients]
    worked: list[list[float]] = [[] for _ in clients]
    for call in range(CALLS + 10):
        for place, client in enumerate(clients):
            began, busy = time.perf_counter(), time.process_time()
            answer = client.get(address)
            if call >= 10:
                took[place].append((time.perf_counter() - began) * 1e6)
                worked[place].append((time.process_time() - busy) * 1e6)
            assert answer.status_code == 200, answer.text
    return [Taken(median(times), min(times), median(busy)) for times, busy in zip(took, worked, strict=True)]


@contextmanager
def _application(url: str) -> Iterator[Flask]:
    """The shop on this database, its accounts counted as the worker does."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(as_halftone(workshop_settings(url, Path(folder))), mode="development")
        with opened(settings, [*FEATURES, "tests.support.people"]) as app:
            engine: Engine = app.extensions["asklater.engine"]
            with app.app_context(), engine.database.unit_of_work():
                count_coverage(engine.database, engine.registry.uncounted)
            yield app


def _prepare(kind: str, url: str, size: int) -> tuple[list[Figure], int]:
    """Build, count, and count anew; each in a process of its own, so that what it needs can be told."""
    episodes: int = _alone(_built, url, size)
    counted: list[Counted] = [_alone(count, url), _alone(count, url, anew=True)]
    figures = [
        Figure(f"{what}, {kind}", f"{episodes:,}", it.seconds / episodes * 1e6, it.seconds / counted[0].seconds, note)
        for what, it, note in zip(("roll-up", "rebuild"), counted, (it.says(episodes) for it in counted), strict=True)
    ]
    return figures, episodes


def _alone(work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **named).result()


def _built(url: str, size: int) -> int:
    database = Database(url)
    upgrade(database)
    return build(database, size, NOW)


@dataclass(frozen=True)
class Counted:
    """The seconds that counting everything took, those of the processor in this process, and the most megabytes."""

    seconds: float
    processor: float
    megabytes: int

    def says(self, episodes: int) -> str:
        return (
            f"{episodes / self.seconds:,.0f} asks a second, {self.seconds:,.0f} s, "
            f"{self.processor / episodes * 1e6:.0f} µs of processor an ask, {self.megabytes} MB at most"
        )


def count(url: str, *, anew: bool = False) -> Counted:
    """Count all that is due as a rebuild does; or everything anew, by a rebuild."""
    database = Database(url)
    with clock.at(NOW):
        began, busy = time.perf_counter(), time.process_time()
        rollup = RollUp(database, Episodes(database, WINDOW), WINDOW)
        if anew:
            rollup.rebuild()
        else:
            rollup.run(batch=REBUILD_SIZE)
        seconds, processor = time.perf_counter() - began, time.process_time() - busy
    if not database.is_sqlite:  # what autovacuum does within a minute: the rows counted last still fill an index
        database.reading().exec_driver_sql("VACUUM ANALYZE")
        database.release()
    database.close()
    return Counted(seconds, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main() -> None:
    urls = sys.argv[2:]
    sizes = []
    for url in urls:
        database = Database(url)
        sizes.append(database.reading().scalar(select(func.count()).select_from(prompt_field)) or 0)
        database.close()
    for figure in pages("measured", urls, sizes):
        ms = figure.microseconds / 1000
        print(f"{figure.benchmark:30} {figure.contender:>12} {ms:8.1f} ms {figure.ratio:6.2f}  {figure.note}")


if __name__ == "__main__":
    main()

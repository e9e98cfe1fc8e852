"""Erasing an account with a hundred and with ten thousand rows, on both databases: how long, and with what memory."""

import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from asklater import clock
from asklater.accounts.audit_log import EVENT_TABLE
from asklater.engine import Engine
from asklater.privacy.erasure.deletion import erase
from asklater.tables import answer_event, prompt, prompt_field
from halftone import FEATURES
from halftone.schema import upgrade
from tests.benchmarks.measuring import Figure
from tests.benchmarks.servers import servers
from tests.support.applications import as_halftone, opened, workshop_settings
from tests.support.people import settle

SIZES = (100, 10_000)
TIMES = 5


def run() -> list[Figure]:
    figures: list[Figure] = []
    for kind, server in servers(len(SIZES)):
        with server as urls:
            figures += _figures(kind, urls)
    return figures


def _figures(kind: str, urls: list[str]) -> Iterator[Figure]:
    reference = 0.0
    for size, url in zip(SIZES, urls, strict=True):
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # so that what it needs can be told
            taken, before, most = pool.submit(measure, url, size).result()
        reference = reference or taken
        note = f"{most - before} MB more than before it, {most} MB at most"
        yield Figure(f"erasure, {kind}", f"{size:,} rows", taken, taken / reference, note)


def measure(url: str, size: int) -> tuple[float, int, int]:
    """Microseconds of the fastest of a few erasures; the most megabytes held before the first, and in the end."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(as_halftone(workshop_settings(url, Path(folder))), mode="development")
        with opened(settings, FEATURES) as app:
            upgrade(app.extensions["asklater.database"])
            numbers = [_somebody(app, size, place) for place in range(TIMES)]
            before = _megabytes()
            fastest = min(_erase(app, number) for number in numbers)
            return fastest * 1e6, before, _megabytes()


def _erase(app: Flask, number: int) -> float:
    engine: Engine = app.extensions["asklater.engine"]
    with app.test_request_context():
        began = time.perf_counter()
        with engine.database.unit_of_work():
            erase(engine, number, by="person")
        return time.perf_counter() - began


def _somebody(app: Flask, size: int, place: int) -> int:
    """An account with `size` rows: a quarter each of what became of answers, events, prompts and episodes."""
    number, moment, quarter = settle(app, f"bench{place}@x.example"), clock.now(), size // 4
    engine: Engine = app.extensions["asklater.engine"]
    own = {"subject_id": number}
    with app.app_context(), engine.database.unit_of_work():
        connection = engine.database.writing()
        change = {**own, "field": "email", "action": "checkout", "change": "changed", "at": moment}
        connection.execute(insert(answer_event), [change] * quarter)
        happened = {**own, "at": moment, "event": "signed_in", "method": "code", "device": "Firefox on Linux"}
        connection.execute(insert(EVENT_TABLE), [happened] * quarter)
        for _ in range(quarter):
            asked = {**own, "action": "checkout", "opened_at": moment, "closed_at": moment}
            opened_as = connection.execute(insert(prompt).values(asked).returning(prompt.c.id)).scalar_one()
            episode = {**asked, "prompt_id": opened_as, "field": "email", "outcome": "completed"}
            connection.execute(insert(prompt_field).values(episode))
    return number


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

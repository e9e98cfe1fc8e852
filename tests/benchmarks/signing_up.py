"""Sign-ups: against the same done by hand, and known addresses against new ones, which must not differ in time."""

import itertools
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from scipy.stats import ks_2samp

from asklater.database.access import Database
from asklater.engine import Engine
from halftone.schema import upgrade
from tests.benchmarks.by_hand import handwritten_sign_up
from tests.benchmarks.measuring import Figure, side_by_side
from tests.support.applications import opened, workshop_settings
from tests.support.browsing import forms_of
from tests.support.people import settle
from tests.support.workshop import WORKSHOP_FEATURES

SAMPLES = 600


def run() -> list[Figure]:
    with _workshop() as app:
        engine: Engine = app.extensions["asklater.engine"]
        by_hand = handwritten_sign_up(engine.database, engine.keyring.service)
        speed = side_by_side(
            "sign-up, form and answer",
            {"by hand": _newcomers(by_hand), "engine": _newcomers(app)},
            rounds=12,
            calls=25,
        )
        return [*speed, *_known_and_new(app)]


@contextmanager
def _workshop() -> Iterator[Flask]:
    with tempfile.TemporaryDirectory() as folder:
        settings = workshop_settings(f"sqlite:///{folder}/bench.sqlite3", Path(folder))
        with opened(settings, [*WORKSHOP_FEATURES, "tests.support.workshop"]) as app:
            database: Database = app.extensions["asklater.database"]
            upgrade(database)
            yield app


def _newcomers(app: Flask) -> Callable[[], None]:
    """One sign-up of somebody new, from a network of their own, as a function to be timed."""
    numbers = itertools.count()

    def sign_up() -> None:
        number = next(numbers)
        _sign_up(app.test_client(), f"new{number:06d}@x.example", number)

    return sign_up


def _sign_up(client: FlaskClient, email: str, number: int) -> float:
    """The seconds that the answer to the address took. Raises AssertionError when it failed."""
    network = {"REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
    form, hidden = forms_of(client.get("/ask/sign_up?next=/account", environ_overrides=network).text)[0]
    filled = {**hidden, "answer.email": email}
    began = time.perf_counter()
    answer = client.post(form, data=filled, environ_overrides=network)
    took = time.perf_counter() - began
    assert answer.status_code == 303, answer.text
    return took


def _known_and_new(app: Flask) -> list[Figure]:
    """The same two requests for addresses that accounts have proved and for new ones, in random order.

    Each address is used once, since a limit's row that is there already costs another time than a new one. The order
    is another one in each run: what happens every so many requests, as a checkpoint does, must not fall on one kind.
    """
    for number in range(SAMPLES):
        settle(app, f"old.{number:06d}@x.example")
    numbers = {kind: itertools.count() for kind in ("old", "new")}
    order = ["old", "new"] * SAMPLES
    random.shuffle(order)
    answers: dict[str, list[float]] = {"old": [], "new": []}
    codes: dict[str, list[float]] = {"old": [], "new": []}
    for number, kind in enumerate(order, start=10**6):
        client = app.test_client()
        email = f"{kind}.{next(numbers[kind]):06d}@x.example"
        answers[kind].append(_sign_up(client, email, number))
        network = {"REMOTE_ADDR": f"11.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        began = time.perf_counter()
        client.get("/account/bring-back", environ_overrides=network)
        codes[kind].append(time.perf_counter() - began)
    return [*_compared("sign-up, the answer", answers), *_compared("sign-up, the code that follows", codes)]


def _compared(benchmark: str, taken: dict[str, list[float]]) -> list[Figure]:
    """Medians, and whether the two distributions can be told apart (Kolmogorov and Smirnov)."""
    told_apart = ks_2samp(taken["new"], taken["old"])
    new, old = (median(taken[kind]) * 1e6 for kind in ("new", "old"))
    note = f"KS D = {told_apart.statistic:.3f}, p = {told_apart.pvalue:.2f}"
    return [Figure(benchmark, "new", new, 1.0), Figure(benchmark, "known", old, old / new, note)]

"""The workshop under one master key or another, over one database, and people who save there all the while."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from threading import Event as Signal

import pytest
from flask import Flask

from asklater.engine import Engine
from asklater.keys.service import short_id
from asklater.settings import Settings
from tests.support.applications import opened
from tests.support.people import settle
from tests.support.workshop import PEOPLED_WORKSHOP

OLD, NEW, WRONG = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))
OLD_ID, NEW_ID, WRONG_ID = short_id(OLD), short_id(NEW), short_id(WRONG)
Under = Callable[..., Flask]


@pytest.fixture
def under(settings: Settings) -> Iterator[Under]:
    """`under(NEW, OLD)` is a process that was started with the new key, and has the old one as a retired one."""
    with ExitStack() as stack:

        def start(current: bytes = OLD, *retired: bytes) -> Flask:
            these = replace(settings, master_key=current, retired_master_keys=retired)
            return stack.enter_context(opened(these, PEOPLED_WORKSHOP))

        yield start


def engine_of(app: Flask) -> Engine:
    found: Engine = app.extensions["asklater.engine"]
    return found


def people(app: Flask, count: int) -> dict[int, str]:
    """So many accounts with an address; the address by subject."""
    emails = [f"p{number}@x.example" for number in range(count)]
    return {settle(app, email, proved=False): email for email in emails}


def emails(app: Flask, numbers: dict[int, str]) -> dict[int, str]:
    """What the application reads of them."""
    engine = engine_of(app)
    with app.app_context():
        read = engine.answers.read_many(numbers, ["email"])
        engine.database.release()
    return {number: values.get("email", "") for number, values in read.items()}


@contextmanager
def crowd(apps: Sequence[Flask], everybody: dict[int, str]) -> Iterator[dict[int, str]]:
    """In each process somebody changes names, each person's by one process, and signs others up, during the block.

    It begins once each has changed every name of theirs, and yields the name that each person has saved last.
    """
    names, over = dict[int, str](), Signal()

    def save(which: int) -> None:
        engine, own = engine_of(apps[which]), list(everybody)[which :: len(apps)]
        for number in count():
            if over.is_set():
                return
            name, person = f"name {number}", own[number % len(own)]
            with apps[which].app_context(), engine.database.unit_of_work():
                engine.change(person, "display_name", name)
            names[person] = name
            if number % 5 == 0:
                settle(apps[which], f"{which}.{number}@x.example", proved=False)

    with ThreadPoolExecutor(len(apps)) as pool:
        saving = [pool.submit(save, which) for which in range(len(apps))]
        try:
            while len(names) < len(everybody) and not any(thread.done() for thread in saving):
                time.sleep(0.01)
            yield names
        finally:
            over.set()
        for thread in saving:
            thread.result()

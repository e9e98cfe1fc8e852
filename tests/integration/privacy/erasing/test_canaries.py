"""PRIVACY 8 and 13: after an erasure, a search byte by byte finds nothing of its person, nor their key."""

import logging
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.integration.privacy.erasing.canaries import can_hold, fill, found
from tests.integration.privacy.erasing.conftest import Erase, work
from tests.people import settle
from tests.records import rows
from webapp import clock
from webapp.db import Database
from webapp.mail.sealing import PARTS, sealed_mail
from webapp.privacy.erasing.scrubbing import unscrubbed
from webapp.profiling.engine import Engine
from webapp.profiling.tables import subject

ADDRESS = "canary.address@x.example"


def everything_of(app: Flask, number: int, word: str) -> list[str | bytes]:
    """Canaries in every table, and what was mailed to the address without its person's number."""
    filled = fill(app, number, word)
    engine: Engine = app.extensions["profiling"]
    without = {"subject", "account", "prompt", "prompt_field", "assignment"}  # there already, or counted
    empty = {name for name, held in engine.holdings.items() if can_hold(held)} - filled.keys() - without
    assert empty == set(), "the search would pass them by"
    database: Database = app.extensions["database"]
    with app.app_context(), database.unit_of_work():
        mail = sealed_mail(None, ADDRESS, f"{word}999title", f"{word}999text", clock.now())
        database.session().add(mail)
        parts = [mail.recipient_mark, *(getattr(mail, part) for part in PARTS.names)]
    return [*parts, *(one for many in filled.values() for one in many)]


def test_nothing_is_found_afterwards(
    house: Flask, erased: Erase, instance: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gone, other = settle(house, ADDRESS), settle(house, "other@x.example")
    key = next(row.data_key for row in rows(house, subject) if row.id == gone)
    canaries, others = [key, *everything_of(house, gone, "K4naryX")], fill(house, other, "Others0")
    assert found(house, canaries) == canaries, "the search has to find what is there"
    receipt = erased(gone)
    work(house)
    engine: Engine = house.extensions["profiling"]
    going = {name for name, held in engine.holdings.items() if held.kept is None}
    assert going - receipt.erased.keys() == set(), "whatever was filled stands on the receipt"
    assert found(house, canaries, instance, said=caplog.text) == []
    assert found(house, [one for many in others.values() for one in many]) != []
    with house.app_context():
        left = {name: held.count(engine.database.reading(), gone) for name, held in engine.holdings.items()}
        assert {name: number for name, number in left.items() if number} == {}
        assert unscrubbed(engine.database) == 0
        engine.database.release()


def test_a_reader_who_is_in_the_way_is_waited_for(house: Flask, erased: Erase) -> None:
    database: Database = house.extensions["database"]
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has no log of this kind; its VACUUM waits for nobody")
    number = settle(house, ADDRESS)
    with database.engine.connect() as reader:
        reader.execution_options(reading=True)
        reader.exec_driver_sql("BEGIN")
        reader.execute(select(subject.c.id)).all()
        erased(number)
        work(house)
        with house.app_context():
            assert unscrubbed(database) == 1
            database.release()
        reader.rollback()
    work(house)
    with house.app_context():
        assert unscrubbed(database) == 0
        database.release()
    assert rows(house, subject) == []

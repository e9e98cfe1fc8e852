"""PRIVACY 8 and 13: after an erasure, a search byte by byte finds nothing of its person, nor their key."""

import logging
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.messages.sealing import MAIL_COLUMNS, sealed_mail
from asklater.privacy.erasure.jobs import unscrubbed
from asklater.tables import subject
from tests.asklater.integration.privacy.erasure.canaries import can_hold, fill, found
from tests.asklater.integration.privacy.erasure.conftest import Erase, work
from tests.support.people import settle
from tests.support.records import rows

ADDRESS = "canary.address@x.example"


def everything_of(app: Flask, number: int, word: str) -> list[str | bytes]:
    """Canaries in every table, and what was mailed to the address without its person's number."""
    filled = fill(app, number, word)
    engine: Engine = app.extensions["asklater.engine"]
    without = {"subject", "account", "prompt", "prompt_field", "experiment_assignment"}  # there already, or counted
    empty = (
        {name for name, held in engine.registry.personal_tables.items() if can_hold(held)} - filled.keys() - without
    )
    assert empty == set(), "the search would pass them by"
    database: Database = app.extensions["asklater.database"]
    with app.app_context(), database.unit_of_work():
        mail = sealed_mail(None, ADDRESS, f"{word}999title", f"{word}999text", clock.now())
        database.session().add(mail)
        parts = [mail.recipient_mark, *(getattr(mail, part) for part in MAIL_COLUMNS.columns)]
    return [*parts, *(one for many in filled.values() for one in many)]


@pytest.mark.thorough
def test_nothing_is_found_afterwards(
    whole_app: Flask, erased: Erase, instance: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gone, other = settle(whole_app, ADDRESS), settle(whole_app, "other@x.example")
    key = next(row.data_key for row in rows(whole_app, subject) if row.id == gone)
    canaries, others = [key, *everything_of(whole_app, gone, "K4naryX")], fill(whole_app, other, "Others0")
    assert found(whole_app, canaries) == canaries, "the search has to find what is there"
    receipt = erased(gone)
    work(whole_app)
    engine: Engine = whole_app.extensions["asklater.engine"]
    going = {name for name, held in engine.registry.personal_tables.items() if held.kept is None}
    assert going - receipt.erased.keys() == set(), "whatever was filled stands on the receipt"
    assert found(whole_app, canaries, instance, said=caplog.text) == []
    assert found(whole_app, [one for many in others.values() for one in many]) != []
    with whole_app.app_context():
        left = {
            name: held.count(engine.database.reading(), gone) for name, held in engine.registry.personal_tables.items()
        }
        assert {name: number for name, number in left.items() if number} == {}
        assert unscrubbed(engine.database) == 0
        engine.database.release()


def test_a_reader_who_is_in_the_way_is_waited_for(whole_app: Flask, erased: Erase) -> None:
    database: Database = whole_app.extensions["asklater.database"]
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has no log of this kind; its VACUUM waits for nobody")
    number = settle(whole_app, ADDRESS)
    with database.engine.connect() as reader:
        reader.execution_options(reading=True)
        reader.exec_driver_sql("BEGIN")
        reader.execute(select(subject.c.id)).all()
        erased(number)
        work(whole_app)
        with whole_app.app_context():
            assert unscrubbed(database) == 1
            database.release()
        reader.rollback()
    work(whole_app)
    with whole_app.app_context():
        assert unscrubbed(database) == 0
        database.release()
    assert rows(whole_app, subject) == []

"""The worker builds an export batch by batch: killed, raced, erased, changed or failing in the middle of it."""

from contextlib import suppress
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.exports import batches
from asklater.privacy.exports.batches import Batch, advance_export
from asklater.privacy.tables import export, export_part
from asklater.rotation import account_keys, carry_on
from asklater.rotation.records import ACCOUNT
from asklater.tables import answer, subject
from tests.support.exports import build, document, exported, ordered
from tests.support.people import settle
from tests.support.records import on_disk, rows

VOLATILE = {"export", "export_part"}


class Killed(BaseException):
    """As a signal would end it: nothing in the application catches it."""


def step(app: Flask, engine: Engine, number: int, limit: int = 2) -> bool:
    with app.app_context():
        return advance_export(engine, engine.database, number, limit)


def records(told: dict[str, Any]) -> dict[str, Any]:
    """What is told of a person, without the orders of exports themselves."""
    return {it["table"]: it["rows"] for it in told["records"] if it["table"] not in VOLATILE}


@pytest.mark.thorough
def test_killed_anywhere_it_goes_on_where_it_was(
    office: Flask, engine: Engine, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, store = exported(office, ada), Batch._store
    for lives in (1, 2, 3, 9, 17, 24):
        number, left = ordered(office, ada), [lives]

        def dying(batch: Batch, *content: Any, left: list[int] = left) -> None:
            store(batch, *content)
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        monkeypatch.setattr(Batch, "_store", dying)
        with suppress(Killed):
            while step(office, engine, number):
                pass
        monkeypatch.setattr(Batch, "_store", store)
        assert rows(office, export)[0].state in {"waiting", "building"}
        build(office)
        told = document(office, ada)
        assert records(told) == records(whole)
        assert told["fields"] == whole["fields"]
        (found,) = rows(office, export)
        assert found.done == found.total
        assert sorted(part.place for part in rows(office, export_part)) == [*range(found.places)]


def test_its_progress_is_told_batch_by_batch(office: Flask, engine: Engine, ada: int) -> None:
    number, seen = ordered(office, ada), []
    while step(office, engine, number, limit=1):
        (found,) = rows(office, export)
        seen.append(found.done)
        assert (found.state, found.done <= found.total) == ("building", True)
    assert seen == sorted(seen)
    assert len(set(seen)) > 5
    assert rows(office, export)[0].state == "ready"


def test_two_orders_at_once_are_one(office: Flask, ada: int) -> None:
    found: list[int] = []
    orders = [Thread(target=lambda: found.append(ordered(office, ada))) for _ in range(4)]
    for thread in orders:
        thread.start()
    for thread in orders:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    build(office)
    later = ordered(office, ada)
    assert later not in found
    assert [row.id for row in rows(office, export)] == [later]


@pytest.mark.thorough
def test_two_workers_at_once_double_nothing(office: Flask, ada: int) -> None:
    whole = exported(office, ada)
    ordered(office, ada)
    workers = [Thread(target=build, args=(office,)) for _ in range(3)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    build(office)  # whoever found it taken left it alone
    assert records(document(office, ada)) == records(whole)


def test_erased_meanwhile_it_ends_by_itself(office: Flask, engine: Engine, ada: int) -> None:
    number = ordered(office, ada)
    assert step(office, engine, number)
    with office.app_context(), engine.database.unit_of_work():
        engine.database.writing().execute(delete(subject).where(subject.c.id == ada))
    assert not step(office, engine, number)
    build(office)
    assert rows(office, export) == rows(office, export_part) == []


@pytest.mark.thorough
def test_what_changes_meanwhile_breaks_nothing(office: Flask, engine: Engine, ada: int) -> None:
    number = ordered(office, ada)
    assert step(office, engine, number, limit=1)
    with office.app_context(), engine.database.unit_of_work():
        engine.remove(ada, "verified_email")
        engine.change(ada, "display_name", "Countess")
    while step(office, engine, number, limit=1):
        pass
    told = document(office, ada)
    assert {entry["field"] for entry in told["fields"]} >= {"email"}
    assert "Countess" in {entry["value"] for entry in told["fields"]} or told["fields"][0]["value"].startswith("=Ada")
    events = next(it for it in told["records"] if it["table"] == "answer_event")
    assert "removed" in {row["change"] for row in events["rows"]}


def test_what_does_not_open_is_told_as_such(office: Flask, engine: Engine, ada: int) -> None:
    broken = (answer.c.subject_id == ada) & (answer.c.field == "email")
    with office.app_context(), engine.database.unit_of_work():
        engine.database.writing().execute(update(answer).where(broken).values(value=b"\x01" + bytes(60)))
        engine.database.writing().execute(update(answer).where(answer.c.field == "display_name").values(field="old"))
    told = exported(office, ada)
    entries = {entry["field"]: entry for entry in told["fields"]}
    assert entries["email"]["value"] is None
    assert entries["email"]["does_not_open"] == ["value"]
    assert entries["email"]["purpose"]["key"] == "account"
    assert entries["verified_email"]["value"]["address"] == "ada@x.example"
    assert entries["old"]["declared"] is False  # a field that the manifest dropped: what is left of it is still theirs
    assert told["end"]["unopened"] == 2  # moved to another row, its value does not open either


def test_a_batch_that_fails_is_tried_thrice_and_its_person_told(
    office: Flask, engine: Engine, ada: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: object) -> None:
        raise ValueError("ada@x.example")

    ordered(office, ada)
    monkeypatch.setattr(Batch, "_next_section", failing)
    for state in ("waiting", "waiting", "failed"):
        build(office)
        assert rows(office, export)[0].state == state
    assert rows(office, export_part) == []
    assert "ada@x.example" not in caplog.text
    monkeypatch.undo()
    assert exported(office, ada)["fields"]


@pytest.mark.thorough
def test_long_ones_let_others_through(office: Flask, ada: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run takes its slice of time and asks for another: mails go out in between, and small exports are ready."""
    bob = settle(office, "bob@x.example")
    monkeypatch.setattr(batches, "TIME_SLICE", 0)
    monkeypatch.setattr(batches, "BATCH_SIZE", 1)
    ordered(office, ada)
    ordered(office, bob)
    queue, turns = office.extensions["asklater.jobs"].huey, 0
    while queue.pending_count():
        queue.storage.flush_queue()
        build(office)
        turns += 1
    assert turns > 5
    assert [row.state for row in rows(office, export)] == ["ready", "ready"]


@pytest.mark.thorough
def test_expired_it_is_deleted(office: Flask, ada: int) -> None:
    exported(office, ada)
    (found,) = rows(office, export)
    job = office.extensions["asklater.jobs"].runs["expire_records"]
    with clock.at(found.expires_at - timedelta(seconds=1)):
        job()
    assert rows(office, export_part) != []
    with clock.at(found.expires_at):
        job()
    assert rows(office, export) == rows(office, export_part) == []


def test_nothing_of_it_lies_plain_on_disk(office: Flask, engine: Engine, ada: int) -> None:
    exported(office, ada)
    assert b"of the Analytical Engine" not in on_disk(engine.database)


@pytest.mark.thorough
def test_it_still_opens_after_its_persons_keys_were_renewed(office: Flask, engine: Engine, ada: int) -> None:
    before = exported(office, ada)
    sealed = {row.place: row.content for row in rows(office, export_part)}
    with office.app_context():
        account_keys.begin(engine)
        carry_on(engine, ACCOUNT)
        with clock.at(clock.now() + 2 * account_keys.GRACE):
            carry_on(engine, ACCOUNT)
        engine.database.release()
    assert all(row.content != sealed[row.place] for row in rows(office, export_part))
    assert document(office, ada) == before

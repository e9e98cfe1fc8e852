"""After a restored backup every right that was exercised since is in force again, and nothing else is changed."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from asklater import clock
from asklater.engine import Engine
from asklater.privacy.erasure import person_holds
from asklater.privacy.ledger.replay import ReplayResult
from asklater.privacy.register_tables import legal_hold
from asklater.privacy.tables import rights_entry
from asklater.registry import CONSENT_WITHDRAWN_ACT
from asklater.subjects import rights
from asklater.tables import right_event, subject
from tests.asklater.integration.privacy.ledger.conftest import (
    NOON,
    Do,
    Wall,
    colour,
    forget,
    gone,
    join,
    say,
    settled,
    take_down,
)
from tests.support.records import rows
from tests.support.renaming import rename
from tests.support.snapshots import put_back, snapshot

Replayed = Callable[[], ReplayResult]


def answers(app: Flask, engine: Engine, number: int) -> dict[str, object]:
    with app.app_context():
        found = engine.answers.read(number, ["news", "colour"])
        engine.database.release()
    return found


def exercised(app: Flask, engine: Engine, number: int) -> set[str]:
    with app.app_context():
        found = rights.since(engine, number)
        engine.database.release()
    return set(found)


def test_a_withdrawn_consent_stays_withdrawn(study: Flask, engine: Engine, do: Do, replayed: Replayed) -> None:
    ada, bo = settled(study), settled(study, "bo@x.example")
    for number in (ada, bo):
        do(say, number, True)
    kept = snapshot(study)
    do(say, ada, False)
    put_back(study, kept)
    assert answers(study, engine, ada)["news"] == {"given": True}
    assert replayed().acts == 1
    assert answers(study, engine, ada)["news"] == {"given": False}
    assert answers(study, engine, bo)["news"] == {"given": True}
    assert replayed().acts == 0


def test_an_act_is_about_its_field_by_whatever_key_it_has(
    study: Flask, engine: Engine, do: Do, replayed: Replayed, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = settled(study)
    do(say, ada, True)
    do(lambda engine, number: engine.exercised(CONSENT_WITHDRAWN_ACT, number, "letters"), ada)
    assert replayed().acts == 0
    rename(engine, monkeypatch, "letters", "news")
    assert replayed().acts == 1
    assert answers(study, engine, ada)["news"] == {"given": False}


def test_a_yes_that_came_after_the_withdrawal_holds(study: Flask, engine: Engine, do: Do, replayed: Replayed) -> None:
    ada = settled(study)
    for given in (True, False, True):
        do(say, ada, given)
    kept = snapshot(study)
    put_back(study, kept)
    assert replayed().acts == 0
    assert answers(study, engine, ada)["news"] == {"given": True}


def test_restriction_and_objection_are_as_they_were_last(
    study: Flask, engine: Engine, do: Do, replayed: Replayed
) -> None:
    ada, bo, cy = (settled(study, f"{name}@x.example") for name in ("ada", "bo", "cy"))
    do(rights.restrict, bo)
    do(rights.object_to_measurement, cy)
    kept = snapshot(study)
    do(rights.restrict, ada)
    do(rights.lift_restriction, bo)
    do(rights.withdraw_objection, cy)
    do(rights.object_to_measurement, cy)
    do(rights.object_to_measurement, ada)
    put_back(study, kept)
    replayed()
    assert exercised(study, engine, ada) == {"restriction", "objection"}
    assert exercised(study, engine, bo) == set()
    assert exercised(study, engine, cy) == {"objection"}
    moments = [row.at for row in rows(study, right_event)]
    assert len(moments) == len(set(moments)), "each act keeps its own moment"


def test_what_a_person_has_done_since_the_restore_is_left_alone(
    study: Flask, engine: Engine, do: Do, replayed: Replayed
) -> None:
    ada = settled(study)
    kept = snapshot(study)
    do(rights.restrict, ada)
    put_back(study, kept)
    do(rights.restrict, ada)
    do(rights.lift_restriction, ada)
    assert replayed().acts == 0
    assert exercised(study, engine, ada) == set()


def test_a_corrected_value_does_not_come_back_wrong(study: Flask, engine: Engine, do: Do, replayed: Replayed) -> None:
    ada, bo, cy = (settled(study, f"{name}@x.example") for name in ("ada", "bo", "cy"))
    for number in (ada, bo, cy):
        do(colour, number, "red")
    kept = snapshot(study)
    do(colour, ada, "blue")
    do(forget, bo, "colour")
    assert replayed().acts == 0, "without a restore nothing is taken away"
    assert answers(study, engine, ada)["colour"] == "blue"
    put_back(study, kept)
    assert replayed().acts == 2
    assert [answers(study, engine, number).get("colour") for number in (ada, bo, cy)] == [None, None, "red"]


def test_what_opens_an_account_is_not_taken_away(study: Flask, engine: Engine, do: Do, replayed: Replayed) -> None:
    ada = settled(study, proved=False)
    kept = snapshot(study)
    do(lambda engine, number: engine.change(number, "email", "new@x.example"), ada)
    put_back(study, kept)
    assert replayed().acts == 0
    with study.app_context():
        assert engine.answers.read(ada, ["email"]) == {"email": "ada@x.example"}
        engine.database.release()


def test_what_was_taken_down_does_not_come_back(
    study: Flask, wall: Wall, do: Do, replayed: Replayed, engine: Engine
) -> None:
    ada = settled(study)
    do(lambda _engine, number: [wall.pin(number, name) for name in ("poem", "drawing")], ada)
    kept, pinned = snapshot(study), wall.copy()
    do(take_down, ada, "poem")
    put_back(study, kept)
    wall.pinned = pinned
    assert replayed().acts == 1
    assert [name for name, _at in wall.items(ada)] == ["drawing"]


def test_two_browsers_that_a_restore_parts_are_one_person_still(
    study: Flask, engine: Engine, do: Do, replayed: Replayed, wall: Wall
) -> None:
    visit, ada = settled(study, "visit@x.example", proved=False), settled(study)
    do(say, visit, True)
    kept = snapshot(study)
    do(join, visit, ada)
    do(rights.restrict, ada)
    do(say, ada, False)
    put_back(study, kept)
    replayed()
    assert exercised(study, engine, visit) == {"restriction"}
    assert answers(study, engine, visit)["news"] == {"given": False}
    do(gone, ada)
    put_back(study, kept)
    replayed()
    assert rows(study, subject) == []


def test_the_ledger_holds_no_value_no_address_and_no_number(
    study: Flask, do: Do, ledger: Path, wall: Wall, engine: Engine
) -> None:
    ada = settled(study)
    do(colour, ada, "red")
    do(colour, ada, "blue")
    do(lambda _engine, number: wall.pin(number, "a-name-in-an-address"), ada)
    do(take_down, ada, "a-name-in-an-address")
    do(rights.restrict, ada)
    text = ledger.read_text()
    assert [word for word in ("ada@", "blue", "a-name-in-an-address", "subject") if word in text] == []
    assert ledger.stat().st_mode & 0o077 == 0
    assert all(len(json.loads(line)["mark"]) == 64 for line in text.splitlines())
    assert rows(study, rights_entry) == [], "what is filed is not kept twice"


@pytest.mark.parametrize("altered", ["mark", "act", "at", "proof"])
def test_an_entry_that_was_altered_is_refused(
    study: Flask, engine: Engine, do: Do, ledger: Path, replayed: Replayed, altered: str
) -> None:
    ada, bo = settled(study), settled(study, "bo@x.example")
    kept = snapshot(study)
    do(rights.restrict, ada)
    do(rights.restrict, bo)
    first, second = (json.loads(line) for line in ledger.read_text().splitlines())
    forged = {"mark": second["mark"], "act": "erasure", "at": "2030-01-01T00:00:00+00:00", "proof": "0" * 64}
    ledger.write_text("\n".join(json.dumps(one) for one in ({**first, altered: forged[altered]}, second)))
    put_back(study, kept)
    done = replayed()
    assert (done.acts, len(done.refused)) == (1, 1)
    assert f"Line 1 of {ledger} is refused" in done.refused[0]
    assert exercised(study, engine, bo) == {"restriction"}
    with study.app_context():
        assert engine.database.reading().scalars(select(subject.c.id)).all() == [ada, bo]
        engine.database.release()


def test_an_act_that_was_rolled_back_is_in_no_ledger(study: Flask, engine: Engine, ledger: Path) -> None:
    ada = settled(study)

    def restrict_and_fail() -> None:
        with study.app_context(), engine.database.unit_of_work():
            rights.restrict(engine, ada)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        restrict_and_fail()
    assert not ledger.exists()
    assert rows(study, rights_entry) == []


def hold(engine: Engine, number: int, told: str = "A court case.") -> person_holds.Hold:
    review_on = (NOON + timedelta(days=30)).date()
    return person_holds.set_hold(engine, number, reason="They sue.", told=told, review_on=review_on, by="0ff1ce")


def lift(engine: Engine, number: int) -> bool:
    (found,) = person_holds.active_holds(engine, number)
    return person_holds.lift_hold(engine, found, "Over.", "0ff1ce")


def held(app: Flask) -> set[int]:
    return {row.id for row in rows(app, subject) if row.held_at}


def test_holds_are_set_and_lifted_again(
    study: Flask, engine: Engine, do: Do, replayed: Replayed, ledger: Path
) -> None:
    ada, bo = settled(study), settled(study, "bo@x.example")
    with study.test_request_context():
        do(hold, bo)
        kept = snapshot(study)
        do(hold, ada)
        do(lift, bo)
    assert "They sue" not in ledger.read_text()
    put_back(study, kept)
    assert held(study) == {bo}
    assert replayed().acts == 2
    assert held(study) == {ada}
    assert replayed().acts == 0
    with study.test_request_context():
        (again,) = person_holds.active_holds(engine, ada)
        assert ("is lost" in again.reason, again.told, again.set_by) == (True, "", "0ff1ce")
        assert do(lift, ada) is False
    assert replayed().acts == 0, "what was done since the restore holds"
    assert held(study) == set()


def test_an_erasure_that_waits_for_a_hold_waits_on(study: Flask, engine: Engine, do: Do, replayed: Replayed) -> None:
    ada = settled(study)
    with study.test_request_context():
        do(hold, ada)
        kept = snapshot(study)
        do(person_holds.postpone_erasure, ada, "person")
        put_back(study, kept)
        assert replayed().acts == 2, "it waits, and is used for nothing meanwhile"
        assert replayed().acts == 0
        assert do(lift, ada) is True
    assert rows(study, subject) == []


def test_a_hold_on_two_whom_a_restore_parts_is_on_both(
    study: Flask, engine: Engine, do: Do, replayed: Replayed
) -> None:
    visit, ada = settled(study, "visit@x.example", proved=False), settled(study)
    kept = snapshot(study)
    with study.test_request_context():
        do(join, visit, ada)
        do(hold, ada)
        put_back(study, kept)
        assert replayed().acts == 2
    assert held(study) == {visit, ada}
    assert (replayed().acts, len(rows(study, legal_hold))) == (0, 2)


def test_a_takedown_is_of_that_thing_and_not_of_one_by_the_same_name(
    study: Flask, engine: Engine, wall: Wall, do: Do, replayed: Replayed
) -> None:
    """Two who turn out to be one person had each published something of that name, or one of them had not."""
    ada, bo, cy = (settled(study, f"{name}@x.example", proved=False) for name in ("ada", "bo", "cy"))
    for number in (ada, bo):
        with study.app_context(), clock.at(NOON + timedelta(minutes=number)):
            wall.pin(number, "poem")
    do(take_down, bo, "poem")
    do(take_down, cy, "poem")  # there is none, so nothing is noted
    do(join, ada, bo)
    do(join, bo, cy)
    assert replayed().acts == 0
    assert [name for name, _at in wall.items(cy)] == ["poem"]

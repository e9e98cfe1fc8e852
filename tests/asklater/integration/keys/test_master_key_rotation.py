"""PRIVACY 12: another master key, in batches, without a pause, and with nothing lost where a key is missing."""

import pytest
from flask import Flask
from sqlalchemy import update

from asklater.keys import in_use
from asklater.keys.service import MissingMasterKey
from asklater.keys.tables import key_rotation, master_key
from asklater.keys.vault import unpack
from asklater.records.answers import Provenance
from asklater.rotation import carry_on, carry_on_a_while, master_key as rewrapping
from asklater.rotation.records import MASTER
from asklater.tables import subject
from tests.asklater.integration.keys.conftest import (
    NEW,
    NEW_ID,
    OLD,
    OLD_ID,
    WRONG,
    WRONG_ID,
    Under,
    crowd,
    emails,
    engine_of,
    people,
)
from tests.support.people import settle
from tests.support.records import rows


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrapping, "BATCH", 4)


def masters(app: Flask) -> set[str]:
    """Those that wrap some account's key."""
    return {key.master for row in rows(app, subject) if row.data_key for key in unpack(row.data_key)}


def check(app: Flask) -> str:
    engine = engine_of(app)
    return in_use.check(engine.database, engine.keyring.service)


def rotate(app: Flask) -> None:
    rewrapping.begin(engine_of(app))
    carry_on(engine_of(app), MASTER)


@pytest.mark.thorough
def test_all_keys_go_over_and_the_old_one_can_be_taken_out(under: Under) -> None:
    before, both = under(OLD), under(NEW, OLD)
    everybody = people(before, 10)
    assert f"Master key {NEW_ID} is here, and {OLD_ID} is in use" in check(both)
    rotate(both)
    assert masters(both) == {NEW_ID}
    after = under(NEW)
    assert check(after) == ""
    assert emails(after, everybody) == everybody
    assert {row.master: (row.in_use, row.emptied_at is None) for row in rows(after, master_key)} == {
        OLD_ID: (False, False),
        NEW_ID: (True, True),
    }
    assert rewrapping.begin(engine_of(after)) is None


@pytest.mark.thorough
def test_before_it_begins_new_keys_are_wrapped_by_the_key_in_use(under: Under) -> None:
    before, both = under(OLD), under(NEW, OLD)
    everybody = people(before, 1) | {settle(both, "new@x.example"): "new@x.example"}
    assert masters(both) == {OLD_ID}
    assert emails(before, everybody) == everybody


@pytest.mark.thorough
def test_killed_between_batches_it_goes_on_where_it_was(under: Under) -> None:
    everybody, both = people(under(OLD), 10), under(NEW, OLD)
    rewrapping.begin(engine_of(both))
    first = rewrapping.step(engine_of(both))
    assert first is not None
    assert (first.changed, first.total) == (4, 10)
    assert masters(both) == {OLD_ID, NEW_ID}
    later = under(NEW, OLD)
    assert emails(later, everybody) == emails(under(OLD, NEW), everybody) == everybody
    assert rewrapping.begin(engine_of(later)) is not None
    assert not carry_on_a_while(engine_of(later))
    assert (masters(later), len(rows(later, key_rotation))) == ({NEW_ID}, 1)
    assert emails(under(NEW), everybody) == everybody


def test_killed_in_the_midst_of_a_batch_nothing_of_it_is_done(under: Under, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody, both = people(under(OLD), 6), under(NEW, OLD)
    rewrapping.begin(engine_of(both))
    kept = [row.data_key for row in rows(both, subject)]
    with monkeypatch.context() as killing:
        killing.setattr(rewrapping, "moved", lambda *_arguments, **_values: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            rewrapping.step(engine_of(both))
    assert [row.data_key for row in rows(both, subject)] == kept
    carry_on(engine_of(both), MASTER)
    assert emails(under(NEW), everybody) == everybody


def test_half_rotated_without_the_old_key_it_says_which_and_loses_nothing(under: Under) -> None:
    everybody, both = people(under(OLD), 6), under(NEW, OLD)
    rewrapping.begin(engine_of(both))
    rewrapping.step(engine_of(both))
    kept = [row.data_key for row in rows(both, subject)]
    hasty = under(NEW)
    for attempt in (check, rotate, lambda app: rewrapping.step(engine_of(app))):
        with pytest.raises(MissingMasterKey, match=f"(?s){OLD_ID}.*only {NEW_ID}.*nothing is lost"):
            attempt(hasty)
    with pytest.raises(MissingMasterKey):
        emails(hasty, everybody)
    assert [row.data_key for row in rows(both, subject)] == kept
    carry_on(engine_of(both), MASTER)
    assert emails(hasty, everybody) == everybody


def test_under_a_wrong_key_nothing_is_written(under: Under) -> None:
    everybody, wrong = people(under(OLD), 2), under(WRONG)
    with pytest.raises(MissingMasterKey, match=f"(?s){OLD_ID}.*only {WRONG_ID}"):
        check(wrong)
    with pytest.raises(MissingMasterKey):
        settle(wrong, "new@x.example")
    assert (masters(wrong), len(rows(wrong, subject))) == ({OLD_ID}, 2)
    assert emails(under(OLD), everybody) == everybody
    begun = wrong.test_cli_runner().invoke(args=["asklater", "keys", "rotate"])
    assert begun.exit_code == 1
    assert f"only {WRONG_ID}" in begun.output
    assert "Traceback" not in begun.output
    assert OLD_ID in wrong.test_cli_runner().invoke(args=["asklater", "keys", "show"]).output


def test_a_key_of_the_right_name_that_is_another_is_noticed(under: Under) -> None:
    app = under(OLD)
    people(app, 1)
    with engine_of(app).database.unit_of_work():
        engine_of(app).database.writing().execute(update(master_key).values(check_value=bytes(36)))
    with pytest.raises(MissingMasterKey, match=OLD_ID):
        check(app)


def test_a_key_that_does_not_open_is_left_as_it_is_and_told(under: Under) -> None:
    everybody, both = people(under(OLD), 6), under(NEW, OLD)
    lost = min(everybody)
    with engine_of(both).database.unit_of_work():
        broken = update(subject).where(subject.c.id == lost).values(data_key=b"\x01" + bytes(60))
        engine_of(both).database.writing().execute(broken)
    rotate(both)
    (rotation,) = rows(both, key_rotation)
    assert (rotation.changed, rotation.failed, rotation.finished_at is not None) == (5, 1, True)
    del everybody[lost]
    assert emails(under(NEW), everybody) == everybody


@pytest.mark.thorough
def test_people_save_all_the_while(under: Under) -> None:
    apps = [under(OLD, NEW), under(NEW, OLD), under(OLD, NEW)]
    everybody = people(apps[0], 12)
    with crowd(apps, everybody) as names:
        rotate(apps[1])
    after = under(NEW)
    assert rows(after, key_rotation)[0].finished_at
    assert masters(after) == {NEW_ID}
    assert emails(after, everybody) == everybody
    read = engine_of(after).answers.read_many(names, ["display_name"])
    assert {number: values["display_name"] for number, values in read.items()} == names


def test_a_value_that_was_saved_under_either_is_read_by_both(under: Under) -> None:
    one, two = under(OLD, NEW), under(NEW, OLD)
    number = settle(one)
    rotate(two)
    with one.app_context(), engine_of(one).database.unit_of_work():
        engine_of(one).answers.give(number, "display_name", "Ada", Provenance("publish"))
    other = settle(one, "bo@x.example")
    assert masters(one) == {NEW_ID}  # the database says which key wraps, not the process
    assert engine_of(two).answers.read(number, ["display_name"]) == {"display_name": "Ada"}
    assert emails(two, {other: ""}) == {other: "bo@x.example"}

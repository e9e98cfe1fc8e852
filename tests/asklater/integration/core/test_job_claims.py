"""On all machines together a job runs once at a time, and once for each moment of its schedule."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.database.access import Database, current_database
from asklater.jobs.claims import HELD_FOR, JobClaims
from asklater.jobs.service import Jobs
from asklater.settings import Settings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def database(workshop: Flask) -> Database:
    return current_database()


@pytest.fixture
def machine(database: Database) -> Callable[[], JobClaims]:
    """Another worker, on whatever machine."""
    return lambda: JobClaims(database)


def test_who_comes_second_has_it_run_once_more_afterwards(machine: Callable[[], JobClaims]) -> None:
    ours, theirs = machine(), machine()
    assert ours.take("deliver_mail", None)
    assert not theirs.take("deliver_mail", None)
    assert theirs.take("roll_up", None)
    assert ours.give_back("deliver_mail", None)
    assert theirs.take("deliver_mail", None)
    assert not theirs.give_back("deliver_mail", None)


def test_each_moment_of_a_schedule_is_run_once(machine: Callable[[], JobClaims]) -> None:
    ours, theirs = machine(), machine()
    assert ours.due({"purge": (NOON, HOUR)}) == ["purge"]
    assert ours.take("purge", NOON, HOUR)
    assert not theirs.take("purge", NOON, HOUR)
    assert not ours.give_back("purge", NOON), "the schedule of another machine asks for nothing more"
    assert theirs.due({"purge": (NOON, HOUR)}) == []
    assert not theirs.take("purge", NOON, HOUR)
    assert not theirs.take("purge", NOON - HOUR, HOUR), "its clock is a moment behind"
    assert theirs.take("purge", NOON + HOUR, HOUR)
    assert not theirs.give_back("purge", NOON + HOUR)
    assert ours.take("purge", None), "what somebody asks for is run whatever the schedule says"


def test_what_a_dead_worker_held_runs_out_and_its_moment_is_made_up_for(machine: Callable[[], JobClaims]) -> None:
    dead, theirs = machine(), machine()
    with clock.at(NOON):
        assert dead.take("purge", NOON, HOUR)
    with clock.at(NOON + HELD_FOR - SECOND):
        assert not theirs.take("purge", NOON, HOUR)
    with clock.at(NOON + HELD_FOR):
        assert theirs.due({"purge": (NOON, HOUR)}) == ["purge"]
        assert theirs.take("purge", NOON, HOUR)
        assert not dead.give_back("purge", NOON), "it only seemed dead, and takes nothing away"
        assert not dead.take("purge", None)
        assert theirs.give_back("purge", NOON)


def test_a_job_that_runs_for_long_stays_claimed(machine: Callable[[], JobClaims]) -> None:
    ours, theirs = machine(), machine()
    with clock.at(NOON):
        ours.take("rotate_keys", None)
        ours.take("deliver_mail", None)
    with clock.at(NOON + HELD_FOR - SECOND):
        ours.renew(["rotate_keys"])
    with clock.at(NOON + HELD_FOR):
        assert not theirs.take("rotate_keys", None)
        assert theirs.take("deliver_mail", None)
        ours.release()
        assert theirs.take("rotate_keys", None)


def test_a_clock_that_was_days_ahead_keeps_nothing_from_running(machine: Callable[[], JobClaims]) -> None:
    wrong, right, far = machine(), machine(), NOON + timedelta(days=5)
    with clock.at(far):
        wrong.take("purge", far, HOUR)
        wrong.take("roll_up", far, SECOND)
        wrong.give_back("roll_up", far)
    with clock.at(NOON):
        assert right.due({"purge": (NOON, HOUR), "roll_up": (NOON, SECOND)}) == ["purge", "roll_up"]
        assert right.take("purge", NOON, HOUR)
        assert right.take("roll_up", NOON, SECOND)


@pytest.mark.thorough
def test_a_worker_runs_what_is_due_and_another_nothing_more(
    fresh_workshop: Flask, settings: Settings, machine: Callable[[], JobClaims]
) -> None:
    ran: list[str] = []
    workers = {name: Jobs(fresh_workshop, settings, current_database(), machine()) for name in ("one", "two")}
    for name, jobs in workers.items():
        jobs.register("often", lambda name=name: ran.append(name), every_minutes=1)  # type: ignore[misc]
        jobs.register("hourly", lambda name=name: ran.append(f"{name} hourly"), every_minutes=60)  # type: ignore[misc]
    for moment in (NOON, NOON + 20 * SECOND, NOON + 70 * SECOND):
        for jobs in workers.values():
            with clock.at(moment):
                jobs.ask_for_what_is_due(moment)
                jobs.work_off()
    assert ran == ["one", "one hourly", "one"]


def test_what_was_asked_for_while_another_worker_ran_it_is_run_by_that_one(
    fresh_workshop: Flask, settings: Settings, machine: Callable[[], JobClaims]
) -> None:
    ran: list[str] = []
    one, two = (Jobs(fresh_workshop, settings, current_database(), machine()) for _ in range(2))

    def run_here() -> None:
        ran.append("one")
        if len(ran) == 1:
            two.lanes.ask("mail")
            two.work_off()

    one.register("mail", run_here)
    two.register("mail", lambda: ran.append("two"))
    one.lanes.ask("mail")
    one.work_off()
    assert ran == ["one", "one"]

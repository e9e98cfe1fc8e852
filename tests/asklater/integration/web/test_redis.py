"""A Redis that machines share: queue and limits go through it, and nothing stops without it."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater import clock, redis_server, security
from asklater.database.access import current_database
from asklater.jobs import queues
from asklater.jobs.claims import JobClaims
from asklater.jobs.service import Jobs
from asklater.jobs.worker import consumer_of
from asklater.settings import Settings
from asklater.web.rate_counters import RedisCounters
from tests.support.applications import create_app
from tests.support.browsing import Browser
from tests.support.redis_servers import NO_REDIS, RunningRedis, redis_program, running_redis
from tests.support.workshop import PEOPLED_WORKSHOP

WINDOW = 60
installed = pytest.mark.skipif(redis_program() is None, reason=NO_REDIS)


@pytest.fixture
def shared() -> Iterator[RunningRedis]:
    with running_redis(redis_program() or "") as server:
        yield server


@pytest.fixture
def machine(fresh_workshop: Flask, settings: Settings) -> Callable[[str], Jobs]:
    """The jobs of one more machine, by the Redis that it is told of."""
    return lambda url: Jobs(
        fresh_workshop, replace(settings, redis_url=url), current_database(), JobClaims(current_database())
    )


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    return f"unix://{tmp_path / 'none.sock'}"


def server_at(url: str, settings: Settings) -> redis_server.RedisServer:
    """What another process has: an instance of its own."""
    found = redis_server.server_of(replace(settings, redis_url=url))
    assert found is not None
    return redis_server.RedisServer(url, found.name)


def work_off(jobs: Jobs) -> None:
    while (task := jobs.huey.dequeue()) is not None:
        jobs.huey.execute(task)


@contextmanager
def asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(redis_server, "LEFT_ALONE", 0)
        yield


# Away


def test_a_queue_that_is_away_is_no_error_of_a_request_and_the_schedule_goes_on(
    machine: Callable[[str], Jobs], nowhere: str, caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []
    jobs = machine(nowhere)
    jobs.register("often", lambda: ran.append("often"), every_minutes=1)
    for _ in range(3):
        jobs.enqueue("often")
    assert sum("job often was not queued" in message for message in caplog.messages) == 3
    assert sum("REDIS_URL does not answer" in message for message in caplog.messages) == 1
    jobs.ask_for_what_is_due(clock.now())
    worker = consumer_of(jobs).worker_threads[0][0]
    worker.sleep = lambda: None
    worker.loop()
    assert ran == ["often"]
    with pytest.raises(queues.ERRORS):
        jobs.huey.pending_count()


def test_counters_that_are_away_count_in_this_process(settings: Settings, nowhere: str) -> None:
    counters = RedisCounters(None, server_at(nowhere, settings))
    assert [counters.incr("ada", WINDOW) for _ in range(3)] == [1, 2, 3]
    assert counters.get("ada") == 3


@pytest.mark.thorough
def test_a_site_whose_redis_is_away_answers(settings: Settings, nowhere: str) -> None:
    app = create_app(replace(settings, redis_url=nowhere), PEOPLED_WORKSHOP)
    app.testing = False
    assert isinstance(app.extensions[security.COUNTERS], RedisCounters)
    with app.app_context():
        visitor = Browser(app)
        assert visitor.get("/sign-in").status_code == 303
        assert 'name="answer.display_name"' in visitor.post("/publish", {"text": "first"}).text
        current_database().close()


# There


@pytest.mark.thorough
@installed
def test_a_job_that_one_machine_queues_another_runs_once(machine: Callable[[str], Jobs], shared: RunningRedis) -> None:
    ran: list[str] = []
    web, one, two = (machine(shared.url) for _ in range(3))
    for name, jobs in (("web", web), ("one", one), ("two", two)):
        jobs.register("mail", lambda name=name: ran.append(name))  # type: ignore[misc]
    web.enqueue("mail")
    work_off(one)
    work_off(two)
    assert ran == ["one"]


@pytest.mark.thorough
@installed
def test_another_site_on_the_same_server_sees_nothing_of_it(
    machine: Callable[[str], Jobs], shared: RunningRedis, fresh_workshop: Flask, settings: Settings
) -> None:
    ours = machine(shared.url)
    ours.register("mail", lambda: None)
    ours.enqueue("mail")
    other = replace(settings, redis_url=shared.url, secret_key="another secret, which is as long")
    theirs = Jobs(fresh_workshop, other, current_database(), JobClaims(current_database()))
    assert (ours.huey.pending_count(), theirs.huey.pending_count()) == (1, 0)


@pytest.mark.thorough
@installed
def test_what_somebody_else_puts_into_the_queue_is_not_even_read(
    machine: Callable[[str], Jobs], shared: RunningRedis, tmp_path: Path
) -> None:
    """A pickle runs what it likes when it is opened."""
    ran: list[str] = []
    jobs = machine(shared.url)
    jobs.register("mail", lambda: ran.append("mail"))
    trap = tmp_path / "trap"
    storage = jobs.huey.storage
    storage.conn.lpush(storage.queue_key, pickle.dumps(_Trap(trap)) + b":" + b"0" * 40)
    jobs.enqueue("mail")
    worker = consumer_of(jobs).worker_threads[0][0]
    worker.sleep = lambda: None
    worker.loop()
    worker.loop()
    assert (ran, trap.exists()) == (["mail"], False)


class _Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


@pytest.mark.thorough
@installed
def test_machines_count_together_and_no_key_is_kept(settings: Settings, shared: RunningRedis) -> None:
    one, two = (RedisCounters(None, server_at(shared.url, settings)) for _ in range(2))
    assert [one.incr("192.0.2.7", WINDOW), two.incr("192.0.2.7", WINDOW, 2), one.incr("bob", WINDOW)] == [1, 3, 1]
    assert two.get("192.0.2.7") == 3
    kept = server_at(shared.url, settings).client.keys()
    assert len(kept) == 2
    assert not any(b"192.0.2.7" in key for key in kept)
    client = server_at(shared.url, settings).client
    assert all(0 < client.pttl(key) <= WINDOW * 1000 for key in kept)
    two.clear("192.0.2.7")
    assert one.incr("192.0.2.7", WINDOW) == 1
    one.reset()
    assert client.keys() == []


@pytest.mark.thorough
@installed
def test_a_server_that_goes_and_comes_back(
    machine: Callable[[str], Jobs],
    settings: Settings,
    shared: RunningRedis,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    jobs, counters = machine(shared.url), RedisCounters(None, server_at(shared.url, settings))
    jobs.register("mail", lambda: None)
    with asked_again_at_once(monkeypatch):
        assert [counters.incr("ada", WINDOW) for _ in range(2)] == [1, 2]
        shared.stop()
        assert counters.incr("ada", WINDOW) == 3, "it counts on from what was known"
        jobs.enqueue("mail")
        shared.start()
        assert counters.incr("ada", WINDOW) == 1, "whoever is left begins anew"
        jobs.enqueue("mail")
        assert jobs.huey.pending_count() == 1
    told = [message for message in caplog.messages if message.startswith("REDIS_URL")]
    assert len(told) == 4

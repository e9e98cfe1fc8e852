"""Figures for Prometheus: what is counted, over all processes, on a listener of its own."""

import os
import re
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from asklater import clock
from asklater.engine import Engine
from asklater.jobs.service import Jobs
from asklater.operations.metrics import Counts, Listener, State
from asklater.registry import Gauge
from asklater.settings import ConfigurationError, Settings
from asklater.web.breakers import Breaker
from tests.support.applications import create_app, in_tests, lent
from tests.support.browsing import Browser
from tests.support.demo import EVERYTHING, WHOLE_MANIFEST
from tests.support.outages import commits_fail, disk_is_full
from tests.support.people import settle
from tests.support.waiting import PATIENCE
from tests.support.workshop import PEOPLED_WORKSHOP


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """With metrics, and without a listener until a test asks for it."""
    monkeypatch.setattr(Listener, "stand_by", lambda _self: None)
    with in_tests(create_app(replace(settings, metrics_address="127.0.0.1:9100"), PEOPLED_WORKSHOP)) as app:
        yield app


def told(app: Flask) -> dict[str, float]:
    """Each figure with its labels."""
    listener: Listener = app.extensions["asklater.metrics"]
    lines = [line for line in listener.text().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_gates_and_asks_are_counted(app: Flask) -> None:
    visitor = Browser(app)
    visitor.post("/look")
    visitor.post("/publish")
    visitor.answer({"answer.email": "no address", "answer.display_name": "Ada"})
    visitor.answer({"answer.email": "ada@x.example"})
    found = told(app)
    assert found['asklater_requests_total{endpoint="workshop.look",method="POST",status="200"}'] == 1
    assert found['asklater_request_seconds_count{endpoint="workshop.publish",method="POST"}'] >= 3
    assert found['asklater_gates_total{action="look",outcome="clear"}'] == 1
    assert found['asklater_gates_total{action="publish",outcome="prompted"}'] >= 1
    assert found['asklater_gates_total{action="publish",outcome="refused"}'] == 2  # no picture either
    assert found['asklater_asks_total{field="display_name",outcome="completed"}'] == 1
    assert found['asklater_asks_total{field="email",outcome="rejected"}'] == 1
    assert found['asklater_asks_total{field="email",outcome="shown"}'] >= 1
    assert [name for name in found if "ada@x" in name or "Ada" in name or "127.0" in name or "localhost" in name] == []


def test_an_ask_that_was_rolled_back_is_not_counted(app: Flask) -> None:
    with commits_fail(app):
        assert Browser(app).client.post("/publish", headers={"Accept": "text/html"}).status_code >= 400
    assert [name for name in told(app) if name.startswith("asklater_asks_total")] == []


def test_queue_outboxes_worker_pool_and_jobs_are_told(app: Flask) -> None:
    jobs: Jobs = app.extensions["asklater.jobs"]
    found = told(app)
    assert found["asklater_queue_length"] == 0
    assert found["asklater_worker_heartbeat_age_seconds"] == float("inf")
    assert found["asklater_outgoing_mail_waiting"] == found["asklater_outgoing_mail_oldest_seconds"] == 0
    assert found["asklater_database_up"] == 1
    jobs.enqueue("prune_accounts")
    jobs.beat()
    jobs.runs["prune_accounts"]()
    with clock.at(clock.now()):
        found = told(app)
    assert found["asklater_queue_length"] == 1
    assert found["asklater_worker_heartbeat_age_seconds"] < 60
    assert found['asklater_jobs_total{job="prune_accounts",outcome="done"}'] == 1
    assert found["asklater_database_connections"] >= 1
    assert found["asklater_database_connections_in_use"] == 0


def test_a_server_that_is_left_alone_is_told_until_it_answers(app: Flask) -> None:
    server = Breaker("mail.example")
    with app.app_context():
        for _ in range(4):
            server.failed("silence")
        assert told(app)["asklater_breakers_open"] == 1
        server.succeeded()
    assert told(app)["asklater_breakers_open"] == 0


def test_every_feature_tells_its_own(settings: Settings) -> None:
    with lent(replace(settings, manifest=WHOLE_MANIFEST), [*EVERYTHING, "tests.support.people"]) as app:
        settle(app)
        state = State(app, app.extensions["asklater.engine"], app.extensions["asklater.jobs"])
        found = {metric.name: metric.samples[0].value for metric in state.collect()}
    assert found["asklater_rollup_lag_seconds"] == 0
    assert found["asklater_recipient_notice_waiting"] == 0
    assert found["asklater_outgoing_text_waiting"] == 0


def test_a_lost_database_is_told_and_all_else_as_well(app: Flask) -> None:
    def lost() -> dict[tuple[str, ...], float]:
        raise disk_is_full()

    current_engine_of(app).registry.register_gauge(Gauge("lost", "Nobody knows", lost))
    app.test_client().get("/")
    found = told(app)
    assert found["asklater_database_up"] == 0
    assert found['asklater_requests_total{endpoint="workshop.front",method="GET",status="200"}'] == 1


def current_engine_of(app: Flask) -> Engine:
    engine: Engine = app.extensions["asklater.engine"]
    return engine


def test_processes_are_added_up_and_what_the_dead_counted_stays(tmp_path: Path) -> None:
    listener, counts = Listener("127.0.0.1:9100", tmp_path, _Nothing()), Counts(tmp_path)  # type: ignore[arg-type]
    counts.gate_decided("publish", "clear", 0)
    for _ in range(2):
        child = os.fork()
        if not child:
            counts.gate_decided("publish", "clear", 0)
            counts.breaker_moved(1)
            counts.seconds.labels("front", "GET").observe(0.02)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    assert len(list(tmp_path.glob("*.lock"))) == 3
    for _ in range(2):
        text = listener.text().decode()
        assert 'asklater_gates_total{action="publish",outcome="clear"} 3.0' in text
        assert 'asklater_request_seconds_count{endpoint="front",method="GET"} 2.0' in text
        assert "asklater_breakers_open 0.0" in text  # theirs went with them
        assert len(list(tmp_path.glob("*.lock"))) == 1
    assert {file.name.rpartition("_")[2] for file in tmp_path.glob("*.db")} == {
        "gone.db",
        f"{next(tmp_path.glob('*.lock')).stem}.db",
    }


class _Nothing:
    def collect(self) -> list[object]:
        return []


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_they_are_told_on_their_own_address_alone(settings: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    with in_tests(create_app(replace(settings, metrics_address=address), PEOPLED_WORKSHOP)) as app:
        assert app.test_client().get("/metrics").status_code == 404
        assert [rule for rule in app.url_map.iter_rules() if "metrics" in rule.rule] == []
        assert "asklater_requests_total" in once_it_answers(f"http://{address}/metrics")
        with pytest.raises(urllib.error.HTTPError):
            fetch(f"http://{address}/")


def once_it_answers(url: str) -> str:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return fetch(url)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def test_labels_are_names_of_the_code_and_of_the_manifest(app: Flask) -> None:
    Browser(app).post("/publish")
    labels = {label for name in told(app) for label in re.findall(r'[{,](\w+)="', name)}
    assert labels <= {"endpoint", "method", "status", "action", "outcome", "field", "job", "le"}


def test_without_its_package_the_start_says_which_extra(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asklater.operations.metrics", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'asklater\[metrics\]'"):
        create_app(replace(settings, metrics_address="127.0.0.1:9100"), PEOPLED_WORKSHOP)

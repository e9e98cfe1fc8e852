"""Traces: spans of requests, gates, jobs and statements, without a value."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from asklater.jobs.service import Jobs
from asklater.operations import telemetry
from asklater.settings import Settings
from tests.support.applications import create_app, in_tests
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.workshop import PEOPLED_WORKSHOP

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
LOADED = """
import sys
from flask import Flask
from asklater import Profiling
app = Flask("letters", root_path=sys.argv[1])
app.config.update(SECRET_KEY="a secret of these tests, long enough", ASKLATER_INSTANCE=sys.argv[1])
app.config["ASKLATER_MASTER_KEY"] = bytes(range(16)).hex() + "0f3a" * 8
Profiling(app, manifest=sys.argv[2])
# Redis's client loads OpenTelemetry by itself, where both are installed.
print(*sorted({"asklater.operations.telemetry", "prometheus_client"} & set(sys.modules)))
"""


@pytest.fixture
def spans(settings: Settings) -> Iterator[tuple[Flask, InMemorySpanExporter]]:
    memory = InMemorySpanExporter()
    with in_tests(create_app(settings, PEOPLED_WORKSHOP)) as app:
        database = app.extensions["asklater.database"]
        telemetry.init_app(app, database, "workshop", behind_proxy=True, processor=SimpleSpanProcessor(memory))
        yield app, memory


def named(memory: InMemorySpanExporter, name: str) -> ReadableSpan:
    return next(span for span in memory.get_finished_spans() if span.name == name)


def test_a_request_its_gate_and_its_statements_are_one_trace(spans: tuple[Flask, InMemorySpanExporter]) -> None:
    app, memory = spans
    visitor = Browser(app)
    visitor.csrf_token()
    memory.clear()
    headers = {"traceparent": PARENT}
    visitor.post("/publish", {"answer.email": "ada@x.example", "text": "Dear Ada"}, headers=headers)
    request, gate, insert = (named(memory, name) for name in ("POST workshop.publish", "gate publish", "INSERT"))
    assert request.parent is not None
    assert f"{request.context.trace_id:032x}" == PARENT.split("-")[1]  # type: ignore[union-attr]
    assert {span.parent.span_id for span in (gate, insert) if span.parent} == {request.context.span_id}  # type: ignore[union-attr]
    assert dict(gate.attributes or {}) == {"asklater.action": "publish", "asklater.outcome": "prompted"}
    assert len(str((request.attributes or {})["asklater.request_id"])) == 12
    written = "".join(span.to_json() for span in memory.get_finished_spans())
    assert [word for word in ("ada@x", "Dear Ada", "127.0.0.1") if word in written] == []


def test_a_job_and_what_fails_are_spans(spans: tuple[Flask, InMemorySpanExporter]) -> None:
    app, memory = spans
    jobs: Jobs = app.extensions["asklater.jobs"]
    jobs.register("fail", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        jobs.runs["fail"]()
    jobs.runs["prune_accounts"]()
    assert not named(memory, "job fail").status.is_ok
    pruned = named(memory, "job prune_accounts")
    of_job = [
        span for span in memory.get_finished_spans() if span.parent and span.parent.span_id == pruned.context.span_id
    ]
    assert {"SELECT"} <= {span.name for span in of_job}


@pytest.mark.thorough
@pytest.mark.parametrize(("endpoint", "loaded"), [("", ""), ("http://127.0.0.1:1", "asklater.operations.telemetry")])
def test_it_is_loaded_where_it_is_asked_for_alone(endpoint: str, loaded: str, tmp_path: object) -> None:
    manifest = ROOT / "tests" / "asklater" / "contracts" / "small_manifest.toml"
    environment = {"PYTHONPATH": str(ROOT / "webapp"), "PATH": os.environ["PATH"], "OTEL_SDK_DISABLED": ""}
    command = [sys.executable, "-W", "error", "-c", LOADED, str(tmp_path), str(manifest)]
    said = subprocess.run(
        command,
        env={**environment, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == loaded


def test_without_its_packages_a_line_says_which_extra(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "asklater.operations.telemetry", None)
    with in_tests(create_app(settings, PEOPLED_WORKSHOP)) as app:
        assert app.test_client().get("/").status_code == 200
    assert "pip install 'asklater[telemetry]'" in caplog.text

"""Figures for Prometheus, told by a listener of its own, which nothing that serves people leads to.

Each process counts into files of its own below INSTANCE. The listener belongs to whichever process of the machine
takes METRICS_ADDRESS first, and adds all of them up; when that one ends, another takes over. What only the database
knows is read when it is asked for.
"""

import fcntl
import logging
import os
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import AF_INET, AF_INET6
from typing import Any

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.mmap_dict import MmapedDict as _MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from asklater.database.access import Database
from asklater.database.errors import reason_of
from asklater.engine import Engine
from asklater.jobs.service import Jobs
from asklater.observation import GateOutcome, Observer, PromptOutcome, RequestSeen, Seen, observe
from asklater.private_files import private_folder
from asklater.settings_checks import parts_of

FOLDER = "metrics"
"""In INSTANCE."""
GONE = "gone"
"""Stands for all processes that have ended."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
TRY_AGAIN_AFTER = 10.0
"""Seconds between two tries to take an address that another program has."""
log = logging.getLogger(__name__)
MmapedDict: Any = _MmapedDict
"""What a process counts, by key; the package does not say its types."""


class Process:
    """This process's name among those that count, which a file's lock shows to be alive.

    By a lock, since a number may be another process's in another container, or later.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._of, self._name, self._lock = 0, "", -1

    def name(self) -> str:
        """Another one after a fork."""
        if self._of != os.getpid():
            if self._lock >= 0:
                os.close(self._lock)  # our parent's, which keeps it
            name = secrets.token_hex(8)
            lock = os.open(self._folder / f"{name}.lock", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._of, self._name, self._lock = os.getpid(), name, lock
        return self._name


def add_up_the_gone(folder: Path) -> None:
    """Add what processes that have ended counted to one file, and remove theirs: a count never falls."""
    with _alone(folder):
        for lock in folder.glob("*.lock"):
            if not _is_held(lock):
                for file in folder.glob(f"*_{lock.stem}.db"):
                    if not file.name.startswith("gauge_"):
                        _add_to(folder / f"{file.name.partition('_')[0]}_{GONE}.db", file)
                    file.unlink()
                lock.unlink()


def _add_to(total: Path, file: Path) -> None:
    into = MmapedDict(str(total))
    try:
        for key, value, _moment, _place in MmapedDict.read_all_values_from_file(str(file)):
            into.write_value(key, into.read_value(key)[0] + value, 0.0)
    finally:
        into.close()


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time adds files up or reads them."""
    with (folder / ".adding").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Counts(Observer):
    """What this process counts."""

    def __init__(self, folder: Path) -> None:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        values.ValueClass = values.MultiProcessValue(Process(folder).name)  # type: ignore[no-untyped-call]
        new: dict[str, Any] = {"registry": None, "namespace": "asklater"}
        live = {**new, "multiprocess_mode": "livesum"}
        self.requests = Counter("requests", "Requests that were answered", ("endpoint", "method", "status"), **new)
        self.seconds = Histogram(
            "request_seconds", "Until an answer began", ("endpoint", "method"), buckets=BUCKETS, **new
        )
        self.gates = Counter("gates", "What gates decided", ("action", "outcome"), **new)
        self.fields = Counter("asks", "What became of asking for a field", ("field", "outcome"), **new)
        self.jobs = Counter("jobs", "Background jobs that ended", ("job", "outcome"), **new)
        self.job_seconds = Counter("job_seconds", "Time that background jobs took", ("job",), **new)
        self.breakers = Gauge("breakers_open", "Hosts that did not answer and are left alone", **live)
        self.connections = Gauge("database_connections", "Open connections to the database", **live)
        self.busy = Gauge("database_connections_in_use", "Those of them that somebody works with", **live)

    def request_ended(self, ended: RequestSeen) -> None:
        self.requests.labels(ended.endpoint, ended.method, str(ended.status)).inc()
        self.seconds.labels(ended.endpoint, ended.method).observe(ended.seconds)

    def gate_decided(self, action: str, outcome: GateOutcome, began: int) -> None:
        self.gates.labels(action, outcome).inc()

    def fields_asked(self, fields: Sequence[str], outcome: PromptOutcome) -> None:
        for field in fields:
            self.fields.labels(field, outcome).inc()

    def job_ended(self, seen: Seen, *, failed: bool, seconds: float) -> None:
        self.jobs.labels(seen.job, "failed" if failed else "done").inc()
        self.job_seconds.labels(seen.job).inc(seconds)

    def breaker_moved(self, step: int) -> None:
        self.breakers.inc(step)

    def watch(self, database: Database) -> None:
        """Count the connections of the pool."""
        for name, gauge, step in (
            ("connect", self.connections, 1),
            ("close", self.connections, -1),
            ("close_detached", self.connections, -1),
            ("checkout", self.busy, 1),
            ("checkin", self.busy, -1),
        ):
            event.listen(database.engine, name, _stepping(gauge, step))


def _stepping(gauge: Gauge, step: int) -> Any:
    return lambda *_arguments: gauge.inc(step)


class State:
    """What is read when somebody asks: the queue and the gauges that features and the application registered."""

    def __init__(self, app: Flask, engine: Engine, jobs: Jobs) -> None:
        self._app, self._engine, self._jobs = app, engine, jobs

    def collect(self) -> Iterable[Metric]:
        """A database that cannot be asked is told as `asklater_database_up 0`, and all else is told."""
        found: dict[str, GaugeMetricFamily] = {}
        up = 1.0
        with self._app.app_context():
            try:
                for gauge in self._engine.registry.gauges:
                    family = GaugeMetricFamily(f"asklater_{gauge.name}", gauge.help, labels=list(gauge.labels))
                    for labels, value in gauge.read().items():
                        family.add_metric(list(labels), value)
                    found[gauge.name] = family
            except SQLAlchemyError as error:
                up = 0.0
                log.warning("the database could not be asked for its figures: %s", reason_of(error))
            finally:
                self._engine.database.release()
        yield from found.values()
        yield GaugeMetricFamily("asklater_database_up", "Whether the database answers", value=up)
        yield GaugeMetricFamily("asklater_queue_length", "Jobs that wait for a worker", value=self._jobs.waiting())


class Listener:
    """The figures at METRICS_ADDRESS, under `/metrics` and no other path."""

    def __init__(self, address: str, folder: Path, state: State) -> None:
        parts = parts_of(f"//{address}")
        self._address = (parts.hostname or "", parts.port or 0)
        self._folder = folder
        self._registry = CollectorRegistry()
        self._registry.register(state)
        self._of, self._lock = 0, threading.Lock()

    def stand_by(self) -> None:
        """Take the address in a thread of this process, now or when whoever has it ends."""
        if self._of == os.getpid():
            return
        with self._lock:
            if self._of != os.getpid():
                self._of = os.getpid()
                threading.Thread(target=self._serve, name="metrics", daemon=True).start()

    def text(self) -> bytes:
        """All figures of this machine, in Prometheus's text format."""
        add_up_the_gone(self._folder)
        counted = CollectorRegistry()
        MultiProcessCollector(counted, path=str(self._folder))  # type: ignore[no-untyped-call]
        with _alone(self._folder):
            of_processes = generate_latest(counted)
        return of_processes + generate_latest(self._registry)

    def _serve(self) -> None:
        with (self._folder / ".listening").open("wb") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # another process of ours tells them, as long as it lives
            told = False
            while True:
                try:
                    server = _server(self._address, self)
                except OSError as error:
                    if not told:
                        log.warning("METRICS_ADDRESS %s:%s cannot be used: %s", *self._address, error.strerror)
                    told = True
                    threading.Event().wait(TRY_AGAIN_AFTER)
                else:
                    with server:
                        server.serve_forever()


def _server(address: tuple[str, int], listener: Listener) -> ThreadingHTTPServer:
    class Answer(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(404)
                return
            said = listener.text()
            self.send_response(200)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(said)

        def log_message(self, *_arguments: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        address_family = AF_INET6 if ":" in address[0] else AF_INET
        daemon_threads = True

    return Server(address, Answer)


def init_app(app: Flask, engine: Engine, jobs: Jobs, address: str, instance: Path) -> Listener:
    """Count, and let this process stand by for telling once it answers a request or runs jobs."""
    folder = private_folder(private_folder(instance) / FOLDER)
    counts = Counts(folder)
    counts.watch(engine.database)
    listener = Listener(address, folder, State(app, engine, jobs))
    app.extensions["asklater.metrics"] = listener
    observe(app, counts)
    app.before_request(listener.stand_by)
    jobs.at_work.append(listener.stand_by)
    return listener

"""What is seen of requests and jobs: their ids, the lines of the log, and a proxy that nobody named."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from asklater import clock, observation
from asklater.jobs.service import Jobs
from asklater.logs import JsonLines, PlainLines
from asklater.settings import Settings
from asklater.web.visitor_addresses import MOST_SESSIONS, OneAddress
from tests.support.applications import create_app, in_tests
from tests.support.browsing import Browser
from tests.support.paths import ROOT
from tests.support.people import browser_of, settle
from tests.support.workshop import PEOPLED_WORKSHOP

FROM_PROXY = "0b7c1d52-proxy.req_1"
ADA = "ada@x.example"


class Lines(logging.Handler):
    """What was written, by a formatter."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[Lines]:
    """JSON lines of the library and of Flask."""
    handler, library = Lines(JsonLines()), logging.getLogger("asklater")
    before = library.level
    library.addHandler(handler)
    library.setLevel(logging.INFO)
    yield handler
    library.removeHandler(handler)
    library.setLevel(before)


def telling(settings: Settings, **changed: object) -> Flask:
    app = create_app(replace(settings, log_requests=True, **changed), PEOPLED_WORKSHOP)  # type: ignore[arg-type]
    app.add_url_rule("/broken", "broken", lambda: int("ada@x.example"))
    return app


def read(lines: Lines) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.lines]


UNSAFE = ("short", "ada@x.example", "<script>alert(1)", "a" * 65, "two words of it")


@pytest.mark.parametrize(("proxies", "refused"), [(1, UNSAFE), (0, (FROM_PROXY, *UNSAFE))])
def test_a_trusted_proxy_names_the_request(settings: Settings, proxies: int, refused: tuple[str, ...]) -> None:
    with in_tests(telling(settings, proxies=proxies)) as app:
        for sent in (FROM_PROXY, *UNSAFE):
            answer = app.test_client().get("/nowhere", headers={"X-Request-ID": sent})
            number = answer.headers["X-Request-ID"]
            assert (number != sent) is (sent in refused)
            assert sent not in refused or len(number) == 12
            assert number in answer.text  # the error page shows it


def test_each_request_is_one_line_without_what_was_sent(settings: Settings, lines: Lines) -> None:
    with in_tests(telling(settings, proxies=1)) as app:
        visitor = Browser(app)
        visitor.post("/publish?secret=in-the-path", headers={"X-Request-ID": FROM_PROXY})
        visitor.answer({"answer.email": "ada@x.example", "answer.display_name": "Ada"})
        app.test_client().get("/ask/resume/a-token-of-somebody")
    line = next(line for line in read(lines) if line["logger"] == "asklater.requests")
    assert line["request"] == FROM_PROXY
    assert (line["method"], line["endpoint"], line["status"]) == ("POST", "workshop.publish", 200)
    assert isinstance(line["ms"], float)
    written = "\n".join(lines.lines)
    assert [word for word in ("ada@x", "Ada", "in-the-path", "a-token", "127.0.0.1") if word in written] == []


def test_an_error_tells_where_it_arose_and_no_value(settings: Settings, lines: Lines) -> None:
    with in_tests(telling(settings)) as app:
        app.testing = False
        number = app.test_client().get("/broken").headers["X-Request-ID"]
    (line,) = [line for line in read(lines) if line["level"] == "error"]
    assert (line["error"], line["request"]) == ("builtins.ValueError", number)
    assert "test_observation.py" in str(line["trace"])
    assert "ada@x" not in "\n".join(lines.lines)


def test_the_lines_of_a_job_bear_its_id_and_the_request_that_asked_for_it(settings: Settings, lines: Lines) -> None:
    with in_tests(telling(settings)) as app:
        jobs: Jobs = app.extensions["asklater.jobs"]
        jobs.register("fail", lambda: int("ada@x.example"))
        app.add_url_rule("/later", "later", lambda: jobs.enqueue("fail") or "")
        asked = app.test_client().get("/later").headers["X-Request-ID"]
        lines.lines.clear()
        jobs.huey.execute(jobs.huey.dequeue())
    failed, ended = list(read(lines))[-2:]  # the claim opens the database before, and says so
    assert str(failed["message"]).startswith("job fail failed: ValueError at test_observation.py")
    assert {line["request"] for line in (failed, ended)} == {asked}
    assert failed["job_id"] == ended["job_id"]
    assert len(str(ended["job_id"])) == 12
    assert "ada@x" not in "\n".join(lines.lines)


def test_plain_lines_name_request_and_job() -> None:
    handler, logger = Lines(PlainLines("worker")), logging.getLogger("asklater.of_this_test")
    logger.addHandler(handler)
    with observation.job(Flask("x"), "deliver_mail", "0123456789ab"):
        number = observation.seen().job_id
        logger.warning("slow")
    logger.warning("no job")
    assert handler.lines == [
        f"worker: WARNING asklater.of_this_test [0123456789ab deliver_mail {number}]: slow",
        "worker: WARNING asklater.of_this_test: no job",
    ]


@pytest.fixture
def failed_statement(settings: Settings) -> OperationalError:
    """One that an application's own engine sent, which does not hide what it was sent with."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(OperationalError) as met:
        connection.execute(text("SELECT nothing FROM nowhere WHERE a = :a"), {"a": ADA})
    engine.dispose()
    error: OperationalError = met.value
    return error


def lines_of(error: Exception, **options: bool) -> list[str]:
    record = logging.LogRecord("asklater.web", logging.ERROR, __file__, 1, "it failed", (), None)
    record.exc_info = (type(error), error, error.__traceback__)
    return PlainLines(**options).format(record).splitlines()


def test_a_plain_line_tells_of_an_error_and_where_it_arose(failed_statement: OperationalError) -> None:
    (line,) = lines_of(failed_statement)
    assert re.fullmatch(r"ERROR asklater\.web: it failed: OperationalError at test_observation\.py:\d+", line), line


def test_a_trace_has_no_parameter(failed_statement: OperationalError) -> None:
    wrapped = RuntimeError("in between")
    wrapped.__cause__ = failed_statement
    for error in (failed_statement, wrapped):
        told = "\n".join(lines_of(error, traces=True))
        assert "Traceback (most recent call last)" in told
        assert "FROM nowhere" in told
        assert ADA not in told


@pytest.mark.thorough
def test_where_nobody_has_set_up_the_log_it_has_plain_lines(settings: Settings) -> None:
    code = """
import logging, sys
from flask import Flask
from asklater import logs
app = Flask("x")
logs.init_app(app, "plain", requests=False, traces=False)
try:
    int("ada@x.example")
except ValueError:
    logging.getLogger("asklater.errors").exception("request 1 failed")
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT / "webapp")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "ERROR asklater.errors: request 1 failed: ValueError at <string>:8\n"


class TestOneAddress:
    """Every visitor has the address of a proxy that TRUSTED_PROXIES does not count."""

    @pytest.fixture
    def noticing(self, settings: Settings) -> OneAddress:
        return OneAddress(settings.instance, 0)

    def visit(self, noticing: OneAddress, address: str = "10.0.0.7", times: int = MOST_SESSIONS + 1) -> None:
        for _ in range(times):
            noticing.new_session(address)

    def test_it_is_logged_once_and_told(
        self, noticing: OneAddress, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        self.visit(noticing, times=MOST_SESSIONS)
        assert noticing.notice() == ""
        self.visit(noticing)
        self.visit(OneAddress(settings.instance, 0))  # another process
        assert len([line for line in caplog.messages if "TRUSTED_PROXIES" in line]) == 1
        assert "10.0.0.7" not in caplog.text
        assert "TRUSTED_PROXIES" in noticing.notice()
        assert OneAddress(settings.instance, 1).notice() == ""  # it was set since
        with clock.at(clock.now() + timedelta(days=2)):
            assert noticing.notice() == ""

    @pytest.mark.parametrize("other", ["203.0.113.9", "10.0.0.8"])
    def test_people_who_can_be_told_apart_are_none(self, noticing: OneAddress, other: str) -> None:
        self.visit(noticing, times=3)
        self.visit(noticing, other, times=1)
        self.visit(noticing)
        assert noticing.notice() == ""

    def test_neither_is_one_address_of_the_internet(self, noticing: OneAddress) -> None:
        self.visit(noticing, "8.8.8.8")
        assert noticing.notice() == ""

    def test_hours_are_counted_apart(self, noticing: OneAddress) -> None:
        self.visit(noticing, times=MOST_SESSIONS)
        with clock.at(clock.now() + timedelta(hours=2)):
            self.visit(noticing, times=MOST_SESSIONS)
            assert noticing.notice() == ""

    def test_sessions_that_begin_are_counted_and_administrators_are_told(
        self, fresh_workshop: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("asklater.web.visitor_addresses.MOST_SESSIONS", 2)
        observation.observe(fresh_workshop, OneAddress(settings.instance, 0))
        administrator = browser_of(fresh_workshop, settle(fresh_workshop, role="admin"), factor=True)
        visitor = Browser(fresh_workshop)
        for _ in range(3):
            visitor.get("/ask/publish")
        for page in ("/staff/keys", "/staff/events"):
            assert "TRUSTED_PROXIES" not in administrator.get(page).text
        Browser(fresh_workshop).get("/ask/publish")
        for page in ("/staff/keys", "/staff/events"):
            assert "TRUSTED_PROXIES" in administrator.get(page).text

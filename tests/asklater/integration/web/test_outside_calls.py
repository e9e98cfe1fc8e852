"""Outside calls: each has a deadline over all of it, a limit to what is read; a silent host is left alone."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from flask import Flask

from asklater import clock
from asklater.database.access import current_database
from asklater.web import outside_calls
from asklater.web.breakers import FAILURES, FIRST_PAUSE
from asklater.web.outside_calls import (
    MOST_AT_ONCE,
    AnswerTooLongError,
    InsideTransactionError,
    LeftAloneError,
    OutsideCallError,
    TooSlowError,
    call,
)
from tests.support.loopback import answering
from tests.support.waiting import PATIENCE

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
DEADLINE, DRIP = 0.25, 0.05


class _Desk(BaseHTTPRequestHandler):
    server: "Outside"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        with suppress(OSError):
            getattr(self, self.path.strip("/").replace("-", "_"))()

    def fine(self) -> None:
        self._say(200, b'{"a": 1}')

    def broken(self) -> None:
        self._say(500, b"")

    def elsewhere(self) -> None:
        self._say(302, b"", Location="/fine")

    def long(self) -> None:
        self._say(200, bytes(2_000))

    def silent(self) -> None:
        self.server.over.wait(PATIENCE)

    def dripping_body(self) -> None:
        self.send_response(200)
        self.end_headers()
        self._drip()

    def dripping_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        self._drip()

    def _drip(self) -> None:
        try:
            while not self.server.over.wait(DRIP):
                self.wfile.write(b"a")
        except OSError:
            self.server.hung_up.set()
            raise

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_what: object) -> None:
        """Nothing: it would go to the terminal."""


class Outside(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.asked: list[str] = []
        self.over, self.hung_up = threading.Event(), threading.Event()

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"


@pytest.fixture
def outside() -> Iterator[Outside]:
    outside_calls.forget_failures()
    with answering(Outside()) as server:
        try:
            yield server
        finally:
            server.over.set()
    outside_calls.forget_failures()


def fails(url: str, error: type[OutsideCallError], deadline: float = DEADLINE) -> None:
    with pytest.raises(error):
        call("GET", url, deadline=deadline)


def test_an_answer(outside: Outside) -> None:
    answer = call("GET", outside.at("fine"), deadline=PATIENCE)
    assert (answer.status, answer.json()) == (200, {"a": 1})


def test_a_redirect_is_an_answer_and_nobody_follows_it(outside: Outside) -> None:
    assert call("GET", outside.at("elsewhere"), deadline=PATIENCE).status == 302
    with requests.Session() as session:
        outside_calls.guard(session, deadline=PATIENCE)
        assert session.get(outside.at("elsewhere")).status_code == 302
    assert outside.asked == ["/elsewhere", "/elsewhere"]


@pytest.mark.parametrize("way", ["silent", "dripping-body", "dripping-head"])
def test_whoever_drips_is_left_at_the_deadline(outside: Outside, way: str) -> None:
    fails(outside.at(way), TooSlowError)
    if way != "silent":
        assert outside.hung_up.wait(PATIENCE), "the connection is closed, so that no thread waits on it"


def test_a_long_answer_is_not_read(outside: Outside) -> None:
    with pytest.raises(AnswerTooLongError):
        call("GET", outside.at("long"), deadline=PATIENCE, most_bytes=1_000)
    assert call("GET", outside.at("long"), deadline=PATIENCE, most_bytes=2_000).content == bytes(2_000)


def test_an_error_says_nothing_of_what_was_sent(outside: Outside) -> None:
    outside.server_close()
    with pytest.raises(OutsideCallError) as caught:
        call("GET", outside.at("fine?token=canary"), deadline=PATIENCE)
    assert str(caught.value) == "ConnectionError"


class TestBreaker:
    @pytest.fixture(autouse=True)
    def silent(self, outside: Outside) -> None:
        for _ in range(FAILURES):
            fails(outside.at("silent"), TooSlowError, 0.02)

    def test_a_silent_host_is_left_alone_and_then_tried_by_one(self, outside: Outside) -> None:
        asked = len(outside.asked)
        fails(outside.at("fine"), LeftAloneError)
        assert len(outside.asked) == asked
        with clock.at(clock.now() + FIRST_PAUSE):
            assert call("GET", outside.at("fine"), deadline=PATIENCE).status == 200
        assert call("GET", outside.at("fine"), deadline=PATIENCE).status == 200

    def test_the_pause_grows_as_long_as_it_is_silent(self, outside: Outside) -> None:
        later = clock.now() + FIRST_PAUSE
        with clock.at(later):
            fails(outside.at("silent"), TooSlowError, 0.02)
        with clock.at(later + FIRST_PAUSE + timedelta(seconds=1)):
            fails(outside.at("fine"), LeftAloneError)
        with clock.at(later + 2 * FIRST_PAUSE):
            assert call("GET", outside.at("fine"), deadline=PATIENCE).status == 200

    def test_a_clock_that_was_ahead_keeps_nobody_waiting(self, outside: Outside) -> None:
        with clock.at(clock.now() - timedelta(days=5)):
            assert call("GET", outside.at("fine"), deadline=PATIENCE).status == 200

    def test_the_log_says_which_host_and_that_it_is_back(
        self, outside: Outside, caplog: pytest.LogCaptureFixture
    ) -> None:
        host = outside.at("").split("/")[2]
        caplog.clear()
        with clock.at(clock.now() + FIRST_PAUSE):
            fails(outside.at("silent"), TooSlowError, 0.02)
        with clock.at(clock.now() + 3 * FIRST_PAUSE):
            call("GET", outside.at("fine"), deadline=PATIENCE)
        assert [it.getMessage() for it in caplog.records if it.name == "asklater.web.breakers"] == [
            f"{host} answers again"
        ]

    def test_another_host_is_another_matter(self, outside: Outside) -> None:
        with answering(Outside()) as other:
            assert call("GET", other.at("fine"), deadline=PATIENCE).status == 200


def test_an_answer_of_any_status_is_an_answer(outside: Outside) -> None:
    for _ in range(FAILURES + 1):
        assert call("GET", outside.at("broken"), deadline=PATIENCE).status == 500


def test_one_host_keeps_few_threads_waiting(outside: Outside) -> None:
    def wait() -> None:
        with suppress(OutsideCallError):
            call("GET", outside.at("silent"), deadline=PATIENCE)

    waiting = [threading.Thread(target=wait) for _ in range(MOST_AT_ONCE)]
    for thread in waiting:
        thread.start()
    while len(outside.asked) < MOST_AT_ONCE:
        threading.Event().wait(0.005)
    fails(outside.at("fine"), LeftAloneError)
    outside.over.set()
    for thread in waiting:
        thread.join(PATIENCE)


def test_no_call_inside_a_transaction(workshop: Flask, outside: Outside) -> None:
    database = current_database()
    with database.unit_of_work():
        assert call("GET", outside.at("fine"), deadline=PATIENCE).status == 200
        database.writing()
        with pytest.raises(InsideTransactionError):
            call("GET", outside.at("fine"), deadline=PATIENCE)
    assert outside.asked == ["/fine"]

"""Bodies are read before a request takes its place among those that are worked on, and as they were sent."""

import threading
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
from werkzeug.exceptions import RequestEntityTooLarge

from asklater.request_bodies import IN_MEMORY, BufferedBodies
from tests.support.waiting import PATIENCE


class Line:
    """What a server hands on: the parts as they arrive; where `sent` is given, nothing before it is set."""

    def __init__(self, content: bytes, sent: threading.Event | None = None, fails: bool = False) -> None:
        self.content, self.sent, self.fails = BytesIO(content), sent, fails
        self.asked = 0

    def read(self, size: int = -1) -> bytes:
        self.asked += 1
        if self.sent is not None:
            assert self.sent.wait(PATIENCE)
        part = self.content.read(size)
        if not part and self.fails:
            raise OSError
        return part


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    return [environ.get("CONTENT_LENGTH", "none").encode(), b" ", environ["wsgi.input"].read()]


def answer(line: Line, config: dict[str, Any] | None = None, **environ: Any) -> bytes:
    served = BufferedBodies(echo, 1, config or {})
    return whole(served({"wsgi.input": line, **environ}, None))


def whole(parts: Iterable[bytes]) -> bytes:
    """An answer, closed as a server does."""
    try:
        return b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()


def chunked(line: Line, config: dict[str, Any] | None = None) -> bytes:
    return answer(line, config, **{"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"})


@pytest.mark.parametrize("size", [1, IN_MEMORY, 3 * IN_MEMORY + 7])
def test_it_arrives_as_it_was_sent(size: int) -> None:
    content = b"ab" * size
    assert answer(Line(content), CONTENT_LENGTH=str(len(content))) == f"{len(content)} ".encode() + content
    assert chunked(Line(content)) == f"{len(content)} ".encode() + content


def test_no_more_is_read_than_was_announced() -> None:
    assert answer(Line(b"abcd"), CONTENT_LENGTH="2") == b"2 ab"


@pytest.mark.parametrize("length", ["", "0", "-1", "x"])
def test_nothing_is_awaited_where_nothing_was_announced(length: str) -> None:
    line = Line(b"")
    answer(line, CONTENT_LENGTH=length)
    assert line.asked == 1, "by the application alone"


def test_one_that_is_too_long_is_left_to_the_application() -> None:
    line = Line(b"abc")
    assert answer(line, {"MAX_CONTENT_LENGTH": 2}, CONTENT_LENGTH="3")
    assert line.asked == 1
    with pytest.raises(RequestEntityTooLarge):
        chunked(Line(b"abc"), {"MAX_CONTENT_LENGTH": 2})


def test_what_a_client_sent_before_it_left() -> None:
    assert answer(Line(b"ab", fails=True), CONTENT_LENGTH="9") == b"9 ab"


def test_whoever_sends_nothing_takes_nobodys_place() -> None:
    served, sent = BufferedBodies(echo, 1, {}), threading.Event()
    idle = [Line(b"late", sent) for _ in range(5)]
    answers: list[bytes] = []

    def serve(line: Line) -> None:
        answers.append(whole(served({"wsgi.input": line, "CONTENT_LENGTH": "4"}, None)))

    threads = [threading.Thread(target=serve, args=(line,)) for line in idle]
    for thread in threads:
        thread.start()
    assert whole(served({"wsgi.input": Line(b"now!"), "CONTENT_LENGTH": "4"}, None)) == b"4 now!"
    assert answers == []
    sent.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert answers == [b"4 late"] * 5


def test_requests_are_worked_on_in_the_order_of_arrival() -> None:
    worked_on: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(environ: dict[str, Any], _start: Any) -> list[bytes]:
        worked_on.append(environ["name"])
        begun.set()
        assert go_on.wait(PATIENCE)
        return []

    served = BufferedBodies(work, 1, {})

    def send(*names: str) -> None:
        for name in names:
            served({"wsgi.input": BytesIO(), "name": name}, None)

    at_once, later = (threading.Thread(target=send, args=names) for names in (("first", "third"), ("second",)))
    at_once.start()
    assert begun.wait(PATIENCE)
    later.start()
    while not served.waiting:
        threading.Event().wait(0.001)
    go_on.set()
    for thread in (at_once, later):
        thread.join()
    assert worked_on == ["first", "second", "third"]

"""A provider of text messages on this machine: keeps what it is sent, and answers as it is told to."""

import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from tests.support.loopback import answering
from tests.support.waiting import PATIENCE


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    account: str
    form: dict[str, str]


class _Desk(BaseHTTPRequestHandler):
    server: "TextExchange"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        account = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        self.server.asked.append(Asked(self.path, account, dict(parse_qsl(body, strict_parsing=True))))
        if self.server.hangs.is_set():
            self.server.released.wait(PATIENCE)
        self.send_response(self.server.status)
        if 300 <= self.server.status < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_what: object) -> None:
        """Nothing: it would go to the terminal."""


class TextExchange(ThreadingHTTPServer):
    """`status` and `answer` are what it says; while `hangs` is set, it says nothing."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.asked: list[Asked] = []
        self.status = 201
        self.answer = b'{"sid": "SM1"}'
        self.hangs, self.released = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def text_exchange() -> Iterator[TextExchange]:
    with answering(TextExchange()) as server:
        try:
            yield server
        finally:
            server.released.set()

"""A client of many connections in one thread, each with one request under way at any moment."""

import re
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Flask

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length:"
SESSION_SET = re.compile(rb"set-cookie: session=([^;\r]+)", re.IGNORECASE)
SESSION_SENT = re.compile(rb"(Cookie: session=)[^;\r]+")


@dataclass
class Load:
    """What a while of asking came to: the seconds of each answer, in rising order, and the seconds in all."""

    seconds: float = 0.0
    answers: list[float] = field(default_factory=list)

    @property
    def a_second(self) -> float:
        return len(self.answers) / self.seconds

    def quantile(self, share: float) -> float:
        """The seconds within which so large a share of the answers came."""
        return self.answers[min(len(self.answers) - 1, int(len(self.answers) * share))]


class Connection:
    """Sends the same request again and again, with the session that it was answered with last, as a browser does;
    what is not answered by 200 raises AssertionError."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request, self._received = request, b""
        self._sent_at = 0.0

    def send(self) -> None:
        self._received, self._sent_at = b"", time.perf_counter()
        self.socket.sendall(self._request)

    def receive(self) -> float | None:
        """The seconds that the answer took, None while it is not here as a whole."""
        part = self.socket.recv(65536)
        assert part, "the server closed a connection"
        self._received += part
        head, end, body = self._received.partition(END_OF_HEAD)
        if not end:
            return None
        lines = head.lower().split(b"\r\n")
        length = next(int(line.removeprefix(LENGTH)) for line in lines if line.startswith(LENGTH))
        if len(body) < length:
            return None
        assert b" 200 " in lines[0], (head + body)[:2000]
        taken = time.perf_counter() - self._sent_at
        if renewed := SESSION_SET.search(head):
            self._request = SESSION_SENT.sub(rb"\1" + renewed[1], self._request)
        return taken


def ask(port: int, requests: Sequence[bytes], seconds: float) -> Load:
    """Ask for so long, each request over a connection of its own."""
    connections = [Connection(port, request) for request in requests]
    load, began = Load(), time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        under_way = len(connections)
        while under_way:
            for ready, _events in selector.select():
                taken = ready.data.receive()
                if taken is None:
                    continue
                load.answers.append(taken)
                if time.perf_counter() - began < seconds:
                    ready.data.send()
                else:
                    under_way -= 1
    load.seconds = time.perf_counter() - began
    load.answers.sort()
    for connection in connections:
        connection.socket.close()
    return load


def posting(app: Flask, path: str, subject_id: int, body: bytes) -> bytes:
    """A POST of a signed-in person, as htmx sends it."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    head = (
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Cookie: session={serializer.dumps({'subject': subject_id})}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "HX-Request: true",
    )
    return "\r\n".join(head).encode() + END_OF_HEAD + body

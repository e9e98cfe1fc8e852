"""Bodies of requests: read to their end before a request takes one of the few places in which the application works.

A server of threads gives a request its thread as soon as its head is there, and whoever announces a body and sends
none keeps that thread. So the server gets many threads, which cost little while they wait, and only some of them work
at once. A server that is open to the world needs a proxy in front nevertheless, which has a deadline for bodies.
(A deadline here would need a second thread that reads. Granian stops its whole process when a request is answered
while another thread still reads its body.)
"""

from collections.abc import Callable, Iterable
from io import SEEK_END, BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Flask
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import ClosingIterator

from asklater.database.turns import Turns

MOST_WAITING = 256
"""Requests of a process whose bodies may be awaited at once: so many threads a server has beside those that work."""
PART = 64 * 1024
IN_MEMORY = 64 * 1024
"""Bytes of a body that are kept in memory while it arrives; a larger one goes to a temporary file."""
Serve = Callable[[dict[str, Any], Any], Iterable[bytes]]


def init_app(app: Flask, threads: int) -> None:
    """Read every body before `app` begins to work on its request, and let it work on so many `threads` at once."""
    app.wsgi_app = BufferedBodies(app.wsgi_app, threads, app.config)  # type: ignore[method-assign]


class BufferedBodies:
    """WSGI middleware. A body longer than Flask's MAX_CONTENT_LENGTH is not read: the application refuses it."""

    def __init__(self, serve: Serve, threads: int, config: dict[str, Any]) -> None:
        self._serve, self._config = serve, config
        self._places = Turns(threads)

    @property
    def waiting(self) -> int:
        """How many requests are here as a whole, and wait to be worked on."""
        return self._places.waiting

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        source = environ["wsgi.input"]
        if isinstance(source, BytesIO) or not self._is_awaited(environ):
            return self._work(environ, start_response)
        announced = _announced(environ)
        content = _copied(source, announced, self._config.get("MAX_CONTENT_LENGTH"))
        environ["wsgi.input"] = content
        if announced is None and not isinstance(content, _TooLong):
            environ["CONTENT_LENGTH"] = str(content.seek(0, SEEK_END))
            environ.pop("HTTP_TRANSFER_ENCODING", None)
        content.seek(0)
        return ClosingIterator(self._work(environ, start_response), [content.close])

    def _work(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._places:
            return self._serve(environ, start_response)

    def _is_awaited(self, environ: dict[str, Any]) -> bool:
        """Whether there is a body, and one that the application will not refuse unread."""
        most, announced = self._config.get("MAX_CONTENT_LENGTH"), _announced(environ)
        if announced is None:
            return bool(environ.get("wsgi.input_terminated")) and _is_chunked(environ)
        return announced > 0 and (most is None or announced <= most)


def _copied(source: IO[bytes], announced: int | None, most: int | None) -> IO[bytes]:
    """All of the body; one of no announced length that is longer than `most` is given up."""
    content: IO[bytes] = BytesIO()
    if announced is None or announced > IN_MEMORY:
        content = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the answer
    arrived = 0
    while announced is None or arrived < announced:
        try:
            part = source.read(PART if announced is None else min(PART, announced - arrived))
        except OSError:  # the client has left; what is lacking is found out by whoever reads it
            break
        if not part:
            break
        content.write(part)
        arrived += len(part)
        if most is not None and arrived > most:
            content.close()
            return _TooLong()
    return content


class _TooLong(BytesIO):
    """Stands for a body that was not read to its end."""

    def read(self, *_size: Any) -> bytes:
        raise RequestEntityTooLarge

    readline = readinto = read  # type: ignore[assignment]


def _announced(environ: dict[str, Any]) -> int | None:
    """The bytes that the head announces, None where it does not say."""
    text = environ.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() else None


def _is_chunked(environ: dict[str, Any]) -> bool:
    return "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()

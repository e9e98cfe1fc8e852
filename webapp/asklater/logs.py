"""The log: plain lines, or one JSON object a line, each with the request or the job that it is of.

An application that has set up its own logging keeps it; it may give `JsonLines` to a handler of its own.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.logging import default_handler
from sqlalchemy.exc import StatementError

from asklater import observation

JSON = "json"
FORMATS = ("plain", JSON)
EXTRA = ("method", "endpoint", "status", "ms")
"""What a line may hold besides, given as `extra`."""


class JsonLines(logging.Formatter):
    """A JSON object a line: `time`, `level`, `logger`, `message`, and `request`, `job`, `job_id` where there are any.

    Of an error it has the type and where it arose. What an exception says may quote what somebody typed: it stays out.
    """

    def format(self, record: logging.LogRecord) -> str:
        seen = observation.seen()
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        line |= {"request": seen.request_id, "job": seen.job, "job_id": seen.job_id}
        line |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        kind, _error, trace = record.exc_info or (None, None, None)
        if kind is not None:
            line["error"] = f"{kind.__module__}.{kind.__qualname__}"
            line["trace"] = [f"{it.filename}:{it.lineno} {it.name}" for it in traceback.extract_tb(trace)]
        return json.dumps({name: value for name, value in line.items() if value not in ("", None)}, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """`WARNING name [request or job]: message`, with the `role` of the process before it where it has one.

    Of an error it has the type and where in our own code it arose, in the same line; with `traces`, Python's trace
    after it, in which no statement has its parameters.
    """

    def __init__(self, role: str = "", *, traces: bool = False) -> None:
        super().__init__(f"{f'{role}: ' if role else ''}%(levelname)s %(name)s%(of)s: %(message)s")
        self._traces = traces

    def format(self, record: logging.LogRecord) -> str:
        seen = observation.seen()
        of = " ".join(word for word in (seen.request_id, seen.job, seen.job_id) if word)
        record.of = f" [{of}]" if of else ""
        record.message = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return self.formatMessage(record)
        record.message += f": {describe(error)}"
        return self.formatMessage(record) + (f"\n{_trace(error)}" if self._traces else "")


def describe(error: BaseException) -> str:
    """An error in a few words: its type, and where in our own code. Its text is left out: it may hold what people
    typed."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    where = f" at {own[-1].filename.rpartition('/')[2]}:{own[-1].lineno}" if own else ""
    return type(error).__name__ + where


def _trace(error: BaseException) -> str:
    """Python's trace, with those of the errors that led to it."""
    led: BaseException | None = error
    seen = set[int]()
    while led is not None and id(led) not in seen:
        seen.add(id(led))
        if isinstance(led, StatementError):
            led.hide_parameters = True
        led = led.__cause__ or led.__context__
    return "".join(traceback.format_exception(error)).rstrip()


class _Lines(logging.StreamHandler[Any]):
    """Ours, so that a second application of the process does not add another one."""


def init_app(app: Flask, log_format: str, *, requests: bool, traces: bool) -> None:
    """Set up the log where the settings ask for more than Python gives by itself, and nobody else has. What Python
    writes by itself where nobody has set up anything are our plain lines."""
    plain = PlainLines(traces=traces or app.debug)
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(plain)
    if requests:
        observation.observe(app, observation.RequestLines())
    if requests or log_format == JSON:
        set_up(JsonLines() if log_format == JSON else plain)
        logging.getLogger("asklater").setLevel(logging.INFO)
        app.logger.removeHandler(default_handler)  # it would say everything twice


def set_up(formatter: logging.Formatter) -> None:
    """Let everything be written to standard error by this formatter, unless somebody else has set up the log."""
    root = logging.getLogger()
    if not root.handlers:
        handler = _Lines(sys.stderr)
        handler.setFormatter(formatter)
        root.addHandler(handler)

"""JSON bodies: read strictly and within limits, so that nobody takes one for something else than what was sent."""

import json
from collections.abc import Iterable
from math import isfinite
from typing import Any, NoReturn

from flask import Request, Response

from asklater import http
from asklater.i18n import gettext

MALFORMED = "urn:asklater:problem:malformed-request"
MOST_LEVELS = 64
"""So many lists and objects may lie in one another."""
MOST_NODES = 100_000
"""Values of one body, those in lists and objects included."""


class Unreadable(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A JSON request of which nothing was taken. `status`, `kind`, `text` and `members` say what is wrong with it."""

    def __init__(self, text: str, status: int = 400, kind: str = MALFORMED, **members: Any) -> None:
        super().__init__(text)
        self.text, self.status, self.kind, self.members = text, status, kind, members


def read_json(sent: Request) -> Any:
    """The value that the body of a request is. Raises Unreadable, or RequestEntityTooLarge for one that is longer than
    the request allows.

    Beside what is no JSON (RFC 8259), NaN and infinite numbers included, it refuses what readers take differently: a
    name that an object has twice, half a surrogate pair, another encoding than UTF-8, and what is nested too deeply.
    """
    if not sent.is_json:
        raise Unreadable(gettext("Send JSON: “Content-Type: application/json”."))
    try:
        text = sent.get_data().decode("utf-8")
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_number)
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise Unreadable(gettext("The body is no JSON.")) from None
    _check(value)
    return value


def read_object(sent: Request) -> dict[str, Any]:
    """The same, of a body that has to be an object."""
    value = read_json(sent)
    if not isinstance(value, dict):
        raise Unreadable(gettext("The body has to be an object."))
    return value


def answer_unreadable(error: Unreadable) -> Response:
    """What is wrong with the request. Nothing was stored."""
    title = gettext("This request cannot be read")
    return http.problem(error.status, title, error.text, error.kind, **error.members)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unreadable(gettext("“%(name)s” is there more than once.", name=_printable(twice)))
    return found


def _no_number(_word: str) -> NoReturn:
    raise ValueError


def _number(text: str) -> float:
    found = float(text)
    if not isfinite(found):
        raise ValueError
    return found


def _check(value: Any) -> None:
    """Walk through the value, level by level."""
    level, levels, nodes = [value], 0, 0
    while level:
        nodes += len(level)
        if levels > MOST_LEVELS or nodes > MOST_NODES:
            raise _too_deep()
        for each in level:
            _check_texts((each,) if isinstance(each, str) else each if isinstance(each, dict) else ())
        level = [inner for each in level for inner in _inside(each)]
        levels += 1


def _inside(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _check_texts(texts: Iterable[str]) -> None:
    try:
        for text in texts:
            text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unreadable(gettext("A text of the body is no Unicode: half of a surrogate pair stands alone.")) from None


def _too_deep() -> Unreadable:
    return Unreadable(gettext("The JSON is nested too deeply."))


def _printable(name: str) -> str:
    return name[:80].encode("utf-8", "replace").decode("utf-8")

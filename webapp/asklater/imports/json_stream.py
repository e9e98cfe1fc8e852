"""JSON read piece by piece: the entries of one list, whatever else the document holds, in memory that stays flat."""

import json
from collections.abc import Callable, Iterator
from typing import Any

CHUNK = 64 * 1024
OTHER_MEMBERS = 64
"""By how many times the longest row another member of the document may be longer."""
LONGEST_NUMBER = 40
"""Digits; a longer number stays a text, which nobody has to count with."""
BLANK = " \t\r\n"


class CutOff(Exception):  # noqa: N818
    """The text ends before the value does."""


class Malformed(Exception):  # noqa: N818
    """The text is no JSON; `nothing_read` says that it was so from the beginning."""

    def __init__(self, message: str, *, nothing_read: bool = False) -> None:
        super().__init__(message)
        self.nothing_read = nothing_read


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


_DECODER = json.JSONDecoder(parse_int=_whole, strict=False)


def load(text: str) -> Any:
    """One value that is all of the text. Raises Malformed."""
    try:
        return _DECODER.decode(text)
    except ValueError as error:
        raise Malformed("is not JSON") from error
    except RecursionError as error:
        raise Malformed("is nested too deeply") from error


def scalar(cell: str) -> Any:
    """The cell of a table; a list or an object where it holds one as JSON, else the text."""
    if cell[:1] not in {"[", "{"}:
        return cell
    try:
        return load(cell)
    except Malformed:
        return cell


class JsonStream:
    """A text that `read(size)` gives piece by piece; no row of it is `longest` characters or more."""

    def __init__(self, read: Callable[[int], str], longest: int) -> None:
        self._read = read
        self._longest = longest
        self._text = ""
        self._at = 0
        self._ended = False

    def items(self, lists: tuple[str, ...]) -> Iterator[tuple[Any, str]]:
        """The entries of the document, which is a list, or of the first of its members that is in `lists`, each with
        its text. Raises CutOff and Malformed."""
        if not lists:
            yield from self._entries()
            return
        self._expect("{")
        while self._peek() == '"':
            name, _raw = self._value(self._longest)
            self._expect(":")
            if name in lists and self._peek() == "[":
                yield from self._entries()
                return
            self._value(self._longest * OTHER_MEMBERS)
            if self._peek() == ",":
                self._at += 1
        wanted = " or ".join(f'"{name}"' for name in lists)
        raise Malformed(f"it has no list called {wanted}", nothing_read=True)

    def _entries(self) -> Iterator[tuple[Any, str]]:
        self._expect("[")
        if self._peek() == "]":
            return
        while True:
            yield self._value(self._longest)
            if self._peek() == "]":
                return
            self._expect(",")

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise Malformed("is not JSON")
        self._at += 1

    def _peek(self) -> str:
        """The next character that is not blank, which stays. Raises CutOff."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in BLANK:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                raise CutOff

    def _more(self) -> bool:
        """Read on: as much again as is left, so that a long value is not tried too often."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        piece = self._read(max(CHUNK, len(rest)))
        self._ended = not piece
        self._text, self._at = rest + piece, 0
        return not self._ended

    def _value(self, longest: int) -> tuple[Any, str]:
        """The next value and its text. Raises CutOff and Malformed."""
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                self._read_on_or_raise(error, longest)
                continue
            except (RecursionError, ValueError) as error:
                raise Malformed("is nested too deeply, or not JSON") from error
            if end == len(self._text) and self._more():  # a number may go on; what was blank is cut off
                continue
            raw, self._at = self._text[self._at : end], end
            return value, raw

    def _read_on_or_raise(self, error: json.JSONDecodeError, longest: int) -> None:
        """Read on where the value may just not be there yet."""
        may_go_on = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - len("-Infinity")
        if not may_go_on:
            raise Malformed("is not JSON") from error
        if len(self._text) - self._at > longest:
            raise Malformed("is too long")
        if not self._more():
            raise CutOff from error

"""Master keys as they are handed over: 64 hexadecimal digits each, in variables, or one a line in a file.

No message of this module holds a key.
"""

import stat
from pathlib import Path

LENGTH = 32
"""Bytes of a key."""
MAKE_ONE = 'make one by: python -c "import secrets; print(secrets.token_hex(32))"'
TOO_OPEN = stat.S_IWGRP | stat.S_IRWXO


class Unusable(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """What was handed over is no master key; the message says what is wrong with it."""


def from_text(text: str) -> bytes:
    """One key. Raises Unusable."""
    try:
        key = bytes.fromhex(text)
    except (TypeError, ValueError):  # of another type, or no digits
        key = b""
    if len(key) != LENGTH:
        raise Unusable(f"must hold 64 hexadecimal digits; {MAKE_ONE}")
    return key


def from_list(text: str) -> tuple[bytes, ...]:
    """Keys with commas or white space between them. Raises Unusable."""
    try:
        return tuple(from_text(word) for word in text.replace(",", " ").split())
    except Unusable as error:
        raise Unusable("must hold 64 hexadecimal digits for each key, with commas between them") from error


def from_file(path: Path) -> tuple[bytes, ...]:
    """The keys of a file, one a line, the current one first; empty lines and those that begin with # do not count.

    Raises Unusable, also for a file that others may read.
    """
    try:
        mode, lines = path.stat().st_mode, path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"names {path}, which cannot be read") from error
    if mode & TOO_OPEN:
        raise Unusable(f"names {path}, which others may read or change: chmod 600 {path}")
    found = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text and not text.startswith("#"):
            try:
                found.append(from_text(text))
            except Unusable as error:
                raise Unusable(f"names {path}, whose line {number} holds no 64 hexadecimal digits") from error
    if not found:
        raise Unusable(f"names {path}, which holds no key")
    return tuple(found)

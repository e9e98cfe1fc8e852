"""What keeps a command from its work: one sentence that says what to do; a trace only for what nobody foresaw."""

import errno
import os
import sqlite3

import pytest
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from asklater.settings import ConfigurationError
from asklater.start_errors import explained


def system(number: int, name: str | None = "/srv/instance") -> OSError:
    return OSError(number, os.strerror(number), name)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (system(errno.ENOSPC), "disk is full"),
        (system(errno.EDQUOT, None), "disk is full"),
        (system(errno.EACCES), "/srv/instance may not be used by"),
        (system(errno.ENOENT), "/srv/instance is not there and cannot be made"),
        (OperationalError("", {}, sqlite3.OperationalError("no such table: x")), "flask asklater database upgrade"),
        (system(errno.EROFS), "/srv/instance lies where nothing can be written"),
        (system(errno.ENOTDIR), "/srv/instance is in the way"),
        (system(errno.EISDIR), "/srv/instance is in the way"),
        (system(errno.EIO), "/srv/instance cannot be read"),
        (system(errno.EMFILE, None), "Too many files"),
        (sqlite3.OperationalError("database or disk is full"), "disk is full"),
        (sqlite3.DatabaseError("file is not a database"), "is no database"),
        (OperationalError("", {}, sqlite3.OperationalError("unable to open database file")), "cannot be opened"),
        (OperationalError("", {}, sqlite3.OperationalError("attempt to write a readonly database")), "be written"),
        (DatabaseError("", {}, sqlite3.DatabaseError("database disk image is malformed")), "is damaged"),
        (OperationalError("", {}, sqlite3.OperationalError("database is locked")), "in use by another program"),
        (OperationalError("", {}, Exception("connection refused")), "DATABASE_URL does not answer"),
        (ConfigurationError("The settings are not complete"), "The settings are not complete"),
    ],
)
def test_a_sentence(error: Exception, said: str) -> None:
    told = explained(error)
    assert told is not None
    assert said in told
    assert "\n" not in told


@pytest.mark.parametrize(
    "error",
    [
        ValueError("of ours"),
        system(errno.EPIPE),
        ProgrammingError("", {}, Exception("no such column")),
        sqlite3.IntegrityError("UNIQUE constraint failed"),
    ],
)
def test_what_nobody_foresaw_keeps_its_trace(error: Exception) -> None:
    assert explained(error) is None

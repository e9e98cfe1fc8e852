"""What keeps a command from its work, in a sentence that says what to do: settings, keys, files, disks, databases."""

import errno
import getpass
import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from asklater.checks.manifest import ManifestError
from asklater.database.errors import NO_TABLES, MissingTablesError, lacks_tables
from asklater.keys.service import MissingMasterKey
from asklater.schema import SchemaError
from asklater.settings import ConfigurationError

CONFIGURED = (ConfigurationError, ManifestError, MissingMasterKey, MissingTablesError, SchemaError)
"""Errors whose message says everything that an administrator needs."""
EXPLAINED = (*CONFIGURED, OSError, SQLAlchemyError, sqlite3.Error)
"""What `explained` may have a sentence for."""
DISK_FULL = "The disk is full: make room, then start again. What was stored before is whole."
OF_SQLITE = {
    "file is not a database": "{file} is no database: name another file, or move this one away.",
    "file is encrypted": "{file} is no database: name another file, or move this one away.",
    "malformed": "{file} is damaged: put a backup in its place.",
    "unable to open": "{file} cannot be opened: it must be a file, in a folder that this user may write into.",
    "readonly database": "{file} cannot be written: give it and its folder to the user that the application runs as.",
    "disk is full": DISK_FULL,
    "disk I/O error": "{file} cannot be read or written: the disk reports an error. Look at the system's log.",
    "no such table": NO_TABLES,
    "database is locked": "{file} is in use by another program: end it, then start again.",
}
"""By a part of what SQLite says; `{file}` stands for the file, which whoever opened it has noted on the error."""


def explained(error: BaseException) -> str | None:
    """The sentence for an error; None for one that nobody foresaw, whose trace is wanted."""
    if isinstance(error, CONFIGURED):
        return str(error)
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    if isinstance(error, DBAPIError):
        return _of_database(error)
    return _of_system(error) if isinstance(error, OSError) else None


def _of_sqlite(error: sqlite3.Error) -> str | None:
    notes = [note for note in getattr(error, "__notes__", ()) if note]
    file = notes[0] if notes else "The database file of DATABASE_URL"
    return next((told.replace("{file}", file) for part, told in OF_SQLITE.items() if part in str(error)), None)


def _of_database(error: DBAPIError) -> str | None:
    """What SQLite names stands in the table; any server that cannot be reached or used says why itself."""
    if isinstance(error.orig, sqlite3.Error):
        found = _of_sqlite(error.orig)
        if found or not isinstance(error.orig, sqlite3.OperationalError):
            return found
    if lacks_tables(error.orig):
        return NO_TABLES
    known = type(error).__name__ in {"OperationalError", "InterfaceError"}
    return f"The database of DATABASE_URL does not answer: {error.orig}" if known else None


def _of_system(error: OSError) -> str | None:
    where = str(error.filename or "")
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return DISK_FULL
        case errno.EACCES | errno.EPERM if where:
            return f"{where} may not be used by {_user()}: give it to that user, or set INSTANCE to another folder."
        case errno.EROFS if where:
            return f"{where} lies where nothing can be written: set INSTANCE to a folder that can be written into."
        case errno.ENOENT if where:
            return f"{where} is not there and cannot be made: set INSTANCE, or DATABASE_URL, to another place."
        case errno.ENOTDIR | errno.EISDIR | errno.EEXIST if where:
            return f"{where} is in the way: a file where a folder is needed, or the other way round. Move it away."
        case errno.EMFILE | errno.ENFILE:
            return "Too many files are open: raise the limit (ulimit -n), then start again."
        case errno.EIO if where:
            return f"{where} cannot be read or written: the disk reports an error. Look at the system's log."
    return None


def _user() -> str:
    try:
        return f"the user {getpass.getuser()}"
    except (KeyError, OSError):
        return "this user"

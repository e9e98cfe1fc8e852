"""Backups of a running application, and restoring one: the database, and what lies beside it in INSTANCE, in one file.

The file is its owner's alone. It names the master keys that it needs by their short ids and holds none of them.
"""

import hmac
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, inspect, select, text
from sqlalchemy.engine import make_url

from asklater import clock
from asklater.database.access import Database
from asklater.engine import Engine
from asklater.jobs.heartbeats import worker_state
from asklater.keys import in_use
from asklater.keys.tables import master_key
from asklater.private_files import private_file, private_folder
from asklater.schema import History, applied_revision, revisions, upgrade_all
from asklater.subjects.renames import rename_fields
from asklater.tables import heartbeat

FORMAT = 1
MANIFEST, DATABASE, BESIDE = "backup.json", "database", "instance/"
PART = 1024 * 1024
OTHER_SIGNING = (
    "It was made under another SECRET_KEY. Everybody has to sign in again, and codes that were sent count no more. "
    "Whoever never proved an address, or only filled a cart, is not recognised and loses what their browser held, "
    "unless Flask's SECRET_KEY_FALLBACKS has the earlier key. No right and no receipt goes by it, but for erasures "
    "from before there was a ledger of rights."
)
NOBODYS = frozenset({heartbeat.name, master_key.name})
"""Tables that a database has rows in before anybody has used it."""


class CannotBackUp(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A backup was not made or not restored, and nothing was changed; the message says why and what to do."""


@dataclass(frozen=True)
class BackedUp:
    """What a backup's file says of itself."""

    made_at: str
    on: str
    """`sqlite` or `postgresql`."""
    revisions: dict[str, str | None]
    """How far each history of migrations had come, by the table that notes it."""
    master_keys: tuple[str, ...]
    secret: str
    """Tells whether SECRET_KEY is the same, and nothing of it."""
    digests: dict[str, str]


def back_up(engine: Engine, file: Path) -> BackedUp:
    """Write `file`, while everybody goes on. Raises OSError, and CannotBackUp, also for one that is there."""
    if file.exists():
        raise CannotBackUp(f"{file} is there already: name another file.")
    with _folder_beside(file) as folder:
        dumped = folder / DATABASE
        with engine.database.unit_of_work():
            engine.keyring.derived("backup")  # in every backup: by that key people are found again after a restore
        _dump(engine.database, dumped)
        parts = {DATABASE: dumped}
        for name, (kept, _) in engine.registry.kept_beside.items():  # after the database: they hold no less than it
            if kept.exists():
                parts[BESIDE + name] = Path(shutil.copyfile(kept, folder / name))
        said = BackedUp(
            made_at=clock.now().isoformat(timespec="seconds"),
            on=engine.database.engine.dialect.name,
            revisions={
                history.version_table: applied_revision(engine.database, history) for history in _histories(engine)
            },
            master_keys=_needed_keys(engine.database),
            secret=_mark_of_secret(engine),
            digests={name: _digest(part) for name, part in parts.items()},
        )
        draft = private_file(folder / "draft.zip")
        how = zipfile.ZIP_DEFLATED if said.on == "sqlite" else zipfile.ZIP_STORED
        with zipfile.ZipFile(draft, "w", how, compresslevel=1) as archive:
            archive.writestr(MANIFEST, json.dumps({"format": FORMAT, **vars(said)}, indent=2))
            for name, part in parts.items():
                archive.write(part, name)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        try:
            os.link(draft, file)  # which takes no other file's place
        except FileExistsError as error:
            raise CannotBackUp(f"{file} is there already: name another file.") from error
    return said


def restore(engine: Engine, file: Path, *, replace: bool) -> Iterator[str]:
    """Put what `file` holds in the place of the database, bring it to the newest schema and repeat what people were
    granted since. Yields sentences of what was done. Raises CannotBackUp, before anything is changed, and OSError.

    With `replace`, a database in which there is something may be overwritten.
    """
    database = engine.database
    with _folder_beside(file) as folder:
        said = _unpacked(file, folder)
        _check(engine, said)
        if not replace and _has_rows(database):
            raise CannotBackUp("There is something in the database of DATABASE_URL: --replace overwrites it.")
        if _worker_is_alive(database):
            raise CannotBackUp("A worker is running: stop the web server and the worker first.")
        _load(database, folder / DATABASE)
        yield f"The database is as it was at {said.made_at}."
        if not hmac.compare_digest(said.secret, _mark_of_secret(engine)):
            yield OTHER_SIGNING
        upgrade_all(database, _histories(engine))
        rename_fields(engine)
        in_use.check(database, engine.keyring.service)
        for name, (_, restored) in engine.registry.kept_beside.items():
            yield from restored(folder / name)


@contextmanager
def _folder_beside(file: Path) -> Iterator[Path]:
    """A folder for what is worked on, on the same disk: its owner's alone, and gone at the end."""
    parent = private_folder(file.resolve().parent)
    with tempfile.TemporaryDirectory(prefix=".asklater-", dir=parent) as folder:
        yield Path(folder)


def _histories(engine: Engine) -> list[History]:
    return engine.registry.histories


# What a backup says of itself


def _needed_keys(database: Database) -> tuple[str, ...]:
    wanted = select(master_key.c.master).where(master_key.c.emptied_at.is_(None)).order_by(master_key.c.master)
    return tuple(database.reading().scalars(wanted))


def _mark_of_secret(engine: Engine) -> str:
    """Erasures by a version before this one are found again by SECRET_KEY."""
    return hmac.new(str(engine.app.secret_key).encode(), b"asklater backup", sha256).hexdigest()[:16]


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        digest = sha256()
        while part := content.read(PART):
            digest.update(part)
    return digest.hexdigest()


def _unpacked(file: Path, folder: Path) -> BackedUp:
    """Write the parts of the backup into the folder, each as it was."""
    try:
        with zipfile.ZipFile(file) as archive:
            document = json.loads(archive.read(MANIFEST))
            if document.pop("format") != FORMAT:
                raise CannotBackUp(f"{file} was made by a newer version: restore it with that one.")
            said = BackedUp(**{**document, "master_keys": tuple(document["master_keys"])})
            for name in said.digests:
                part = private_file(folder / Path(name).name)
                with archive.open(name) as packed, part.open("wb") as into:
                    shutil.copyfileobj(packed, into, PART)
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as error:
        raise CannotBackUp(f"{file} is no backup, or it is damaged: take another one.") from error
    if any(_digest(folder / Path(name).name) != digest for name, digest in said.digests.items()):
        raise CannotBackUp(f"{file} is damaged: take another one.")
    return said


def _check(engine: Engine, said: BackedUp) -> None:
    """Everything that would keep the restored database from being used. Raises CannotBackUp."""
    here = engine.database.engine.dialect.name
    if said.on != here:
        raise CannotBackUp(f"The backup is of {said.on}, and DATABASE_URL names {here}.")
    for history in _histories(engine):
        revision = said.revisions.get(history.version_table)
        if revision is not None and revision not in revisions(history):
            raise CannotBackUp(
                f"The backup has a newer schema than this version knows ({revision}): install the one that made it."
            )
    missing = [name for name in said.master_keys if not engine.keyring.service.has(name)]
    if missing:
        raise CannotBackUp(
            f"What the backup holds is under master key {', '.join(missing)}, which is not here: set it as MASTER_KEY "
            "or as one of RETIRED_MASTER_KEYS."
        )


def _has_rows(database: Database) -> bool:
    connection = database.reading()
    names = set(inspect(connection).get_table_names()) - NOBODYS
    return any(
        connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1')).first()  # noqa: S608 - a table's own name
        for name in names
        if not name.endswith("alembic_version")
    )


def _worker_is_alive(database: Database) -> bool:
    there = inspect(database.reading()).has_table(heartbeat.name)
    return there and worker_state(database).alive


# SQLite


def _dump(database: Database, into: Path) -> None:
    if not database.is_sqlite:
        _dump_postgres(database, into)
        return
    private_file(into)
    with closing(sqlite3.connect(_file_of(database))) as source, closing(sqlite3.connect(into)) as copy:
        source.backup(copy)  # in one step: what is written meanwhile waits in the log, and nobody waits
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA quick_check").fetchone()[0]
    if found != "ok":
        raise CannotBackUp("The database is damaged, so no backup was made: restore an earlier one.")


def _load(database: Database, source: Path) -> None:
    database.close()
    if not database.is_sqlite:
        _load_postgres(database, source)
        return
    target = private_file(private_folder(_file_of(database).parent) / _file_of(database).name)
    with closing(sqlite3.connect(source)) as kept, closing(sqlite3.connect(target, timeout=10)) as live:
        live.execute("PRAGMA journal_mode=WAL")
        kept.backup(live)  # one transaction


def _file_of(database: Database) -> Path:
    name = database.engine.url.database
    if not name or name == ":memory:" or name.startswith("file:"):
        raise CannotBackUp("DATABASE_URL names no file of SQLite, so there is nothing to back up.")
    return Path(name)


# PostgreSQL


def _dump_postgres(database: Database, into: Path) -> None:
    program = _program(database, "pg_dump")
    private_file(into)
    _run(database, program, "--format=custom", "--no-owner", "--no-privileges", f"--file={into}")


def _load_postgres(database: Database, source: Path) -> None:
    program = _program(database, "pg_restore")
    found = MetaData()
    with database.engine.begin() as connection:
        found.reflect(connection)
        found.drop_all(connection)
    database.close()
    name = str(make_url(database.url).database)
    _run(database, program, "--no-owner", "--no-privileges", "--single-transaction", f"--dbname={name}", str(source))


def _program(database: Database, name: str) -> Path:
    """The oldest installed one that is not older than the server: it reads what the server has, and no other does."""
    with database.engine.connect() as connection:
        server = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10000
    installed = {int(path.parts[-3]): path for path in Path("/usr/lib/postgresql").glob(f"[0-9]*/bin/{name}")}
    usual = shutil.which(name)
    if usual:
        installed.setdefault(_version_of(usual), Path(usual))
    fitting = [version for version in installed if version >= server]
    if not fitting:
        raise CannotBackUp(
            f"{name} of PostgreSQL {server} is not installed here: install the package postgresql-client-{server}."
        )
    return installed[min(fitting)]


def _version_of(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    digits = "".join(sign for sign in said.rpartition(") ")[2].partition(".")[0] if sign.isdigit())
    return int(digits or 0)


def _run(database: Database, program: Path, *arguments: str) -> None:
    """Run it on the database; the password goes by the environment, since others may read a command line."""
    done = subprocess.run(  # noqa: S603 - ours
        [program, *arguments],
        env={**os.environ, **_environment_of(database)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise CannotBackUp(f"{program.name} failed: {lines[0]}")


def _environment_of(database: Database) -> dict[str, str]:
    url = make_url(database.url)
    given: dict[str, Any] = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
        "PGSSLROOTCERT": url.query.get("sslrootcert"),
        "PGSERVICE": url.query.get("service"),
    }
    return {name: str(value) for name, value in given.items() if value}

"""Backups of a running application: whole, closed to others, and restored with what people were granted since."""

import json
import sqlite3
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from asklater import clock
from asklater.accounts.tables import Account
from asklater.database.access import Database
from asklater.jobs.heartbeats import WORKER, Heartbeat
from asklater.operations.backup import MANIFEST
from asklater.tables import subject
from tests.asklater.integration.privacy.erasure.conftest import Erase
from tests.support.people import settle
from tests.support.records import rows

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(whole_app: Flask) -> Run:
    """A command of `flask asklater`: its exit status, and what it said."""

    def run(*arguments: str | Path) -> tuple[int, str]:
        outcome = whole_app.test_cli_runner().invoke(args=["asklater", *map(str, arguments)])
        return outcome.exit_code, outcome.output

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "monday.backup"


def emails(app: Flask) -> set[str]:
    return {row.email for row in rows(app, Account.__table__)}


def manifest_changed(file: Path, **changed: object) -> Path:
    """The same backup, which says something else of itself."""
    other = file.with_name("changed.backup")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == MANIFEST:
                content = json.dumps({**json.loads(content), **changed}).encode()
            target.writestr(name, content)
    return other


@pytest.mark.thorough
def test_the_erased_are_erased_again_after_a_restore(
    whole_app: Flask, run: Run, file: Path, erased: Erase, instance: Path
) -> None:
    ada, bo, _cy = (settle(whole_app, f"{name}@x.example") for name in ("ada", "bo", "cy"))
    erased(bo)
    assert run("backup", file)[0] == 0
    erased(ada)
    settle(whole_app, "late@x.example")
    status, said = run("restore", file)
    assert (status, "--replace" in said) == (1, True)
    assert emails(whole_app) == {"cy@x.example", "late@x.example"}
    status, said = run("restore", file, "--replace")
    assert (status, "Erased again: 1. Gone already: 1." in said) == (0, True), said
    assert emails(whole_app) == {"cy@x.example"}


def test_a_new_machine_takes_the_receipts_over(
    whole_app: Flask, run: Run, file: Path, erased: Erase, instance: Path
) -> None:
    ada = settle(whole_app)
    erased(ada)
    run("backup", file)
    receipts = instance / "rights.jsonl"
    before = receipts.read_text()
    receipts.unlink()
    status, said = run("restore", file, "--replace")
    assert status == 0
    assert "was not there" in said
    assert receipts.read_text() == before
    assert receipts.stat().st_mode & 0o077 == 0


def test_a_backup_while_somebody_writes_is_one_moment(whole_app: Flask, run: Run, file: Path) -> None:
    database: Database = whole_app.extensions["asklater.database"]
    over, wrote = threading.Event(), threading.Event()

    def write() -> None:
        while not over.is_set():
            with database.unit_of_work():  # always two at once
                for _ in range(2):
                    database.writing().execute(insert(subject).values(created_at=clock.now()))
            wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wrote.wait()
        assert run("backup", file)[0] == 0
        wrote.clear()
        wrote.wait()  # nobody was stopped
    finally:
        over.set()
        writer.join()
    later = count(whole_app)
    assert run("restore", file, "--replace")[0] == 0
    kept = count(whole_app)
    assert 0 < kept < later
    assert kept % 2 == 0


def count(app: Flask) -> int:
    with app.app_context():
        database: Database = app.extensions["asklater.database"]
        return database.reading().execute(select(func.count()).select_from(subject)).scalar_one()


def test_it_is_its_owners_alone_and_holds_no_key(whole_app: Flask, run: Run, file: Path) -> None:
    settle(whole_app)
    run("backup", file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    with zipfile.ZipFile(file) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    keys = (bytes(range(32)), bytes(range(32)).hex().encode(), str(whole_app.secret_key).encode())
    assert [key for key in keys if key in content] == []
    status, said = run("backup", file)
    assert (status, "is there already" in said) == (1, True)


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"master_keys": ["0000abcd"]}, "master key 0000abcd, which is not here"),
    ({"revisions": {"asklater_alembic_version": "9999"}}, "newer schema than this version knows (9999)"),
    ({"on": "oracle"}, "The backup is of oracle"),
    ({"format": 2}, "newer version"),
    ({"digests": {"database": "0" * 64}}, "is damaged"),
    ({"digests": 3}, "no backup, or it is damaged"),
]


def test_what_could_not_be_used_is_refused_before_anything_changes(whole_app: Flask, run: Run, file: Path) -> None:
    run("backup", file)
    settle(whole_app)
    for changed, told in REFUSED:
        status, said = run("restore", manifest_changed(file, **changed), "--replace")
        assert (status, told in said, "Traceback" in said) == (1, True, False), said
    assert emails(whole_app) == {"ada@x.example"}


def test_a_file_that_is_no_backup_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nothing of that sort")
    status, said = run("restore", tmp_path / "x")
    assert (status, "no backup" in said) == (1, True)


def test_nothing_is_restored_under_a_worker(whole_app: Flask, run: Run, file: Path) -> None:
    run("backup", file)
    Heartbeat(whole_app.extensions["asklater.database"], WORKER).beat()
    status, said = run("restore", file, "--replace")
    assert (status, "stop the web server and the worker first" in said) == (1, True)
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert run("restore", file, "--replace")[0] == 0


def test_a_damaged_database_is_not_backed_up(
    whole_app: Flask, run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database: Database = whole_app.extensions["asklater.database"]
    if not database.is_sqlite:
        monkeypatch.setattr("asklater.operations.backup.shutil.which", lambda _name: None)
        monkeypatch.setattr("asklater.operations.backup.Path.glob", lambda *_: iter(()))
        assert "is not installed here" in run("backup", file)[1]
        return
    path = Path(str(database.engine.url.database))
    settle(whole_app)
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    with path.open("r+b") as content:
        content.seek(4096 * 3)
        content.write(b"\xff" * 4096 * 2)
    status, said = run("backup", file)
    path.write_bytes(whole)
    assert (status, "damaged" in said) == (1, True), said
    assert not file.exists()

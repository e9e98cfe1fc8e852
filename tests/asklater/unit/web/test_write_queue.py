"""Writers in a line: never two at once, never for ever, across processes and forks."""

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from asklater.database.access import Database
from asklater.database.errors import is_out_of_reach
from asklater.database.write_queue import NEXT_SUFFIX, SUFFIX, FileLock, QueuedConnection, WriteQueue
from tests.support.paths import ROOT
from tests.support.waiting import PATIENCE

HOLD = """
import fcntl, sys
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_another_process_that_writes_is_waited_for_until_it_ends(tmp_path: Path) -> None:
    database = tmp_path / "data.sqlite3"
    queue, beside = WriteQueue(str(database)), database.with_name(database.name + SUFFIX)
    assert queue.enter(0)
    queue.leave()
    command = [sys.executable, "-I", "-S", "-c", HOLD, str(beside)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert not queue.enter(0)
        other.kill()
    assert queue.enter(PATIENCE)
    assert beside.stat().st_mode & 0o777 == 0o600


def test_a_process_that_has_written_does_not_write_again_before_one_that_waits(tmp_path: Path) -> None:
    database = str(tmp_path / "data.sqlite3")
    queue, of_another = WriteQueue(database), WriteQueue(database)  # each with its own handles, as of two processes
    is_next, done = FileLock(Path(database + NEXT_SUFFIX)), threading.Event()

    def write() -> None:
        assert of_another.enter(PATIENCE)
        assert done.wait(PATIENCE)
        of_another.leave()

    assert queue.enter(0)
    other = threading.Thread(target=write)
    other.start()
    while is_next.take():
        is_next.release()
    queue.leave()
    assert not queue.enter(0), "it is the other one's turn, though it may not know yet"
    done.set()
    other.join()
    assert queue.enter(PATIENCE)
    queue.leave()


def test_where_no_file_can_lie_everybody_may_write(tmp_path: Path) -> None:
    assert FileLock(tmp_path / "no folder" / "writers").take()


def test_a_writer_that_waits_too_long_meets_a_locked_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(f"sqlite:///{tmp_path / 'data.sqlite3'}")
    with database.engine.begin():
        monkeypatch.setattr("asklater.database.write_queue.PATIENCE", 0.0)
        with database.engine.connect() as second, pytest.raises(OperationalError, match="database is locked") as met:
            second.execute(text("SELECT 1"))
    assert is_out_of_reach(met.value)
    with database.engine.begin() as afterwards:
        assert afterwards.execute(text("SELECT 1")).scalar_one() == 1
    database.close()


def test_a_turn_ends_with_its_transaction_however_that_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asklater.database.write_queue.PATIENCE", 0.0)
    with closing(sqlite3.connect(tmp_path / "data.sqlite3", factory=QueuedConnection)) as connection:
        connection.queue = WriteQueue("")
        for end in (connection.commit, connection.rollback, connection.close):
            connection.wait_for_turn()
            assert not connection.queue.enter(0)
            end()
            assert connection.queue.enter(0)
            connection.queue.leave()


def test_a_transaction_that_could_not_begin_has_no_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asklater.database.sqlite.BEGIN", "BEGIN NOTHING")
    database = Database(f"sqlite:///{tmp_path / 'data.sqlite3'}")
    for _ in range(2):
        with pytest.raises(OperationalError, match="syntax error"):
            database.writing()
        database.release()
    database.close()


# Forks: in a process of their own, which has no other threads


QUEUE = """
import os, sys
from asklater.database.write_queue import WriteQueue
queue = WriteQueue(sys.argv[1])
assert queue.enter(0)
told, heard = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    assert not queue.enter(0), "its parent is writing"
    os.write(told[1], b".")
    os.read(heard[0], 1)
    assert queue.enter(PATIENCE), "its parent is done"
    os.write(told[1], b".")
    os.read(heard[0], 1)
    queue.leave()
    os._exit(0)
os.read(told[0], 1)
queue.leave()
os.write(heard[1], b".")
os.read(told[0], 1)
assert not queue.enter(0), "the child is writing"
os.write(heard[1], b".")
assert os.waitpid(child, 0)[1] == 0
assert queue.enter(0)
"""

DATABASE = """
import os, sys, threading
from sqlalchemy import text
from asklater.database.access import Database
database = Database("sqlite:///" + sys.argv[1])
with database.unit_of_work():
    database.writing().execute(text("CREATE TABLE note (by TEXT)"))

def write(by):
    with database.unit_of_work():
        database.writing().execute(text("INSERT INTO note VALUES (:by)"), {"by": by})

writing = threading.Event()

def write_beside():
    with database.unit_of_work():
        database.writing().execute(text("INSERT INTO note VALUES ('parent')"))
        turns = database.writing().connection.dbapi_connection.queue._turns
        writing.set()
        while not turns.waiting:
            pass

threading.Thread(target=write_beside).start()
writing.wait()
database.reading().execute(text("SELECT 1"))
child = os.fork()
if child == 0:
    write("child")
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
write("parent again")
found = database.reading().execute(text("SELECT by FROM note ORDER BY rowid")).scalars().all()
assert sorted(found) == ["child", "parent", "parent again"], found
assert database.reading().execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
"""


@pytest.mark.thorough
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no forks")
@pytest.mark.parametrize("script", [QUEUE, DATABASE], ids=["queue", "database"])
def test_a_forked_child_stands_in_line_by_itself(tmp_path: Path, script: str) -> None:
    command = [sys.executable, "-c", script.replace("PATIENCE", "60"), str(tmp_path / "data.sqlite3")]
    library = {"PYTHONPATH": str(ROOT / "webapp")}
    done = subprocess.run(command, env=library, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr

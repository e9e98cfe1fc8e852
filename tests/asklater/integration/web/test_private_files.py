"""What the application writes belongs to its owner alone, whatever the umask; what was open before is closed."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from asklater.database.access import Database
from asklater.private_files import private_file, private_folder
from asklater.settings import Settings
from asklater.web.rate_counters import SharedCounters
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.workshop import PEOPLED_WORKSHOP


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_an_instance_is_its_owners_alone(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "var" / "instance"
    own = replace(settings, instance=folder, database_url=f"sqlite:///{folder / 'asklater.sqlite3'}")
    with opened(own, PEOPLED_WORKSHOP) as app:
        Browser(app).get("/")
        database: Database = app.extensions["asklater.database"]
        with database.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE letter (id INTEGER)")
            app.extensions["asklater.jobs"].enqueue("deliver_mail")
            found = {path.name: rights(path) for path in folder.iterdir()}
    assert {"asklater.sqlite3", "asklater.sqlite3-wal", "asklater.sqlite3-shm", "queue.sqlite3"} <= found.keys()
    assert set(found.values()) == {0o600}
    assert (rights(folder), rights(folder.parent)) == (0o700, 0o700)


def test_counters_are_too(tmp_path: Path) -> None:
    with closing(SharedCounters(tmp_path / "limits.sqlite3")) as counters:
        counters.incr("ada", 60)
        assert {rights(path) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o666, 0o660), (0o660, 0o660), (0o600, 0o600)])
def test_a_database_that_was_open_to_others_is_closed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, before: int, after: int
) -> None:
    """A group that may write keeps it: somebody runs web server and worker as two users."""
    file, log = tmp_path / "asklater.sqlite3", tmp_path / "asklater.sqlite3-wal"
    for path in (file, log):
        path.touch()
        path.chmod(before)
    private_file(file)
    assert (rights(file), rights(log)) == (after, after)
    assert ("could read" in caplog.text) == (before != after)


def test_a_folder_in_the_place_of_a_file_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    private_file(tmp_path)
    assert rights(tmp_path) == 0o755


def test_a_folder_that_everybody_may_write_into_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tmp_path.chmod(0o777)
    private_folder(tmp_path)
    assert f"chmod o-w {tmp_path}" in caplog.text

"""Counters that the processes of a machine share, in a small file; each has its own where that cannot be written."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from asklater.web.rate_counters import SharedCounters

WINDOW = 60


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "limits.sqlite3"


@pytest.fixture
def counters(file: Path) -> Iterator[SharedCounters]:
    with closing(SharedCounters(file)) as found:
        yield found


def test_another_process_counts_on(file: Path, counters: SharedCounters) -> None:
    counters.incr("ada", 600)
    with closing(SharedCounters(file)) as other:
        assert other.incr("ada", 600) == 2
    opened = counters._connection
    counters.before_fork()
    counters.begin_anew()  # as in a child, which has the connection of its parent
    assert counters.incr("ada", 600) == 3
    assert counters._connection is not opened
    assert opened is not None
    opened.close()


def test_no_key_is_kept(file: Path, counters: SharedCounters) -> None:
    counters.incr("192.0.2.7", 600)
    counters.close()
    assert not any(b"192.0.2.7" in path.read_bytes() for path in file.parent.iterdir())


def test_a_broken_file_is_made_anew_and_one_that_cannot_be_is_no_error(
    file: Path, counters: SharedCounters, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_bytes(b"no database at all" * 100)
    assert counters.incr("ada", WINDOW) == 1
    assert "counts writes by itself" in caplog.text
    assert counters.incr("bob", WINDOW) == 1
    assert counters.get("bob") == 1
    file.with_name("folder").mkdir()
    with closing(SharedCounters(file.with_name("folder"))) as alone:
        assert [alone.incr("ada", WINDOW) for _ in range(3)] == [1, 2, 3]
        assert alone.get("ada") == 3

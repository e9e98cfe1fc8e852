"""What the limiter keeps: hits in a window, and nothing of windows that are over."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from asklater.web.rate_counters import DELETE_EVERY, Counters, SharedCounters
from tests.asklater.unit.web.conftest import NOW

WINDOW = 60


@pytest.fixture(params=["process", "machine"])
def counters(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counters]:
    """Those of one process, and those that all of a machine share, which have to count alike."""
    if request.param == "process":
        yield Counters()
        return
    with closing(SharedCounters(tmp_path / "limits.sqlite3")) as shared:
        yield shared


def test_hits_add_up_until_the_window_of_the_first_one_ends(clock: list[float], counters: Counters) -> None:
    assert [counters.incr("ada", WINDOW), counters.incr("ada", WINDOW, 2), counters.incr("bob", WINDOW)] == [1, 3, 1]
    assert (counters.get("ada"), counters.get_expiry("ada")) == (3, NOW + WINDOW)
    clock[0] += WINDOW
    assert (counters.get("ada"), counters.get_expiry("ada")) == (0, NOW + WINDOW)
    assert (counters.incr("ada", WINDOW), counters.get_expiry("ada")) == (1, NOW + 2 * WINDOW)


def test_what_is_over_is_forgotten(clock: list[float], counters: Counters) -> None:
    for number in range(20):
        counters.incr(f"short {number}", 1)
    counters.incr("long", 10 * WINDOW)
    clock[0] += DELETE_EVERY
    counters.incr("ada", WINDOW)
    assert counters.reset() == 2


@pytest.mark.usefixtures("clock")
def test_one_key_is_cleared_and_the_others_stay(counters: Counters) -> None:
    counters.incr("ada", WINDOW)
    counters.incr("bob", WINDOW)
    counters.clear("ada")
    counters.clear("nobody")
    assert (counters.get("ada"), counters.get("bob"), counters.check()) == (0, 1, True)


def test_threads_lose_no_hit_and_counting_starts_none() -> None:
    counters, before = Counters(), threading.active_count()

    def hit() -> None:
        for _ in range(500):
            counters.incr("ada", WINDOW)

    hitting = [threading.Thread(target=hit) for _ in range(4)]
    for thread in hitting:
        thread.start()
    for thread in hitting:
        thread.join()
    assert counters.get("ada") == 2000
    assert threading.active_count() == before


def test_a_clock_that_is_set_back_lets_nobody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    days_ahead, counters = [5 * 86400.0], Counters()
    monkeypatch.setattr(time, "time", lambda: NOW + days_ahead[0])
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    counters.incr("ada", WINDOW)
    days_ahead[0] = 0
    assert counters.get_expiry("ada") == NOW + WINDOW

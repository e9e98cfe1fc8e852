"""A clock that is set by hand, for what counts in windows."""

import time

import pytest

NOW = 1_800_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moment that it is, to be set anew."""
    moment = [NOW]
    for name in ("time", "monotonic"):
        monkeypatch.setattr(time, name, lambda: moment[0])
    return moment

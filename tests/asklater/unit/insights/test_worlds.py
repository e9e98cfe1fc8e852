"""What the dashboard promises holds in simulated worlds. The seeds are fixed: these are always the same worlds."""

from math import sqrt

import pytest

from tests.worlds.promises import PROMISES, Promise

FEW, MANY = 120, 1000
ERRORS = 3
"""Standard errors of few worlds by which these may miss what is promised."""
NAMES = [promise.measure.__name__ for promise in PROMISES]


@pytest.mark.thorough
@pytest.mark.parametrize("promise", PROMISES, ids=NAMES)
def test_a_promise_holds_in_some_worlds(promise: Promise) -> None:
    kept = promise.kept(FEW)
    least, most = (rate + sign * ERRORS * sqrt(rate * (1 - rate) / FEW) for rate, sign in _limits(promise))
    assert least <= kept <= most


@pytest.mark.thorough
@pytest.mark.parametrize("promise", PROMISES, ids=NAMES)
def test_a_promise_holds_in_a_thousand_worlds(promise: Promise) -> None:
    assert promise.least <= promise.kept(MANY) <= promise.most


def _limits(promise: Promise) -> tuple[tuple[float, int], tuple[float, int]]:
    return (promise.least, -1), (promise.most, 1)

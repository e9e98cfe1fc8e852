"""The difference of two rates, for who looks once."""

from math import hypot

from webapp.insights.statistics.arms import Arm, Difference
from webapp.profiling.formulas import wilson


def newcombe(first: Arm, second: Arm, confidence: float = 0.95) -> Difference | None:
    """The rate of `first` less that of `second` with Newcombe's hybrid score interval; None where an arm is empty.

    It joins the Wilson intervals of both rates, so that it stays inside -1..1 and has a width at rates of 0 and 1 too.
    Its confidence holds for one look at a time that was set beforehand; `always_valid` has the one for many.
    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10.
    Raises ValueError unless 0 < confidence < 1.
    """
    one = wilson(first.successes, first.total, confidence)
    other = wilson(second.successes, second.total, confidence)
    if one is None or other is None:
        return None
    estimate = first.mean - second.mean
    below = hypot(first.mean - one.low, other.high - second.mean)
    above = hypot(one.high - first.mean, second.mean - other.low)
    return Difference(estimate, max(-1.0, estimate - below), min(1.0, estimate + above))

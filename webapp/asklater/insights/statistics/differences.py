"""Arms of a comparison, the difference of two of them, and Newcombe's interval for who looks once."""

from dataclasses import dataclass
from math import hypot
from typing import Protocol

from asklater.policy.formulas import wilson


class SampleSummary(Protocol):
    """A mean of independent cases: how many, their mean, and the variance of a single case."""

    @property
    def size(self) -> int: ...
    @property
    def mean(self) -> float: ...
    @property
    def variance(self) -> float: ...


@dataclass(frozen=True)
class Arm:
    """`successes` of `total` persons: one context, or one variant of an experiment.

    Raises ValueError unless 0 <= successes <= total.
    """

    successes: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.total:
            raise ValueError(f"{self.successes} of {self.total} is no share")

    @property
    def size(self) -> int:
        return self.total

    @property
    def mean(self) -> float:
        """The rate, 0..1; that of nobody is 0."""
        return self.successes / self.total if self.total else 0.0

    @property
    def variance(self) -> float:
        """The variance of one person's 0 or 1. Where all did the same, the rate is as if one more had done the other.

        Else an arm of two persons would seem to be known without any doubt.
        """
        share = self.mean
        if self.successes in {0, self.total}:
            share = (self.successes + 1) / (self.total + 2)
        return share * (1 - share)


@dataclass(frozen=True)
class Sample:
    """Numbers that were measured on `count` persons, as their `total` and the sum of their `squares`."""

    count: int
    total: float
    squares: float

    @property
    def size(self) -> int:
        return self.count

    @property
    def mean(self) -> float:
        """That of nobody is 0."""
        return self.total / self.count if self.count else 0.0

    @property
    def variance(self) -> float:
        """The unbiased estimate; of fewer than two persons there is none, and it is 0."""
        if self.count < 2:
            return 0.0
        return max(0.0, (self.squares - self.total * self.total / self.count) / (self.count - 1))


@dataclass(frozen=True)
class Difference:
    """The first arm less the second, with the ends of its interval; that of two rates lies in -1..1."""

    estimate: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """The two differ, as far as this interval can be trusted."""
        return self.low > 0 or self.high < 0


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

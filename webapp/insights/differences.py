"""Differences of rates, in words: in points, with their sign."""

from webapp.insights.statistics.arms import Difference
from webapp.insights.wording import signed
from webapp.profiling.words import gettext


def points(share: float) -> str:
    """A difference of two rates: +4.2 points."""
    return gettext("%(number)s points", number=_signed(share))


def between(difference: Difference) -> str:
    return gettext("%(low)s to %(high)s", low=_signed(difference.low), high=_signed(difference.high))


def _signed(share: float) -> str:
    """In points, to a tenth; finer where a tenth would make zero of what is not."""
    digits = 1 if abs(share) >= 0.0005 or not share else 3
    return signed(round(share * 100, digits) + 0.0)

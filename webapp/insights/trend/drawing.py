"""The geometry of a rate over time: a line with its interval as a band, broken where nothing is shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from webapp.insights.figures import Share

Corner = tuple[float, float]


@dataclass(frozen=True)
class Run:
    """Neighbours without a gap, as SVG has the corners of a line and of a polygon: "x,y x,y", both from 0 to 100.

    y is 0 at the top, for a rate of 1. A run of one point has a line of no length and a band of no width.
    """

    line: str
    band: str
    points: tuple[Corner, ...]


def runs(shares: Sequence[Share | None]) -> tuple[Run, ...]:
    """One share for each span of time, None for a gap; all spans are as wide as each other."""
    width = 100 / len(shares) if shares else 0.0
    placed = [((place + 0.5) * width, share) for place, share in enumerate(shares)]
    return tuple(
        _run([(x, share) for x, share in neighbours if share is not None])
        for shown, neighbours in groupby(placed, key=lambda pair: pair[1] is not None)
        if shown
    )


def _run(neighbours: Sequence[tuple[float, Share]]) -> Run:
    line = [(x, _height(share.rate)) for x, share in neighbours]
    above = [(x, _height(share.high)) for x, share in neighbours]
    below = [(x, _height(share.low)) for x, share in reversed(neighbours)]
    return Run(_joined(line), _joined([*above, *below]), tuple(line))


def _height(rate: float) -> float:
    return 100 - 100 * rate


def _joined(corners: Sequence[Corner]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)

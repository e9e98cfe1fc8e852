"""Smooth noise over the plane: the hand that shakes a little, the same way each time."""

import math
from random import Random


class Noise:
    """Gradient noise from one generator; the same generator state gives the same field."""

    def __init__(self, rng: Random) -> None:
        self._order = list(range(256))
        rng.shuffle(self._order)
        self._slopes = [(math.cos(a), math.sin(a)) for a in (rng.uniform(0, math.tau) for _ in range(256))]

    def at(self, x: float, y: float) -> float:
        """A value of about -0.7..0.7 that changes smoothly, with features about one unit wide."""
        left, top = math.floor(x), math.floor(y)
        dx, dy = x - left, y - top
        ease_x, ease_y = _ease(dx), _ease(dy)
        upper = _between(self._corner(left, top, dx, dy), self._corner(left + 1, top, dx - 1, dy), ease_x)
        lower = _between(
            self._corner(left, top + 1, dx, dy - 1), self._corner(left + 1, top + 1, dx - 1, dy - 1), ease_x
        )
        return _between(upper, lower, ease_y)

    def layered(self, x: float, y: float, layers: int = 3) -> float:
        """Several sizes of noise on top of one another, each half as strong as the one before."""
        total: float = sum(self.at(x * 2**step, y * 2**step) / 2**step for step in range(layers))
        return total

    def _corner(self, column: int, row: int, dx: float, dy: float) -> float:
        slope = self._slopes[self._order[(self._order[column % 256] + row) % 256]]
        return slope[0] * dx + slope[1] * dy


def _ease(share: float) -> float:
    return share * share * share * (share * (share * 6 - 15) + 10)


def _between(a: float, b: float, share: float) -> float:
    return a + (b - a) * share

"""Flow fields: evenly spaced lines that follow a current and never touch."""

import math
from collections.abc import Callable
from random import Random

from webapp.shop.art.course import smooth
from webapp.shop.art.halftone import ramp, screen
from webapp.shop.art.ink import FOREST, INK, OCHRE, PAPER, VERMILION, mix
from webapp.shop.art.marks import Box, Point, block, clipped, disc, group, line
from webapp.shop.art.noise import Noise
from webapp.shop.art.sheet import LANDSCAPE, printed

Angle = Callable[[float, float], float]
STEP = 5.0


class Stream:
    """Lines over a box that keep `gap` units from one another; the angle at a place is in radians."""

    def __init__(self, box: Box, gap: float, angle: Angle) -> None:
        self._box = box
        self._gap = gap
        self._angle = angle
        self._taken: dict[tuple[int, int], list[Point]] = {}

    def lines(self, rng: Random, shortest: float) -> list[list[Point]]:
        """All lines, traced from shuffled starts; those shorter than `shortest` units are left out."""
        columns, rows = int(self._box.width / self._gap), int(self._box.height / self._gap)
        starts = [(c, r) for c in range(columns + 1) for r in range(rows + 1)]
        rng.shuffle(starts)
        found = []
        for column, row in starts:
            start = (self._box.x + column * self._gap, self._box.y + row * self._gap)
            if self._free(start, self._gap):
                course = [*reversed(self._trace(start, -STEP)), start, *self._trace(start, STEP)]
                if len(course) * STEP >= shortest:
                    found.append(course)
                    self._take(course)
        return found

    def traced(self, start: Point) -> list[Point]:
        """One line from a start, with the current, to the edge of the box."""
        return [start, *self._trace(start, STEP)]

    def _trace(self, start: Point, step: float) -> list[Point]:
        x, y = start
        course: list[Point] = []
        for _ in range(220):
            turn = self._angle(x, y)
            x, y = x + step * math.cos(turn), y + step * math.sin(turn)
            if not self._box.holds((x, y)) or not self._free((x, y), self._gap * 0.72):
                break
            course.append((x, y))
        return course

    def _cell(self, point: Point) -> tuple[int, int]:
        return int(point[0] // self._gap), int(point[1] // self._gap)

    def _take(self, course: list[Point]) -> None:
        for point in course:
            self._taken.setdefault(self._cell(point), []).append(point)

    def _free(self, point: Point, distance: float) -> bool:
        column, row = self._cell(point)
        near = ((c, r) for c in (column - 1, column, column + 1) for r in (row - 1, row, row + 1))
        return all(math.dist(point, other) >= distance for cell in near for other in self._taken.get(cell, ()))


def drawn(course: list[Point], every: int) -> str:
    """The curve through every so many points of a traced line, its end included."""
    kept = course[::every]
    if len(course) % every != 1 and len(kept) > 1:
        kept[-1] = course[-1]
    return smooth(kept) if len(kept) > 1 else smooth([course[0], course[-1]])


def undertow(rng: Random) -> str:
    """A current of ink that parts around a still, round stone and closes again behind it."""
    noise = Noise(rng)
    x, y, radius = 340.0, 292.0, 112.0

    def stream(px: float, py: float) -> float:
        # The stream function of a flow around a cylinder; the noise dies out at the stone.
        far = math.hypot(px - x, py - y)
        return -(px - x) * (1 - (radius / max(far, 1.0)) ** 2) + 62 * ramp(1.0, 3.4, far / radius) * noise.layered(
            px / 250, py / 290, 2
        )

    def angle(px: float, py: float) -> float:
        across = stream(px + 0.5, py) - stream(px - 0.5, py)
        down = stream(px, py + 0.5) - stream(px, py - 0.5)
        return math.atan2(-across, down)

    current = Stream(Box(-10, 30, 640, 690), 8, angle)
    water = []
    for n in range(66):
        course = current.traced((n * 9.5 - 8, 48))
        water.append(line(drawn(course, 14), INK, (1.2, 2.6, 1.2, 4.2, 1.2, 1.8)[n % 6]))
    shade = screen(
        lambda px, py: 0.7 * ramp(-120, 130, (px - x) * 0.6 + (py - y) * 0.8),
        Box(x - 108, y - 108, 216, 216),
        12,
        INK,
    )
    pebble = disc(x, y, radius - 9, FOREST) + clipped("stone", disc(x, y, radius - 9, FOREST), shade)
    return printed(FOREST, group(*water, stroke_linecap="round"), pebble, ground="#eef0e2")


def slow_river(rng: Random) -> str:
    """A wide river of pale lines on deep green; three of them carry the evening sun."""
    noise = Noise(rng)
    ground = mix(FOREST, INK, 0.5)

    def angle(x: float, y: float) -> float:
        return 0.5 * math.sin(x / 170 + y / 260) + 1.5 * noise.layered(x / 420, y / 300, 2)

    stream = Stream(Box(-30, -30, 960, 660), 15, angle)
    courses = sorted(stream.lines(rng, 60), key=lambda c: -len(c))
    marks = []
    for n, course in enumerate(courses):
        x, y = course[len(course) // 2]
        depth = ramp(-0.5, 0.5, noise.at(x / 240 + 9, y / 240))
        hue = mix(mix(ground, FOREST, 0.8), PAPER, 0.15 + 0.8 * depth)
        width = 1.4 + 4.6 * depth
        if n in (2, 9, 17):
            hue, width = (OCHRE, VERMILION, OCHRE)[(2, 9, 17).index(n)], 7
        marks.append(line(drawn(course, 11), hue, width))
    return block(LANDSCAPE, ground) + group(*marks, stroke_linecap="round")

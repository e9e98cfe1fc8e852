"""Topographic maps: lines of equal height, found by marching over a grid of squares."""

import math
from collections.abc import Callable
from random import Random

from webapp.shop.art.course import smooth
from webapp.shop.art.halftone import ramp, screen
from webapp.shop.art.ink import INK, OCHRE, mix
from webapp.shop.art.marks import Box, Point, block, disc, element, group, shape
from webapp.shop.art.noise import Noise
from webapp.shop.art.sheet import PLATE, printed

Height = Callable[[float, float], float]
Edge = tuple[int, int, int]


def contours(height: Height, box: Box, cell: float, level: float) -> list[list[Point]]:
    """The closed lines where height equals level. The land ends low at the box, so all close."""
    columns, rows = int(box.width / cell) + 1, int(box.height / cell) + 1

    def value(c: int, r: int) -> float:
        inside = 0 < c < columns and 0 < r < rows
        return height(box.x + c * cell, box.y + r * cell) - level if inside else -1e3

    grid = [[value(c, r) for c in range(columns + 1)] for r in range(rows + 1)]
    links: dict[Edge, list[Edge]] = {}
    for r in range(rows):
        for c in range(columns):
            for a, b in _crossings(grid, c, r):
                links.setdefault(a, []).append(b)
                links.setdefault(b, []).append(a)
    return [[_place(grid, box, cell, edge) for edge in loop] for loop in _loops(links)]


def _crossings(grid: list[list[float]], c: int, r: int) -> list[tuple[Edge, Edge]]:
    """The pairs of edges that a line joins within one square; an edge is (column, row, 0 right or 1 down)."""
    corners = [grid[r][c] > 0, grid[r][c + 1] > 0, grid[r + 1][c + 1] > 0, grid[r + 1][c] > 0]
    edges: list[Edge] = [(c, r, 0), (c + 1, r, 1), (c, r + 1, 0), (c, r, 1)]
    crossed = [edges[k] for k in range(4) if corners[k] != corners[(k + 1) % 4]]
    if len(crossed) == 4:
        # A saddle: keep the corner that is high on its own side.
        return (
            [(edges[0], edges[3]), (edges[1], edges[2])]
            if corners[0]
            else [(edges[0], edges[1]), (edges[2], edges[3])]
        )
    return [(crossed[0], crossed[1])] if crossed else []


def _loops(links: dict[Edge, list[Edge]]) -> list[list[Edge]]:
    seen: set[Edge] = set()
    loops = []
    for start in links:
        loop: list[Edge] = []
        here: Edge | None = start
        while here is not None and here not in seen:
            seen.add(here)
            loop.append(here)
            here = next((edge for edge in links[here] if edge not in seen), None)
        if len(loop) > 14:
            loops.append(loop)
    return loops


def _place(grid: list[list[float]], box: Box, cell: float, edge: Edge) -> Point:
    c, r, down = edge
    a, b = grid[r][c], grid[r + 1][c] if down else grid[r][c + 1]
    share = a / (a - b) if abs(a) < 900 and abs(b) < 900 else 0.5
    return (box.x + (c + (0 if down else share)) * cell, box.y + (r + (share if down else 0)) * cell)


def sketched(loop: list[Point]) -> str:
    """A closed curve through every third point of a loop."""
    return smooth(loop[::3] if len(loop) > 14 else loop, closed=True)


def last_lookout(rng: Random) -> str:
    """A mountain in ochre tints, every fourth line strong, its summit one dot, the sea many."""
    noise = Noise(rng)
    peaks = ((340, 276, 128, 1.0), (196, 520, 108, 0.62), (452, 590, 84, 0.42))

    def height(x: float, y: float) -> float:
        land = sum(h * math.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * w * w)) for px, py, w, h in peaks)
        return land + 0.24 * noise.layered(x / 150, y / 150, 2)

    box = Box(PLATE.x - 14, PLATE.y - 14, PLATE.width + 28, PLATE.height + 28)
    marks = []
    for step in range(13):
        level = 0.2 + step * 0.06
        tint = mix("#f6ead0", OCHRE, min(1.0, step / 10))
        outline = "".join(sketched(loop) for loop in contours(height, box, 10, level))
        if outline:
            marks.append(shape(outline, tint, stroke=INK, stroke_width=2 if step % 4 == 3 else 0.9))
    sea = screen(
        lambda x, y: 0.05 + 0.3 * ramp(0.2, -0.1, height(x, y)),
        Box(PLATE.x, PLATE.y, PLATE.width, PLATE.height),
        12,
        INK,
    )
    summit = disc(340, 274, 9, INK) + element(
        "circle", cx=340, cy=274, r=17, fill="none", stroke=INK, stroke_width=1.6
    )
    return printed(OCHRE, block(PLATE, "#f3ead6"), sea, group(*marks, stroke_linejoin="round"), summit)

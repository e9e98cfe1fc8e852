"""Truchet tiles: quarter turns at random that join into long roads."""

from random import Random

from webapp.shop.art.course import pack
from webapp.shop.art.ink import INK, OCHRE, PAPER, VERMILION
from webapp.shop.art.marks import Box, block, group, line
from webapp.shop.art.sheet import PLATE, printed

Edge = tuple[int, int]
Turn = tuple[Edge, Edge, str]


def roads(rng: Random, box: Box, columns: int, rows: int) -> list[list[str]]:
    """The roads over a grid of tiles, longest first; each is a list of quarter arcs as path data."""
    size = box.width / columns
    turns: list[Turn] = []
    for row in range(rows):
        for column in range(columns):
            turns += _tile(rng.random() < 0.5, column, row, box, size)
    by_edge: dict[Edge, list[int]] = {}
    for index, (first, second, _) in enumerate(turns):
        by_edge.setdefault(first, []).append(index)
        by_edge.setdefault(second, []).append(index)
    found, seen = [], set[int]()
    for index in range(len(turns)):
        road, waiting = [], [index]
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                road.append(turns[here][2])
                waiting += by_edge[turns[here][0]] + by_edge[turns[here][1]]
        if road:
            found.append(road)
    return sorted(found, key=lambda road: -len(road))


def _tile(leaning: bool, column: int, row: int, box: Box, size: float) -> list[Turn]:
    """Two quarter turns of one tile. Edges are named by their midpoints in half tiles."""
    c, r, half = 2 * column, 2 * row, size / 2
    top, right, bottom, left = (c + 1, r), (c + 2, r + 1), (c + 1, r + 2), (c, r + 1)
    pairs = ((top, left, 0), (bottom, right, 0)) if leaning else ((top, right, 1), (bottom, left, 1))
    turns: list[Turn] = []
    for start, end, _ in pairs:
        x, y = box.x + start[0] * half, box.y + start[1] * half
        dx, dy = (end[0] - start[0]) * half, (end[1] - start[1]) * half
        sweep = 1 if (leaning and start == top) or (leaning and start == bottom) else 0
        turns.append((start, end, f"M{pack((x, y))}a{pack((half, half))} 0 0 {sweep} {pack((dx, dy))}"))
    return turns


def paved(road: list[str], colour: str, width: float, stripe: str) -> str:
    """A road with a dotted middle line."""
    course = "".join(road)
    return line(course, colour, width) + line(
        course, stripe, width * 0.2, stroke_linecap="round", stroke_dasharray=f"0 {pack((width * 0.42,))}"
    )


def long_way_home(rng: Random) -> str:
    """All roads in ink, the longest in vermilion."""
    box = Box(PLATE.x - 8.4, PLATE.y - 8.4, 508.8, 678.4)
    first, *others = roads(rng, box, 9, 12)
    streets = [paved(road, INK, 26, "#f4e3c2") for road in others if len(road) > 3]
    courts = [paved(road, OCHRE, 26, INK) for road in others if len(road) <= 3]
    return printed(VERMILION, *streets, *courts, paved(first, VERMILION, 26, PAPER), ground="#f4e3c2")


def cover(rng: Random, box: Box, colours: tuple[str, str, str]) -> str:
    """Thin parallel roads for a notebook: ground, line and accent."""
    ground, stroke, accent = colours
    first, *others = roads(rng, box, 6, 9)
    course = "".join("".join(road) for road in others)
    lanes = [line(course, colour, width) for colour, width in ((stroke, 30), (ground, 22), (stroke, 14), (ground, 6))]
    bold = "".join(first)
    lead = [line(bold, colour, width) for colour, width in ((accent, 30), (ground, 22), (accent, 14), (ground, 6))]
    return block(box, ground) + group(*lanes) + group(*lead)

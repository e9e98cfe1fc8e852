"""Truchet tiles: quarter turns at random that join into long roads."""

from random import Random

from webapp.shop.art.course import pack
from webapp.shop.art.ink import INK, OCHRE, PAPER, VERMILION
from webapp.shop.art.marks import Box, block, element
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


def layered(key: str, roads_: list[list[str]], *coats: tuple[str, float, float]) -> str:
    """Roads drawn once, painted in coats of (colour, width, gap between dots or 0 for a whole line)."""
    course = element("path", id=key, d="".join("".join(road) for road in roads_))
    marks = [element("defs", course)]
    for colour, width, gap in coats:
        more = {"stroke_dasharray": f"0 {pack((gap,))}", "stroke_linecap": "round"} if gap else {}
        marks.append(element("use", href=f"#{key}", fill="none", stroke=colour, stroke_width=width, **more))
    return "".join(marks)


def long_way_home(rng: Random) -> str:
    """All roads in ink, the longest in vermilion, each with a dotted middle line."""
    box = Box(PLATE.x - 8.4, PLATE.y - 8.4, 508.8, 678.4)
    sand = "#f4e3c2"
    first, *others = roads(rng, box, 9, 12)
    streets = layered("a", [road for road in others if len(road) > 3], (INK, 26, 0), (sand, 5, 11))
    courts = layered("b", [road for road in others if len(road) <= 3], (OCHRE, 26, 0), (INK, 5, 11))
    return printed(VERMILION, streets, courts, layered("c", [first], (VERMILION, 26, 0), (PAPER, 5, 11)), ground=sand)


def cover(rng: Random, box: Box, colours: tuple[str, str, str]) -> str:
    """Thin parallel roads for a notebook: ground, line and accent."""
    ground, stroke, accent = colours
    first, *others = roads(rng, box, 6, 9)
    lanes = [(0.0, 30.0), (1.0, 22.0), (0.0, 14.0), (1.0, 6.0)]
    quiet = layered("a", others, *((ground if gap else stroke, width, 0) for gap, width in lanes))
    lead = layered("b", [first], *((ground if gap else accent, width, 0) for gap, width in lanes))
    return block(box, ground) + quiet + lead

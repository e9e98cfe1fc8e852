"""Path data in few characters: relative, one decimal, each step from where the last one's rounding ended."""

import math
from collections.abc import Sequence
from itertools import pairwise

from webapp.shop.art.marks import Point, number


def pack(values: Sequence[float]) -> str:
    """Numbers side by side; a minus sign parts as well as a space does."""
    text = ""
    for value in values:
        written = number(value)
        text += written if not text or written.startswith("-") else f" {written}"
    return text


def straight(points: Sequence[Point], *, closed: bool = False) -> str:
    """Straight steps through all points."""
    x, y = round(points[0][0], 1), round(points[0][1], 1)
    steps: list[float] = []
    start = f"M{pack((x, y))}"
    for point in points[1:]:
        dx, dy = round(point[0] - x, 1), round(point[1] - y, 1)
        steps += [dx, dy]
        x, y = x + dx, y + dy
    return f"{start}l{pack(steps)}{'z' if closed else ''}"


def smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """A Catmull-Rom curve through all points; its control points mirror one another, so `s` takes one."""
    ring = list(points)
    if closed:
        before, after = ring[-1], [ring[0], ring[1]]
    else:
        before, after = ring[0], [ring[-1]]
    course = [*ring, *after]
    x, y = round(ring[0][0], 1), round(ring[0][1], 1)
    first = ((course[1][0] - before[0]) / 6, (course[1][1] - before[1]) / 6)
    numbers: list[float] = [*first]
    for here, there in pairwise(course[1:]):
        lean = ((there[0] - x) / 6, (there[1] - y) / 6)
        dx, dy = round(here[0] - x, 1), round(here[1] - y, 1)
        numbers += [dx - lean[0], dy - lean[1], dx, dy]
        x, y = x + dx, y + dy
    start = f"M{pack((ring[0][0], ring[0][1]))}c{pack(numbers[:6])}"
    rest = f"s{pack(numbers[6:])}" if len(numbers) > 6 else ""
    return f"{start}{rest}{'z' if closed else ''}"


def arc(x: float, y: float, radius: float, start: float, end: float) -> str:
    """An arc of a circle; angles in degrees, clockwise from the right."""
    a, b = math.radians(start), math.radians(end)
    begin = (x + radius * math.cos(a), y + radius * math.sin(a))
    finish = (x + radius * math.cos(b), y + radius * math.sin(b))
    large = 1 if abs(end - start) > 180 else 0
    return f"M{pack(begin)}A{pack((radius, radius))} 0 {large} {1 if end > start else 0} {pack(finish)}"


def sector(x: float, y: float, radius: float, start: float, end: float) -> str:
    """A slice of a disc, closed through its centre."""
    return f"{arc(x, y, radius, start, end)}L{pack((x, y))}z"


def leaf(x: float, y: float, degrees: float, length: float, width: float) -> str:
    """A pointed leaf from its stalk at (x, y); degrees clockwise from the right."""
    turn = math.radians(degrees)
    along, across = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
    tip = (along[0] * length, along[1] * length)
    left = (tip[0] * 0.45 + across[0] * width, tip[1] * 0.45 + across[1] * width)
    right = (tip[0] * 0.45 - across[0] * width, tip[1] * 0.45 - across[1] * width)
    back = (right[0] - tip[0], right[1] - tip[1])
    return f"M{pack((x, y))}q{pack((*left, *tip))}q{pack((*back, -tip[0], -tip[1]))}z"

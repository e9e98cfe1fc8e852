"""The halftone screen: tone told by the size of dots on a staggered lattice, as in an old newspaper."""

import math
from collections.abc import Callable

from webapp.shop.art.course import pack
from webapp.shop.art.marks import Box, Point, clipped, element, group

Tone = Callable[[float, float], float]


def dots(places: dict[float, list[Point]], fill: str) -> str:
    """Dots by radius. Each is a path step of no length with a round cap: seven characters, not fifty."""
    paths = []
    for radius in sorted(places):
        x = y = 0.0
        course = ""
        for px, py in places[radius]:
            dx, dy = round(px - x, 1), round(py - y, 1)
            course += f"m{pack((dx, dy))}h0"
            x, y = x + dx, y + dy
        paths.append(element("path", d=course.replace("m", "M", 1), stroke_width=radius * 2))
    return group(*paths, fill="none", stroke=fill, stroke_linecap="round")


def screen(tone: Tone, box: Box, pitch: int, fill: str, *, levels: int = 9, least: float = 0.06) -> str:
    """Dots over the box; tone is 0 (bare paper) to 1 (full ink), pitch the lattice's cell in units."""
    places: dict[float, list[Point]] = {}
    half = pitch / 2
    for row in range(int(box.height / half) + 1):
        y = box.y + row * half
        shift = half if row % 2 else 0.0
        columns = range(int((box.width - shift) / pitch) + 1)
        # Every other row runs backwards, so that the steps between dots stay short.
        for column in columns if row % 2 else reversed(columns):
            x = box.x + shift + column * pitch
            strength = min(1.0, tone(x, y))
            if strength > least:
                step = max(1, round(math.sqrt(strength) * levels))
                places.setdefault(round(half * step / levels, 1), []).append((x, y))
    return dots(places, fill)


def rows(tone: Callable[[float], float], box: Box, pitch: float, fill: str) -> str:
    """A screen whose tone changes only downwards: one dashed line per row, so it weighs next to nothing."""
    half = pitch / 2
    lines = []
    for row in range(int(box.height / half) + 1):
        y = box.y + row * half
        strength = min(1.0, tone((y - box.y) / box.height))
        if strength > 0.01:
            start = box.x + (half if row % 2 else 0)
            lines.append(
                element(
                    "path",
                    d=f"M{pack((start, y))}H{pack((box.right,))}",
                    stroke_width=pitch * math.sqrt(strength),
                )
            )
    return group(*lines, stroke=fill, stroke_linecap="round", stroke_dasharray=f"0 {pack((pitch,))}")


def shaded(key: str, body: str, light: str) -> str:
    """A shape and, cut to its outline, what lies on it; `key` is unique within the picture."""
    return body + clipped(key, body, light)


def swatch(key: str, pitch: float, radius: float, fill: str, ground: str) -> str:
    """A pattern of even dots that shapes use as fill="url(#key)"."""
    dot = "".join(
        element("circle", cx=x * pitch, cy=y * pitch, r=radius)
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1), (0.5, 0.5))
    )
    tile = element("rect", width=pitch, height=pitch, fill=ground) + group(dot, fill=fill)
    return element("pattern", tile, id=key, width=pitch, height=pitch, patternUnits="userSpaceOnUse")


def ramp(edge: float, full: float, value: float) -> float:
    """0 at `edge`, 1 at `full`, eased between; the two may come in either order."""
    share = min(1.0, max(0.0, (value - edge) / (full - edge)))
    return share * share * (3 - 2 * share)

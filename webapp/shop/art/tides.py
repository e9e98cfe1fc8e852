"""Waves in the manner of seigaiha: scales of concentric arcs, each row in front of the one behind."""

from collections.abc import Callable
from random import Random

from webapp.shop.art.course import pack
from webapp.shop.art.halftone import ramp, screen
from webapp.shop.art.ink import COBALT, INK, PAPER, ROSE, mix
from webapp.shop.art.marks import Box, block, clipped, disc, element, group, ring
from webapp.shop.art.noise import Noise
from webapp.shop.art.sheet import LANDSCAPE, printed


def scales(ink: str, ground: str) -> str:
    """Four scales of radius 50 as definitions: l lined, s solid, d dotted, b bold."""
    beads = [
        element(
            "circle",
            r=r,
            fill="none",
            stroke=ink,
            stroke_width=w,
            stroke_linecap="round",
            stroke_dasharray=f"0 {pack((gap,))}",
        )
        for r, w, gap in ((41, 6.4, 8.6), (29.5, 5.6, 8.4), (18.5, 4.8, 8.3), (8.5, 4, 8.9))
    ]
    kinds = {
        "l": [
            disc(0, 0, 49, ground),
            *(ring(0, 0, r, ink, 3.4) for r in (48, 37, 26, 15)),
            disc(0, 0, 5.5, ink),
        ],
        "s": [
            disc(0, 0, 50, ink),
            *(ring(0, 0, r, ground, 2.2) for r in (41, 30, 19)),
            disc(0, 0, 8, ground),
        ],
        "d": [disc(0, 0, 49, ground), ring(0, 0, 48.6, ink, 2.2), *beads],
        "b": [disc(0, 0, 49, ground), ring(0, 0, 48, ink, 3.4), ring(0, 0, 30, ink, 12), disc(0, 0, 9, ink)],
    }
    return element("defs", *(group(*marks, id=key) for key, marks in kinds.items()))


def scale_row(places: list[tuple[str, int]], x: float, y: float, size: float) -> str:
    """Scales in a row at height y; each place is a scale's name and its distance from x in radii."""
    uses = [element("use", href=f"#{key}", x=across * 50) for key, across in places]
    return group(*uses, transform=f"translate({pack((x, y))})scale({round(size, 2)})")


def field(box: Box, radius: float, choose: Callable[[float, float], str]) -> str:
    """A level sea over the box; `choose` names the scale for a place."""
    marks = []
    for row in range(int(box.height / (radius / 2)) + 3):
        y = box.y + row * radius / 2
        columns = [2 * column - row % 2 for column in range(int(box.width / (2 * radius)) + 2)]
        places = [(choose(box.x + column * radius, y), column) for column in columns]
        marks.append(scale_row(places, box.x, y, radius / 50))
    return "".join(marks)


def _wave(noise: Noise, x: float, y: float) -> str:
    swell = noise.at(x / 170, y / 120)
    return "s" if swell > 0.16 else "d" if swell < -0.2 else "b" if -0.04 < swell < 0.03 else "l"


def high_water(rng: Random) -> str:
    """Waves that grow from the horizon towards the viewer, under a paper moon."""
    noise = Noise(rng)
    x, y, radius = 300, 262, 128
    moon = disc(x, y, radius, PAPER) + clipped(
        "moon",
        disc(x, y, radius, PAPER),
        screen(lambda px, py: 0.75 * ramp(190, 420, py + 0.25 * px - 75), Box(170, 130, 260, 262), 10, COBALT),
    )
    sea, row, level = [], 0, 352.0
    while level < 760:
        size = round(0.36 + 1.05 * ((level - 352) / 400) ** 1.15, 2)
        reach = int(260 / (50 * size)) + 2
        columns = [column for column in range(-reach, reach + 1) if column % 2 == row % 2]
        sea.append(scale_row([(_wave(noise, 300 + c * 50 * size, level), c) for c in columns], 300, level, size))
        level += 25 * size
        row += 1
    return printed(COBALT, scales(mix(COBALT, INK, 0.12), PAPER), moon, *sea, ground=COBALT)


def rosewater(rng: Random) -> str:
    """A level sea of rose scales in which currents of dots and solid tone pass by."""
    noise = Noise(rng)
    ground = "#f8ece6"

    def choose(x: float, y: float) -> str:
        swell = noise.layered(x / 330 + y / 500, y / 210, 2)
        return "s" if swell > 0.2 else "b" if swell > 0.08 else "l" if swell > -0.16 else "d"

    sea = field(Box(0, 0, 900, 640), 50, choose)
    return block(LANDSCAPE, ground) + scales(mix(ROSE, "#b8304e", 0.35), ground) + sea

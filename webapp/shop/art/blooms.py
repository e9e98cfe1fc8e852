"""Phyllotaxis: each seed turned by the golden angle from the one before, as a sunflower does it."""

import math
from random import Random

from webapp.shop.art.course import leaf, smooth
from webapp.shop.art.halftone import dots
from webapp.shop.art.ink import INK, PLUM, ROSE, mix
from webapp.shop.art.marks import Box, Point, block, line, shape
from webapp.shop.art.sheet import bare

GOLDEN = math.pi * (3 - math.sqrt(5))


def seeds(middle: Point, first: int, last: int, spread: float, swell: tuple[float, float]) -> dict[float, list[Point]]:
    """Seeds number `first` to `last`, by radius, which grows evenly from swell[0] to swell[1]."""
    places: dict[float, list[Point]] = {}
    for n in range(first, last):
        reach, turn = spread * math.sqrt(n + 0.5), n * GOLDEN
        share = (n - first) / (last - first)
        radius = round((swell[0] + (swell[1] - swell[0]) * share) * 2) / 2
        places.setdefault(radius, []).append((middle[0] + reach * math.cos(turn), middle[1] + reach * math.sin(turn)))
    return places


def head_of_seeds(_rng: Random) -> str:
    """A plum flower head on an ink stem, its seeds swelling from the middle and fading at the rim."""
    middle, spread = (300.0, 300.0), 8.6
    stem = line(smooth([(300, 440), (306, 560), (292, 706)]), INK, 5, stroke_linecap="round")
    leaves = shape(leaf(303, 606, -38, 150, 44) + leaf(299, 640, 218, 130, 40), INK)
    veins = line("M303 606l92-72M299 640l-80-62", "#f6f1e7", 1.6)
    layers = [
        dots(seeds(middle, 0, 150, spread, (2.5, 5.5)), INK),
        dots(seeds(middle, 150, 330, spread, (5.5, 7.5)), PLUM),
        dots(seeds(middle, 330, 460, spread, (7.5, 5)), mix(PLUM, ROSE, 0.6)),
        dots(seeds(middle, 460, 600, spread, (5, 1.5)), ROSE),
    ]
    return bare(PLUM, stem, leaves, veins, *layers)


def cover(box: Box, colours: tuple[str, str]) -> str:
    """A bloom that outgrows a notebook's cover: ground and seed colour."""
    ground, ink = colours
    middle = (box.x + box.width * 0.62, box.y + box.height * 0.4)
    head = dots(seeds(middle, 0, 230, 11, (2, 8)), ink) + dots(seeds(middle, 230, 560, 11, (8, 1.5)), ink)
    return block(box, ground) + head

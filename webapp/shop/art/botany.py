"""Plants that grow by rule: a stem, its branches, their leaves."""

import math
from random import Random

from webapp.shop.art.course import leaf, smooth
from webapp.shop.art.halftone import ramp, screen, shaded
from webapp.shop.art.ink import FOREST, INK, PAPER, SAND, mix
from webapp.shop.art.marks import Box, Point, block, disc, line, shape
from webapp.shop.art.sheet import printed


def bend(root: Point, degrees: float, length: float, curl: float, steps: int) -> list[tuple[float, float, float]]:
    """A stem as (x, y, direction in degrees); curl is its whole turn in degrees, most of it near the tip."""
    x, y = root
    stem = [(x, y, degrees)]
    for step in range(steps):
        degrees += curl * 2 * (step + 1) / (steps * (steps + 1))
        x += length / steps * math.cos(math.radians(degrees))
        y += length / steps * math.sin(math.radians(degrees))
        stem.append((x, y, degrees))
    return stem


def frond(root: Point, degrees: float, length: float, curl: float) -> tuple[str, str]:
    """A fern: the path of its stems and the path of its leaflets."""
    pairs = 18
    spine = bend(root, degrees, length, curl, pairs + 4)
    stems, leaflets = [smooth([(x, y) for x, y, _ in spine[::2]])], []
    for n in range(3, pairs + 4):
        x, y, lean = spine[n]
        share = (n - 3) / pairs
        reach = length * 0.3 * (0.3 + 0.7 * ramp(-0.05, 0.32, share)) * (1.02 - share) ** 0.75
        for side in (-1, 1):
            branch = bend((x, y), lean + side * (66 - 22 * share), reach, -side * 16, 8)
            stems.append(smooth([(px, py) for px, py, _ in branch[::4]]))
            for px, py, turn in branch[1 : 8 if reach > 26 else 5]:
                size = reach * 0.19 + 2.5
                leaflets.append(leaf(px, py, turn + side * 38, size, size * 0.36))
    leaflets += [leaf(x, y, turn, 15, 4.5) for x, y, turn in spine[-1:]]
    return "".join(stems), "".join(leaflets)


def fern_study(_rng: Random) -> str:
    """One frond across a pale sun."""
    mist = mix(SAND, FOREST, 0.45)
    dusk = screen(lambda x, y: 0.5 * ramp(320, 560, y + x * 0.2), Box(156, 126, 350, 350), 12, mist)
    sun = shaded("sun", disc(330, 300, 172, SAND), dusk)
    stems, leaflets = frond((206, 684), -84, 610, 56)
    return printed(FOREST, sun, shape(leaflets, mix(FOREST, INK, 0.15)), line(stems, INK, 1.8), ground="#f3ead6")


def sprig(root: Point, degrees: float, length: float, curl: float, size: float) -> tuple[str, str]:
    """A twig with round-ended leaves in pairs: stem path and leaf path."""
    steps = 9
    spine = bend(root, degrees, length, curl, steps)
    leaves = []
    for n in range(1, steps + 1):
        x, y, turn = spine[n]
        grown = size * (0.62 + 0.5 * math.sin(math.pi * (0.1 + 0.8 * n / steps)))
        leaves += [leaf(x, y, turn + side * (58 - n * 2), grown, grown * 0.42) for side in (-1, 1)]
    leaves.append(leaf(spine[-1][0], spine[-1][1], spine[-1][2], size * 0.6, size * 0.22))
    return smooth([(x, y) for x, y, _ in spine]), "".join(leaves)


def cover(box: Box, colours: tuple[str, str, str]) -> str:
    """Sprigs that rise over a notebook's cover: ground, leaf, second leaf."""
    ground, first, second = colours
    marks = [block(box, ground)]
    for n, (x, tall, curl) in enumerate(((0.28, 0.6, 22), (0.53, 0.82, -16), (0.76, 0.5, 14))):
        stem, leaves = sprig((box.x + box.width * x, box.bottom + 8), -90 - curl * 0.4, box.height * tall, curl, 74)
        marks.append(shape(leaves, (first, second, first)[n]) + line(stem, PAPER, 2))
    return "".join(marks)

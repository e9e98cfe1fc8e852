"""Cut paper: flat shapes with scissored edges, laid over one another."""

import math
from random import Random

from webapp.shop.art.course import leaf, smooth, straight
from webapp.shop.art.halftone import ramp, screen, shaded
from webapp.shop.art.ink import COBALT, FOREST, INK, OCHRE, PAPER, PLUM, ROSE, SAND, VERMILION, mix
from webapp.shop.art.marks import Box, Point, block, disc, line, shape
from webapp.shop.art.sheet import LANDSCAPE, printed


def seaweed(foot: Point, degrees: float, length: float, lobes: int, bow: float) -> str:
    """A lobed leaf from its foot; bow is how far its spine swings aside, in units."""
    turn = math.radians(degrees)

    def place(along: float, across: float) -> Point:
        aside = across + bow * math.sin(math.pi * along / length)
        return (
            foot[0] + along * math.cos(turn) - aside * math.sin(turn),
            foot[1] + along * math.sin(turn) + aside * math.cos(turn),
        )

    left: list[Point] = []
    right: list[Point] = []
    for n in range(lobes):
        share = (n + 0.5) / lobes
        reach = length * 0.3 * math.sin(math.pi * (0.14 + 0.76 * share)) ** 0.7
        pitch = length / lobes
        start = n * pitch
        for along, across in (
            (start, 0.28),
            (start + pitch * 0.72, 1.0),
            (start + pitch * 1.16, 0.86),
            (start + pitch * 0.92, 0.3),
        ):
            left.append(place(along, across * reach))
            right.append(place(along, -across * reach))
    tip = place(length * 1.13, 0)
    return smooth([*left, tip, *reversed(right)], closed=True)


def cut(rng: Random, middle: Point, radius: float, corners: int, jitter: float) -> str:
    """A disc cut with scissors: straight snips, not quite round."""
    points = []
    for n in range(corners):
        turn = math.tau * n / corners
        reach = radius * (1 + rng.uniform(-jitter, jitter))
        points.append((middle[0] + reach * math.cos(turn), middle[1] + reach * math.sin(turn)))
    return straight(points, closed=True)


def sunday_table(rng: Random) -> str:
    """A vase with three leaves, two oranges and a blue cloth."""
    wall = "#f0cfc4"
    cloth = shape("M54 520L546 506V706H54z", COBALT)
    weave = screen(lambda _x, y: 0.34 * ramp(520, 740, y), Box(54, 512, 492, 200), 16, PAPER, least=0.004)
    window = shape("M356 92l148-6 6 236-150 8z", PAPER) + disc(440, 172, 40, OCHRE)
    bars = line("M356 210l152-4M432 90l5 238", wall, 5)
    leaves = [
        shape(seaweed((262, 400), -118, 250, 5, -26), FOREST),
        shape(seaweed((276, 400), -82, 296, 6, 18), mix(PLUM, INK, 0.1)),
        shape(seaweed((290, 404), -46, 190, 4, 16), VERMILION),
    ]
    peel = screen(lambda x, y: 0.5 * ramp(54, 124, x * 0.7 + y * 0.6 - 588), Box(380, 560, 90, 90), 10, INK)
    ochre = shaded("fruit", shape(cut(rng, (424, 604), 44, 17, 0.035), OCHRE), peel)
    red = shape(cut(rng, (482, 640), 40, 16, 0.035), VERMILION)
    still = [shaded("cloth", cloth, weave), *leaves, _vase(), ochre, red]
    return printed(ROSE, window, bars, *still, ground=wall)


def _vase() -> str:
    """An ink vase with a rose light on its right side."""
    left = [(232, 392), (246, 436), (198, 500), (196, 566), (236, 616)]
    right = [(556 - x - 2, y) for x, y in reversed(left)]
    light = screen(lambda x, y: 0.6 * ramp(270, 372, x + (y - 500) * 0.1), Box(190, 390, 180, 230), 10, ROSE)
    return shaded("vase", shape(smooth([*left, *right]) + "z", INK), light)


def paper_garden(rng: Random) -> str:
    """Six sheets of colour, on each a plant of its own kind."""
    dusk = mix(PLUM, INK, 0.35)
    sheets = [
        (Box(0, 0, 300, 340), PLUM), (Box(300, 0, 270, 250), SAND), (Box(570, 0, 330, 310), ROSE),
        (Box(0, 340, 300, 260), PAPER), (Box(300, 250, 270, 350), OCHRE), (Box(570, 310, 330, 290), dusk),
    ]  # fmt: skip
    fan = "".join(leaf(435, 226, -90 + turn, 160 - abs(turn) * 0.4, 30) for turn in range(-72, 73, 24))
    twig = "M150 590Q160 460 138 372"
    places = [(138, 372), (108, 424), (188, 418), (116, 488), (192, 484), (102, 546), (204, 548)]
    berries = [shape(cut(rng, place, 21 - n, 13, 0.05), COBALT) for n, place in enumerate(places)]
    night = screen(lambda x, y: 0.6 * ramp(940, 1090, x + y * 0.5), Box(698, 328, 188, 188), 12, dusk)
    blades = leaf(650, 590, -78, 250, 40) + leaf(652, 590, -112, 150, 30) + leaf(652, 592, -46, 170, 32)
    plants = [
        shape(seaweed((158, 318), -94, 238, 6, 18), ROSE),
        shape(fan, FOREST),
        shape(seaweed((716, 300), -82, 236, 5, -20), PAPER),
        line(twig, INK, 4) + "".join(berries),
        shape(seaweed((436, 580), -88, 268, 7, -22), INK),
        shaded("moon", disc(790, 420, 92, OCHRE), night) + shape(blades, ROSE),
    ]
    return block(LANDSCAPE, PAPER) + "".join(block(box, ground) for box, ground in sheets) + "".join(plants)

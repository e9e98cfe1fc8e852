"""Cut paper: flat shapes with scissored edges, laid over one another."""

import math
from random import Random

from webapp.shop.art.course import smooth, straight
from webapp.shop.art.halftone import ramp, screen
from webapp.shop.art.ink import COBALT, FOREST, INK, OCHRE, PAPER, PLUM, ROSE, SAND, VERMILION, mix
from webapp.shop.art.marks import Box, Point, block, clipped, disc, shape
from webapp.shop.art.sheet import LANDSCAPE, printed


def seaweed(x: float, y: float, degrees: float, length: float, lobes: int, bow: float) -> str:
    """A lobed leaf from its foot at (x, y); bow is how far its spine swings aside, in units."""
    turn = math.radians(degrees)

    def place(along: float, across: float) -> Point:
        aside = across + bow * math.sin(math.pi * along / length)
        return (x + along * math.cos(turn) - aside * math.sin(turn), y + along * math.sin(turn) + aside * math.cos(turn))

    left: list[Point] = []
    right: list[Point] = []
    for n in range(lobes):
        share = (n + 0.5) / lobes
        reach = length * 0.3 * math.sin(math.pi * (0.14 + 0.76 * share)) ** 0.7
        pitch = length / lobes
        start = n * pitch
        for along, across in ((start, 0.28), (start + pitch * 0.72, 1.0), (start + pitch * 1.16, 0.86), (start + pitch * 0.92, 0.3)):
            left.append(place(along, across * reach))
            right.append(place(along, -across * reach))
    tip = place(length * 1.13, 0)
    return smooth([*left, tip, *reversed(right)], closed=True)


def cut(rng: Random, x: float, y: float, radius: float, corners: int, jitter: float) -> str:
    """A disc cut with scissors: straight snips, not quite round."""
    points = []
    for n in range(corners):
        turn = math.tau * n / corners
        reach = radius * (1 + rng.uniform(-jitter, jitter))
        points.append((x + reach * math.cos(turn), y + reach * math.sin(turn)))
    return straight(points, closed=True)


def sunday_table(rng: Random) -> str:
    """A vase with three leaves, two oranges and a blue cloth."""
    wall, cloth = "#f0cfc4", COBALT
    table = shape("M54 520L546 506V706H54z", cloth)
    checks = clipped("cloth", shape("M54 520L546 506V706H54z", cloth), screen(lambda _x, y: 0.3 * ramp(500, 720, y), Box(54, 520, 492, 190), 16, PAPER))
    window = shape("M356 92l148-6 6 236-150 8z", PAPER) + disc(434, 190, 40, OCHRE)
    leaves = [
        shape(seaweed(262, 400, -118, 250, 5, -26), FOREST),
        shape(seaweed(276, 400, -82, 296, 6, 18), mix(PLUM, INK, 0.1)),
        shape(seaweed(290, 404, -46, 190, 4, 16), VERMILION),
    ]
    outline = smooth([(232, 392), (246, 436), (198, 500), (196, 566), (236, 616), (320, 616), (360, 566), (356, 500), (308, 436), (322, 392)]) + "z"
    shade = screen(lambda x, y: 0.6 * ramp(270, 372, x + (y - 500) * 0.1), Box(190, 390, 180, 230), 10, ROSE)
    vase = shape(outline, INK) + clipped("vase", shape(outline, INK), shade)
    fruit = [shape(cut(rng, 424, 604, 44, 17, 0.035), OCHRE), shape(cut(rng, 482, 640, 40, 16, 0.035), VERMILION)]
    marks = clipped("fruit", shape(cut(rng, 424, 604, 43, 17, 0.0), OCHRE), screen(lambda x, y: 0.5 * ramp(400, 470, x * 0.7 + (y - 604) * 0.6 + 120), Box(380, 560, 90, 90), 10, INK))
    return printed(ROSE, window, table, checks, *leaves, vase, fruit[0], marks, fruit[1], ground=wall)


def paper_garden(_rng: Random) -> str:
    """Six sheets of colour, a leaf on each."""
    sheets = [
        (Box(0, 0, 310, 330), PLUM, ROSE), (Box(310, 0, 250, 250), SAND, FOREST), (Box(560, 0, 340, 290), ROSE, PAPER),
        (Box(0, 330, 270, 270), PAPER, COBALT), (Box(270, 250, 330, 350), OCHRE, INK), (Box(600, 290, 300, 310), mix(PLUM, INK, 0.4), OCHRE),
    ]  # fmt: skip
    marks = []
    for n, (box, ground, figure) in enumerate(sheets):
        tall = box.height * 0.76
        lean = (-8, 10, -4, 12, -10, 6)[n]
        foot = (box.x + box.width / 2 - lean * 2, box.bottom - box.height * 0.1)
        marks.append(block(box, ground))
        marks.append(shape(seaweed(*foot, -90 + lean, tall, (6, 4, 5, 4, 6, 5)[n], (24, -16, -22, 14, -26, 20)[n]), figure))
    return block(LANDSCAPE, PAPER) + "".join(marks)



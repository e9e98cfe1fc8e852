"""Ridge lines: one line behind the other, each hiding what lies below it."""

import math
from random import Random

from webapp.shop.art.course import pack, straight
from webapp.shop.art.halftone import ramp, rows, screen
from webapp.shop.art.ink import COBALT, INK, NIGHT, OCHRE, PAPER, ROSE, mix
from webapp.shop.art.marks import Box, block, clipped, disc, group, line, shape
from webapp.shop.art.noise import Noise
from webapp.shop.art.sheet import LANDSCAPE, PLATE, printed


def forty_passes(rng: Random) -> str:
    """A range told in pale lines on night blue, with a rose moon caught between two of its ridges."""
    noise = Noise(rng)
    moon = disc(226, 236, 74, ROSE) + clipped(
        "moon", disc(226, 236, 74, ROSE),
        screen(lambda x, y: 0.55 * ramp(-40, 80, (x - 226) * 0.5 + (y - 236) * 0.8), Box(150, 160, 152, 152), 10, NIGHT),
    )  # fmt: skip
    marks = [moon]
    for row in range(36):
        base = 300 + row * 11.2
        peak = 330 + 90 * math.sin(row / 7.5)
        points = []
        for step in range(56):
            x = 46 + step * 9.2
            crest = math.exp(-(((x - peak) / (92 + row * 2.4)) ** 2)) + 0.55 * math.exp(-(((x - peak + 190) / 60) ** 2))
            rough = abs(noise.layered(x / 46, row / 4.2, 2)) + 0.1
            points.append((x, base - 150 * crest * rough - 5 * noise.at(x / 20, row * 3.1)))
        course = straight(points)
        marks.append(shape(f"{course}V720H46z", NIGHT) + line(course, mix(PAPER, COBALT, 0.05), 1.5))
    return printed(ROSE, *marks, ground=NIGHT)


def dune_sea(rng: Random) -> str:
    """Dunes in ochre, combed by the wind, under a sky of fine dots."""
    noise = Noise(rng)
    sky = "#f4dfb6"
    marks = [
        rows(lambda share: 0.2 * ramp(1, 0, share), Box(0, 0, 912, 330), 16, mix(sky, OCHRE, 0.75)),
        disc(208, 150, 58, PAPER),
    ]
    for place in range(5):
        base = 236 + place * 78
        crest = [(x, base + 96 * noise.at(x / 330 + place * 3.7, place * 2.9)) for x in range(-20, 940, 20)]
        tint = mix(mix(sky, OCHRE, 0.35 + place * 0.16), INK, 0.03 * place)
        outline = f"{straight(crest)}V620H-20z"
        marks.append(shape(outline, tint))
        comb = []
        for fall in range(1, 9):
            drop = fall * (7 + place * 2.2)
            comb.append(straight([(x + drop * 1.3, y + drop * (1 + 0.22 * noise.at(x / 90, place))) for x, y in crest[::2]]))
        marks.append(clipped(f"d{place}", shape(outline, INK), line("".join(comb), mix(tint, INK, 0.5), 1.1)))
    return block(LANDSCAPE, sky) + group(*marks, stroke_linejoin="round")


def strata(rng: Random, box: Box, colours: tuple[str, str]) -> str:
    """Ridge lines for a cover: ground and line."""
    noise = Noise(rng)
    ground, stroke = colours
    marks = [block(box, ground)]
    for row in range(22):
        base = box.y + 170 + row * 19
        points = [(x, base - 130 * abs(noise.layered(x / 120, row / 5, 2)) * ramp(0, 8, row)) for x in range(int(box.x) - 6, int(box.right) + 12, 12)]
        course = straight(points)
        marks.append(shape(f"{course}V{pack((box.bottom,))}H{pack((box.x - 6,))}z", ground) + line(course, stroke, 2))
    return "".join(marks)

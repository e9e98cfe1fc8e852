"""Ridge lines: one line behind the other, each hiding what lies below it."""

import math
from random import Random

from webapp.shop.art.course import smooth, straight
from webapp.shop.art.halftone import ramp, rows, screen, shaded
from webapp.shop.art.ink import INK, NIGHT, OCHRE, PAPER, ROSE, mix
from webapp.shop.art.marks import Box, Point, block, disc, group, line, shape
from webapp.shop.art.noise import Noise
from webapp.shop.art.sheet import LANDSCAPE, printed

RUST = mix(OCHRE, "#7a2f12", 0.75)


def forty_passes(rng: Random) -> str:
    """A range told in pale lines on night blue, with a rose moon caught between two of its ridges."""
    noise = Noise(rng)
    dusk = screen(lambda x, y: 0.55 * ramp(262, 382, x * 0.5 + y * 0.8), Box(150, 160, 152, 152), 10, NIGHT)
    moon = shaded("moon", disc(226, 236, 74, ROSE), dusk)
    marks = []
    for row in range(34):
        base = 300 + row * 11.6
        peak = 318 + 70 * math.sin(row / 8)
        points = []
        for step in range(60):
            x = 46 + step * 8.6
            massif = math.exp(-(((x - peak) / (96 + row * 1.6)) ** 2))
            rough = 1.7 * abs(noise.at(x / 62, row / 11)) + 0.2 * abs(noise.at(x / 24, row / 5)) + 0.06
            points.append((x, base - 122 * massif * rough - 3 * noise.at(x / 30, row * 3.1)))
        marks.append(shape(f"{straight(points)}V720H46z", NIGHT))
    range_ = group(*marks, stroke=PAPER, stroke_width=1.5, stroke_linejoin="round")
    return printed(ROSE, moon, range_, ground=NIGHT)


def dune_sea(rng: Random) -> str:
    """Five dunes in ochre; on one the wind has drawn lines, on the next the light falls in dots."""
    noise = Noise(rng)
    sky = "#f6e6c4"
    marks = [
        rows(lambda share: 0.26 * ramp(1, 0, share), Box(0, 0, 912, 300), 18, mix(sky, OCHRE, 0.6)),
        disc(236, 168, 74, "#fffaf0"),
    ]
    tints = [*(mix(sky, OCHRE, share) for share in (0.35, 0.62, 0.95)), mix(OCHRE, RUST, 0.55), RUST]
    for place in range(5):
        base = 268 + place * 70
        swing = 130 - place * 12
        crest = [
            (x, base + swing * noise.at(x / 400 + place * 3.7, place * 2.9)) for x in map(float, range(-20, 940, 24))
        ]
        tint = tints[place]
        outline = f"{smooth(crest)}V620H-20z"
        dress = _dressed(place, crest, mix(tint, RUST, 0.7))
        marks.append(shaded(f"d{place}", shape(outline, tint), dress))
    return block(LANDSCAPE, sky) + group(*marks)


def _dressed(place: int, crest: list[Point], shade: str) -> str:
    """What lies on a dune: lines that follow its crest, or dots that fade from it downwards."""
    if place % 2:
        lines = [smooth([(x, y + 5 * fall + 1.1 * fall * fall) for x, y in crest[::2]]) for fall in range(1, 9)]
        return line("".join(lines), shade, 1.6)
    dark = mix(shade, INK, 0.25) if place == 4 else shade

    def tone(x: float, y: float) -> float:
        crest_y = crest[min(len(crest) - 1, max(0, round((x + 20) / 24)))][1]
        return 0.6 * ramp(crest_y + 96, crest_y - 12, y) * ramp(0, 620, x)

    top = min(y for _, y in crest)
    return screen(tone, Box(0, 10 * (top // 10), 910, 180), 20, dark)

"""Layered hills under a halftone sun or moon."""

import math
from random import Random

from webapp.shop.art.course import pack, smooth
from webapp.shop.art.halftone import ramp, rows, screen, shaded
from webapp.shop.art.ink import COBALT, INK, NIGHT, PAPER, VERMILION, mix
from webapp.shop.art.marks import Box, block, disc, group, line, shape
from webapp.shop.art.noise import Noise
from webapp.shop.art.sheet import LANDSCAPE, PLATE, printed


def ridge(noise: Noise, box: Box, *, height: float, swing: float, length: float, seed: float) -> str:
    """The outline of a hill that fills the box from its ridge down; height is the ridge's mean y."""
    points = []
    steps = int(box.width / 22) + 2
    for step in range(-1, steps + 1):
        x = box.x + step * 22
        points.append((x, height + swing * noise.layered(x / length, seed, 2)))
    floor = f"V{pack((box.bottom + 4,))}H{pack((box.x - 22,))}z"
    return smooth(points) + floor


def late_sun(rng: Random) -> str:
    """A vermilion sun that dissolves into dots as it sinks behind five hills."""
    noise = Noise(rng)
    sky = "#f3dfc0"
    x, y, radius = 318, 318, 158
    dusk = rows(lambda share: 0.62 * ramp(0.2, 1.0, share), Box(x - 168, y - 166, 340, 336), 14, sky)
    sun = shaded("sun", disc(x, y, radius, VERMILION), dusk)
    haze = rows(lambda share: 0.3 * ramp(0.15, 1, share), Box(46, 54, 520, 420), 14, mix(sky, VERMILION, 0.42))
    tones = [mix(sky, INK, share) for share in (0.2, 0.4, 0.62, 0.82)] + [INK]
    light = screen(lambda px, py: 0.5 * ramp(590, 500, py) * ramp(80, 420, px), Box(54, 486, 492, 120), 12, VERMILION)
    hills = []
    for place, tone in enumerate(tones):
        swing, length = 74 - place * 4, 250 - place * 18
        outline = ridge(noise, PLATE, height=424 + place * 58, swing=swing, length=length, seed=place * 7.3)
        hill = shape(outline, tone)
        hills.append(shaded("slope", hill, light) if place == 2 else hill)
    return printed(VERMILION, haze, sun, *hills, ground=sky)


def moonrise(rng: Random) -> str:
    """A paper moon over blue hills, and its light in pieces on the lake."""
    noise = Noise(rng)
    ground = mix(NIGHT, COBALT, 0.32)
    x, y, radius = 596.0, 214.0, 118.0

    def glow(px: float, py: float) -> float:
        return 0.26 * ramp(330, 128, math.dist((px, py), (x, y)))

    def craters(px: float, py: float) -> float:
        return 0.42 * ramp(-0.1, 0.5, noise.layered(px / 74, py / 74)) + 0.3 * ramp(640, 480, px)

    halo = screen(glow, Box(266, 0, 634, 410), 20, mix(ground, COBALT, 0.8), least=0.012)
    face = screen(craters, Box(x - 120, y - 120, 240, 240), 12, mix(ground, COBALT, 0.55))
    moon = shaded("moon", disc(x, y, radius, PAPER), face)
    shore = Box(0, 0, 900, 446)
    tones = [mix(ground, COBALT, 0.75), mix(ground, COBALT, 0.3), mix(ground, INK, 0.55), "#10121f"]
    hills = []
    for place, tone in enumerate(tones):
        swing, length = 110 - place * 16, 210 - place * 16
        outline = ridge(noise, shore, height=318 + place * 36, swing=swing, length=length, seed=place * 5.1)
        hills.append(shape(outline, tone))
    lake = block(Box(0, 446, 900, 154), mix(NIGHT, COBALT, 0.18))
    return block(LANDSCAPE, ground) + halo + moon + "".join(hills) + lake + _glints(rng, x)


def _glints(rng: Random, x: float) -> str:
    """Moonlight on the lake around x, wider and thicker towards the viewer."""
    glints = []
    for row in range(13):
        for _ in range(3 + row // 3):
            middle, half = rng.gauss(x, 20 + row * 5.3), rng.uniform(5, 22 + row * 2.6)
            course = f"M{pack((middle - half, 458 + row * 11))}h{pack((half * 2,))}"
            glints.append(line(course, PAPER, 1.6 + row * 0.16))
    return group(*glints, stroke_linecap="round", opacity=0.9)

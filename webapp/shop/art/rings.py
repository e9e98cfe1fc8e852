"""Rings and their interference: moire in lines, and the same idea told in dots."""

import math
from random import Random

from webapp.shop.art.halftone import screen
from webapp.shop.art.ink import FOREST, INK, ROSE, mix
from webapp.shop.art.marks import Box, block, group, ring
from webapp.shop.art.sheet import LANDSCAPE, bare


def rings(x: float, y: float, reach: float, step: float, stroke: str) -> str:
    """Concentric rings as wide as the gaps between them."""
    count = int(reach / step)
    return group(*(ring(x, y, step * (n + 0.5), stroke, step / 2) for n in range(count)))


def two_bells(_rng: Random) -> str:
    """Two sets of rings, struck at the same moment; where they meet the eye hears a third."""
    upper, lower = (300.0, 292.0), (300.0, 452.0)
    reach = 208.0
    return bare(ROSE, rings(*upper, reach, 8, mix(ROSE, "#b0124a", 0.6)), rings(*lower, reach, 8, INK))


def standing_wave(_rng: Random) -> str:
    """Two drops fall into a green pond; the dots swell where their waves agree."""
    ground = mix(FOREST, INK, 0.25)
    first, second = (262.0, 236.0), (690.0, 420.0)

    def tone(x: float, y: float) -> float:
        one, two = math.dist((x, y), first), math.dist((x, y), second)
        wave = math.cos(one / 25) / (1 + one / 520) + math.cos(two / 25) / (1 + two / 520)
        swell: float = max(0.0, 0.5 + wave / 2) ** 1.25
        return 0.42 * swell

    return block(LANDSCAPE, ground) + screen(tone, Box(-6, -6, 912, 616), 20, "#eef0dc", levels=8, least=0.015)


def echo(x: float, y: float, reach: float, colours: tuple[str, str]) -> str:
    """A quiet pair of ring sets for covers."""
    return rings(x - reach * 0.3, y, reach, 12, colours[0]) + rings(x + reach * 0.3, y, reach, 12, colours[1])

"""Composed by hand: circles, bars and quarters that hold one another in balance."""

from random import Random

from webapp.shop.art.course import pack, sector
from webapp.shop.art.halftone import ramp, rows, screen
from webapp.shop.art.ink import COBALT, INK, OCHRE, PAPER, SAND, VERMILION
from webapp.shop.art.marks import Box, block, clipped, disc, element, group, line, ring, shape
from webapp.shop.art.sheet import LANDSCAPE, bare


def counterweight(_rng: Random) -> str:
    """A heavy half disc, a long beam and a small ball that holds it."""
    half = shape(sector(240, 330, 164, 180, 360), COBALT)
    lower = clipped(
        "half",
        shape(sector(240, 338, 164, 0, 180), INK),
        rows(lambda share: 0.7 * ramp(1.0, -0.15, share), Box(74, 338, 336, 168), 14, COBALT),
    )
    beam = line("M124 578L506 196", INK, 9)
    ball = disc(504, 198, 42, VERMILION)
    wheel = group(*(ring(124, 578, r, INK, 2) for r in (29, 41, 53, 65)), disc(124, 578, 16, INK))
    cut = "M404 303l84-84v403h-84z"
    shade = screen(lambda x, _y: 0.6 * ramp(416, 500, x), Box(405, 216, 90, 406), 10, INK)
    post = shape(cut, OCHRE) + clipped("post", shape(cut, INK), shade) + block(Box(404, 622, 84, 22), INK)
    rule = line("M72 645h456M72 656h456", INK, 1.8)
    return bare(COBALT, lower, half, rule, post, beam, wheel, ball)


def _quarter(x: float, y: float, size: float, corner: int, colour: str) -> str:
    """A quarter disc that fills a tile from one corner (0 upper left, then clockwise)."""
    cx, cy = x + (size if corner in (1, 2) else 0), y + (size if corner in (2, 3) else 0)
    return shape(sector(cx, cy, size, corner * 90, corner * 90 + 90), colour, stroke=colour, stroke_width=0.7)


def _tile(rng: Random, x: float, y: float, size: float, colours: list[str]) -> str:
    """One tile: ground and figure in two different colours."""
    ground = rng.choice(colours)
    figure = rng.choice([colour for colour in colours if colour != ground])
    kind, corner = rng.choice("qqqqhhrcd"), rng.randrange(4)
    base = block(Box(x, y, size + 0.5, size + 0.5), ground)
    middle = (x + size / 2, y + size / 2)
    if kind == "q":
        return base + _quarter(x, y, size, corner, figure)
    if kind == "h":
        return base + _quarter(x, y, size, corner, figure) + _quarter(x, y, size / 2, corner, ground)
    if kind == "r":
        return base + "".join(ring(*middle, r, figure, 7) for r in (42, 27, 12))
    if kind == "c":
        return base + disc(*middle, size * 0.36, figure)
    return base + rows(lambda share: 0.06 + 0.5 * share, Box(x + 8, y + 8, size - 15, size - 16), 14, figure)


def parquet(rng: Random) -> str:
    """Nine by six tiles in three inks on two papers."""
    colours = [PAPER, INK, SAND, VERMILION, PAPER, INK, OCHRE]
    marks = [_tile(rng, column * 100, row * 100, 100, colours) for row in range(6) for column in range(9)]
    return block(LANDSCAPE, PAPER) + "".join(marks)


def cover(box: Box, colours: tuple[str, str, str]) -> str:
    """A sun and its reflection on a notebook: ground, figure, second."""
    ground, figure, second = colours
    x, y, radius = box.x + box.width * 0.54, box.y + box.height * 0.46, 118.0
    upper = shape(sector(x, y, radius, 180, 360), figure)
    lower = clipped(
        "mirror",
        shape(sector(x, y + 12, radius, 0, 180), figure),
        rows(lambda share: 0.75 * ramp(1.0, 0.0, share), Box(x - 126, y + 12, 252, 126), 14, second),
    )
    rule = element("path", d=f"M{pack((box.x, y + 6))}H{pack((box.right,))}", stroke=second, stroke_width=1.6)
    return block(box, ground) + upper + lower + rule

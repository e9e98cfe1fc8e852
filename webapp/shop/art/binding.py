"""A notebook seen from above: cover, spine, page edges, elastic and a ribbon."""

from random import Random

from webapp.shop.art import balance, blooms, botany, rings, stars, tides, truchet, weaving
from webapp.shop.art.course import pack
from webapp.shop.art.ink import (
    COBALT,
    FOREST,
    INK,
    NIGHT,
    OCHRE,
    PAPER,
    PLUM,
    ROSE,
    SAND,
    SHADE,
    VERMILION,
    mix,
)
from webapp.shop.art.marks import Box, block, clipped, element, group, line, shape
from webapp.shop.art.noise import Noise
from webapp.shop.art.sheet import PORTRAIT

COVER = Box(106, 120, 392, 556)


def bound(art: str, table: str, spine: str, elastic: str, turn: float) -> str:
    """A notebook with the given art on its cover, lying on a table of one colour, turned by some degrees."""
    soft = element("feGaussianBlur", stdDeviation="13")
    blur = element("filter", soft, id="soft", x="-20%", y="-20%", width="140%", height="140%")
    shadow = block(Box(116, 140, 392, 552), INK, filter="url(#soft)", opacity=0.34)
    pages = _rounded(Box(COVER.x + 6, COVER.y + 5, COVER.width, COVER.height), "#fbf8f1")
    pages += line("M501 134v532M120 679h368", SAND, 1)
    ribbon = shape("M214 668h13v58l-6.5-7-6.5 7z", elastic)
    cover = clipped(
        "cover", _rounded(COVER, PAPER), art, block(Box(COVER.x, COVER.y, 40, COVER.height), spine), _hinge()
    )
    edge = _rounded(COVER, "none", stroke=INK, stroke_width=1, stroke_opacity=0.25)
    band = block(Box(452, COVER.y - 1, 13, COVER.height + 8), elastic) + block(
        Box(452, COVER.y - 1, 3, COVER.height + 8), INK, opacity=0.22
    )
    book = group(shadow, ribbon, pages, cover, edge, band, transform=f"rotate({pack((turn,))} 300 400)")
    return block(PORTRAIT, table) + element("defs", blur) + book


def _rounded(box: Box, fill: str, **more: str | float) -> str:
    """Square at the spine, round at the open side."""
    top = f"M{pack((box.x + 4, box.y))}H{pack((box.right - 16,))}q16 0 16 16"
    side = f"V{pack((box.bottom - 16,))}q0 16-16 16H{pack((box.x + 4,))}"
    spine = f"q-4 0-4-4V{pack((box.y + 4,))}q0-4 4-4z"
    return shape(top + side + spine, fill, **more)


def _hinge() -> str:
    """The fold beside the spine, a dark line and a light one."""
    top, tall = COVER.y, COVER.height
    return (
        block(Box(COVER.x + 40, top, 2.4, tall), INK, opacity=0.3)
        + block(Box(COVER.x + 42.4, top, 2, tall), "#ffffff", opacity=0.22)
        + block(Box(COVER.x, top, 9, tall), INK, opacity=0.16)
    )


def label() -> str:
    """A blank label to write on."""
    return (
        block(Box(218, 520, 190, 74), PAPER)
        + block(Box(224, 526, 178, 62), "none", stroke=INK, stroke_width=1)
        + line("M240 560h146M240 574h96", INK, 0.8)
    )


def tide_book(rng: Random) -> str:
    noise = Noise(rng)
    ground = "#f3efe2"

    def choose(x: float, y: float) -> str:
        swell = noise.layered(x / 210, y / 150, 2)
        return "s" if swell > 0.12 else "d" if swell < -0.18 else "l"

    art = tides.scales(COBALT, ground) + tides.field(COVER, 35, choose)
    return bound(art, "#e6ddca", mix(COBALT, INK, 0.35), VERMILION, -3)


def loom_book(_rng: Random) -> str:
    return bound(weaving.cover(COVER, (INK, OCHRE, mix(OCHRE, INK, 0.8))), "#d9d3c6", INK, INK, 3)


def night_log(rng: Random) -> str:
    art = stars.cover(rng, COVER, (mix(NIGHT, PLUM, 0.35), "#f2e6d8", ROSE))
    return bound(art, "#e9d5d2", mix(NIGHT, INK, 0.5), ROSE, -2)


def herbal(_rng: Random) -> str:
    art = botany.cover(COVER, (mix(FOREST, INK, 0.35), mix(FOREST, SAND, 0.45), SAND))
    return bound(art, "#dfe0d0", mix(FOREST, INK, 0.7), OCHRE, 2)


def small_hours(_rng: Random) -> str:
    return bound(balance.cover(COVER, (VERMILION, PAPER, PAPER)), SHADE, mix(VERMILION, INK, 0.45), INK, -4)


def seed_book(_rng: Random) -> str:
    return bound(
        blooms.cover(COVER, (ROSE, mix(PLUM, INK, 0.25))) + label(),
        "#efe6dc",
        mix(PLUM, INK, 0.3),
        mix(PLUM, INK, 0.3),
        3,
    )


def crossroads(rng: Random) -> str:
    box = Box(COVER.x, COVER.y - 16, COVER.width, 588)
    return bound(truchet.cover(rng, box, (PAPER, INK, VERMILION)), "#e2dccf", INK, VERMILION, -2)


def echo_book(_rng: Random) -> str:
    art = block(COVER, SAND) + rings.echo(300, 398, 106, (INK, VERMILION))
    return bound(art, "#ece6db", INK, VERMILION, 2)

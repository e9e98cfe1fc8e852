"""Woven paper: strips that pass over two and under two."""

from random import Random

from webapp.shop.art.halftone import swatch
from webapp.shop.art.ink import FOREST, INK, OCHRE, PAPER, SAND, mix
from webapp.shop.art.marks import Box, block, element, group
from webapp.shop.art.sheet import bare

Strip = tuple[str, float]


def twill(box: Box, warp: list[str], weft: list[str], gap: float, fringe: list[float]) -> str:
    """Strips over the box, warp down and weft across; each strip sticks out by its own length of fringe."""
    width = (box.width - gap * (len(warp) - 1)) / len(warp)
    height = (box.height - gap * (len(weft) - 1)) / len(weft)
    marks = [
        _strip(Box(box.x + n * (width + gap), box.y, width, box.height), fill) for n, fill in enumerate(warp)
    ]
    for n, fill in enumerate(weft):
        reach = fringe[n % len(fringe)]
        y = box.y + n * (height + gap)
        marks.append(
            _strip(Box(box.x - reach, y, box.width + reach + fringe[-1 - n % len(fringe)], height), fill)
        )
    for n, fill in enumerate(warp):
        reach = fringe[(n * 3 + 1) % len(fringe)]
        x = box.x + n * (width + gap)
        marks.append(_strip(Box(x, box.y - reach, width, reach), fill))
        marks.append(_strip(Box(x, box.bottom, width, fringe[(n * 5 + 2) % len(fringe)]), fill))
        marks += [_strip(Box(x, y, width, tall), fill) for y, tall in _floats(box, n, len(weft), height, gap)]
    return "".join(marks)


def _floats(box: Box, column: int, count: int, height: float, gap: float) -> list[tuple[float, float]]:
    """Where a warp strip lies on top: (y, height) of each stretch, two weft strips long."""
    found = []
    row = -((column % 4) + 1)
    while row < count:
        first, last = max(row, 0), min(row + 2, count)
        if last > first:
            top = box.y + first * (height + gap) - (gap / 2 if row >= 0 else 0)
            end = box.y + last * (height + gap) - gap + (gap / 2 if row + 2 <= count else 0)
            found.append((top, end - top))
        row += 4
    return found


def _strip(box: Box, fill: str) -> str:
    shadow = block(Box(box.x - 1.5, box.y - 1.5, box.width + 4, box.height + 4.5), INK, opacity=0.2)
    return shadow + block(box, fill)


def warp_and_weft(_rng: Random) -> str:
    """Eight strips by ten in forest, ochre and ink, two of them printed with dots."""
    dotted = element(
        "defs",
        swatch("a", 10, 2.1, INK, OCHRE),
        swatch("b", 10, 2.4, FOREST, PAPER),
        swatch("c", 8, 1.2, PAPER, FOREST),
    )
    pale, deep = mix(SAND, PAPER, 0.35), mix(FOREST, INK, 0.45)
    warp = [FOREST, deep, FOREST, "url(#c)", FOREST, INK, deep, FOREST]
    weft = [pale, OCHRE, pale, "url(#b)", OCHRE, pale, "url(#a)", pale, "url(#b)", OCHRE]
    sheet = twill(Box(118, 132, 364, 460), warp, weft, 5, [44.0, 26.0, 58.0, 34.0, 18.0])
    return bare(FOREST, dotted, group(sheet, transform="rotate(-5 300 362)"))


def cover(box: Box, colours: tuple[str, str, str]) -> str:
    """A close weave that fills a notebook's cover: ground and two strips."""
    ground, first, second = colours
    count = 8
    warp = [first if n % 3 else second for n in range(count)]
    weft = [second if n % 4 == 1 else mix(first, PAPER, 0.82) for n in range(11)]
    return block(box, ground) + twill(box, warp, weft, 5, [0.0])

"""Woven paper: strips that pass over two and under two."""

from random import Random

from webapp.shop.art.halftone import swatch
from webapp.shop.art.ink import FOREST, INK, OCHRE, PAPER, SAND, mix
from webapp.shop.art.marks import Box, block, element, group
from webapp.shop.art.sheet import bare


def twill(box: Box, warp: list[str], weft: list[str], gap: float, fringe: list[float]) -> str:
    """Strips over the box, warp down and weft across; each strip sticks out by its own length of fringe."""
    width = (box.width - gap * (len(warp) - 1)) / len(warp)
    height = (box.height - gap * (len(weft) - 1)) / len(weft)
    loose = [(fringe[(n * 3 + 1) % len(fringe)], fringe[(n * 5 + 2) % len(fringe)]) for n in range(len(warp))]
    columns = [
        Box(box.x + n * (width + gap), box.y - above, width, box.height + above + below)
        for n, (above, below) in enumerate(loose)
    ]
    marks = [_strip(column, fill) for column, fill in zip(columns, warp, strict=True)]
    for n, fill in enumerate(weft):
        reach = fringe[n % len(fringe)]
        y = box.y + n * (height + gap)
        marks.append(_strip(Box(box.x - reach, y, box.width + reach + fringe[-1 - n % len(fringe)], height), fill))
    for n, (column, fill) in enumerate(zip(columns, warp, strict=True)):
        marks += [_strip(part, fill) for part in _floats(box, column, n % 4 + 1, height + gap, gap)]
    return "".join(marks)


def _floats(box: Box, column: Box, start: int, step: float, gap: float) -> list[Box]:
    """The parts of a warp strip that lie on top, two weft strips long, with the fringe at the ends."""
    found = []
    count = round((box.height + gap) / step)
    for row in range(-start, count, 4):
        if row + 2 > 0:
            top = column.y if row <= 0 else box.y + row * step - gap / 2
            end = column.bottom if row + 2 >= count else box.y + (row + 2) * step - gap / 2
            found.append(Box(column.x, top, column.width, end - top))
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

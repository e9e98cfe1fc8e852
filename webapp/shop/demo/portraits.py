"""Portraits for people who do not exist: head and shoulders in halftone dots, on a coloured ground."""

from functools import lru_cache
from io import BytesIO
from math import hypot, sqrt
from random import Random

from PIL import Image, ImageDraw

EDGE = 320
PITCH = 10
INK = "#211d1a"
GROUNDS = ("#e9b44c", "#d8432b", "#7fa7c9", "#8fb08c", "#e3a5ad", "#f1e6d2", "#b7a1cf", "#5f8f8a")


@lru_cache(maxsize=32)
def portrait(number: int) -> bytes:
    """The portrait of that number as a PNG; the same number gives the same bytes."""
    chance = Random(f"portrait:{number}")
    picture = Image.new("RGB", (EDGE, EDGE), GROUNDS[number % len(GROUNDS)])
    pen = ImageDraw.Draw(picture)
    lean, head, hair = chance.uniform(-14, 14), chance.uniform(58, 70), chance.uniform(0.15, 0.75)
    light = chance.choice((-1, 1))
    for row in range(EDGE // PITCH + 2):
        for column in range(EDGE // PITCH + 2):
            x, y = column * PITCH + (row % 2) * PITCH / 2, row * PITCH
            radius = PITCH * 0.72 * sqrt(_darkness(x - 160 - lean, y, head, hair, light))
            if radius > 0.8:
                pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=INK)
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _darkness(x: float, y: float, head: float, hair: float, light: int) -> float:
    """How dark a point is, 0..1; `x` counts from the middle of the head."""
    from_head = hypot(x / head, (y - 128) / (head * 1.22))
    if from_head < 1:
        above = (128 - y) / (head * 1.22)
        return 0.95 if above > hair else 0.08 + 0.4 * max(0.0, light * x / head) + 0.25 * from_head**4
    if abs(x) < head * 0.42 and 128 < y < 235:
        return 0.5
    shoulders = hypot(x / 138, (y - 330) / 118)
    return 0.55 + 0.35 * max(0.0, light * x / 138) if shoulders < 1 else 0.0

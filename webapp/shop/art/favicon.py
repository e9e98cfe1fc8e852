"""The shop's mark, nine dots that grow towards one corner, as static/favicon.svg and static/favicon.ico."""

import sys
from pathlib import Path

from PIL import Image, ImageDraw

from webapp.shop.art.marks import element

FOLDER = Path(__file__).parents[3] / "static"
SIDE = 32
LIGHT, DARK = "#c8341e", "#ff7a5c"
# Centre x, centre y and radius in units of the view box. At 16 pixels the smallest dot still fills one.
DOTS = tuple(
    (5.6 + 10.4 * column, 5.6 + 10.4 * row, (5.4, 4.7, 3.8, 2.8, 1.9)[column + row])
    for row in range(3)
    for column in range(3)
)


def svg() -> str:
    """The mark in both colour schemes; a viewer that reads no style sees the light scheme's vermilion."""
    style = element("style", f"@media (prefers-color-scheme: dark) {{ g {{ fill: {DARK} }} }}")
    dots = "".join(element("circle", cx=x, cy=y, r=radius) for x, y, radius in DOTS)
    nine = element("g", dots, fill=LIGHT)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{style}{nine}</svg>\n'


def raster(side: int) -> Image.Image:
    """The mark as an RGBA picture, drawn eight times as large and scaled down for smooth edges."""
    scale = side * 8 / SIDE
    large = Image.new("RGBA", (side * 8, side * 8), f"{LIGHT}00")
    pen = ImageDraw.Draw(large)
    for x, y, radius in DOTS:
        pen.ellipse([(v * scale) for v in (x - radius, y - radius, x + radius, y + radius)], fill=LIGHT)
    return large.resize((side, side), Image.Resampling.BOX)


def main() -> int:
    """Write both files."""
    (FOLDER / "favicon.svg").write_text(svg())
    sizes = [raster(side) for side in (16, 32, 48)]
    sizes[-1].save(FOLDER / "favicon.ico", sizes=[picture.size for picture in sizes], append_images=sizes[:-1])
    return 0


if __name__ == "__main__":
    sys.exit(main())

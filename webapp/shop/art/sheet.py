"""The three formats that Halftone sells and the paper they are drawn on."""

from html import escape

from webapp.shop.art.ink import PAPER, SHADE
from webapp.shop.art.marks import Box, block, clipped, disc, element

PORTRAIT = Box(0, 0, 600, 800)
LANDSCAPE = Box(0, 0, 900, 600)
PLATE = Box(54, 54, 492, 652)


def document(format_: Box, title: str, marks: str) -> str:
    """A whole SVG file of the given format, ending in a line break."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {format_.width} {format_.height}" '
        f'width="{format_.width}" height="{format_.height}" role="img" aria-labelledby="t">'
        f'<title id="t">{escape(title)}</title>{marks}</svg>\n'
    )


def printed(accent: str, *marks: str, ground: str = "") -> str:
    """A print: paper, its picture inside the plate, and the three dots that stand for our signature."""
    paper = block(PORTRAIT, PAPER) + block(Box(0.5, 0.5, 599, 799), "none", stroke=SHADE)
    picture = (block(PLATE, ground) if ground else "") + "".join(marks)
    return paper + clipped("plate", block(PLATE, PAPER), picture) + signature(accent)


def bare(accent: str, *marks: str) -> str:
    """A print that is drawn straight on the sheet, without a plate."""
    return (
        block(PORTRAIT, PAPER)
        + block(Box(0.5, 0.5, 599, 799), "none", stroke=SHADE)
        + "".join(marks)
        + signature(accent)
    )


def signature(accent: str) -> str:
    return element("g", disc(520, 745, 6, accent), disc(533, 745, 3.6, accent), disc(541.5, 745, 2, accent))

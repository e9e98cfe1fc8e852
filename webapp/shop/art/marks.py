"""Marks on paper: each function returns the text of one SVG element, with presentation attributes only."""

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle in the picture's units; x and y are its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def holds(self, point: Point) -> bool:
        return self.x <= point[0] <= self.right and self.y <= point[1] <= self.bottom


def number(value: float) -> str:
    """At most one decimal, in the fewest characters: 0.5 is written .5 and 3.0 is written 3."""
    # The nudge keeps values such as 12.05, which another libm gives as 12.0499..., on one side.
    rounded = round(value + 1e-6, 1) + 0.0
    text = f"{rounded:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def element(name: str, *content: str, **attributes: str | float) -> str:
    """One element; `stroke_width=2` becomes stroke-width="2"."""
    written = "".join(
        f' {key.replace("_", "-")}="{value if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )
    inner = "".join(content)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def disc(x: float, y: float, radius: float, fill: str, **more: str | float) -> str:
    return element("circle", cx=x, cy=y, r=radius, fill=fill, **more)


def ring(x: float, y: float, radius: float, stroke: str, width: float, **more: str | float) -> str:
    return element("circle", cx=x, cy=y, r=radius, fill="none", stroke=stroke, stroke_width=width, **more)


def block(box: Box, fill: str, **more: str | float) -> str:
    return element("rect", x=box.x, y=box.y, width=box.width, height=box.height, fill=fill, **more)


def shape(outline: str, fill: str, **more: str | float) -> str:
    return element("path", d=outline, fill=fill, **more)


def line(course: str, stroke: str, width: float, **more: str | float) -> str:
    return element("path", d=course, fill="none", stroke=stroke, stroke_width=width, **more)


def group(*content: str, **attributes: str | float) -> str:
    return element("g", *content, **attributes)


def clipped(key: str, outline: str, *content: str) -> str:
    """The content, seen only inside the outline (an element); `key` is unique within the picture."""
    return element("clipPath", outline, id=key) + group(*content, clip_path=f"url(#{key})")

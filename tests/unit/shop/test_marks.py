"""The tools that the pictures are drawn with: numbers, paths, screens, contours, noise."""

import math
import re
from collections.abc import Callable, Sequence
from random import Random

import pytest

from webapp.shop.art.contours import contours
from webapp.shop.art.course import smooth, straight
from webapp.shop.art.halftone import ramp, screen
from webapp.shop.art.marks import Box, Point, number
from webapp.shop.art.noise import Noise
from webapp.shop.art.truchet import roads


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (3.0, "3"),
        (0.5, ".5"),
        (-0.5, "-.5"),
        (-0.04, "0"),
        (12.05, "12.1"),
        (10.0, "10"),
        (-7.26, "-7.3"),
    ],
)
def test_numbers_are_written_short(value: float, text: str) -> None:
    assert number(value) == text


def ends(course: str) -> list[tuple[float, float]]:
    """The relative end points of path data: of its `l` steps, or of one `c` step and its `s` steps."""
    steps = [float(value) for value in re.findall(r"-?(?:\d+\.\d|\.\d|\d+)", course)][2:]
    first, stride = (0, 2) if "l" in course else (4, 4)
    return [(steps[n], steps[n + 1]) for n in range(first, len(steps), stride)]


@pytest.mark.parametrize("draw", [straight, smooth])
def test_relative_steps_do_not_drift(draw: Callable[[Sequence[Point]], str]) -> None:
    """A thousand steps of a third, each rounded to a tenth, still end where they should."""
    found = ends(draw([(n / 3, n / 7) for n in range(1000)]))
    assert len(found) == 999
    assert sum(x for x, _ in found) == pytest.approx(333, abs=0.1)
    assert sum(y for _, y in found) == pytest.approx(999 / 7, abs=0.1)


def test_a_screen_is_darker_where_the_tone_is() -> None:
    marks = screen(lambda x, _y: x / 100, Box(0, 0, 100, 100), 10, "#000000")
    widths = [float(width) for width in re.findall(r'stroke-width="([\d.]+)"', marks)]
    assert widths == sorted(widths)
    assert max(widths) == 10
    assert screen(lambda _x, _y: 0.0, Box(0, 0, 100, 100), 10, "#000000").count("h0") == 0


def test_a_ramp_goes_both_ways() -> None:
    assert [ramp(0, 10, value) for value in (-5, 0, 5, 10, 15)] == [0, 0, 0.5, 1, 1]
    assert [ramp(10, 0, value) for value in (15, 5, -5)] == [0, 0.5, 1]


def test_contours_of_a_cone_are_circles() -> None:
    def cone(x: float, y: float) -> float:
        return 100 - math.dist((x, y), (100, 100))

    (circle,) = contours(cone, Box(0, 0, 200, 200), 5, 40)
    assert all(math.dist(point, (100, 100)) == pytest.approx(60, abs=0.5) for point in circle)


def test_noise_is_smooth_bounded_and_seeded() -> None:
    noise, same, other = Noise(Random(1)), Noise(Random(1)), Noise(Random(2))
    places = [(n * 0.37, n * 0.53) for n in range(400)]
    values = [noise.at(*place) for place in places]
    assert values == [same.at(*place) for place in places]
    assert values != [other.at(*place) for place in places]
    assert max(map(abs, values)) < 1
    assert all(abs(noise.at(x + 0.001, y) - noise.at(x, y)) < 0.01 for x, y in places)


def test_roads_use_every_quarter_turn_once() -> None:
    found = roads(Random(3), Box(0, 0, 300, 200), 6, 4)
    turns = [turn for road in found for turn in road]
    assert len(turns) == len(set(turns)) == 2 * 6 * 4
    assert [len(road) for road in found] == sorted((len(road) for road in found), reverse=True)

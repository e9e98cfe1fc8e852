"""Charts of skies that nobody has seen."""

import math
from random import Random

from webapp.shop.art.course import pack, straight
from webapp.shop.art.halftone import dots, ramp, screen, shaded
from webapp.shop.art.ink import NIGHT, OCHRE, PAPER, PLUM, ROSE, mix
from webapp.shop.art.marks import Box, Point, block, disc, group, line, ring
from webapp.shop.art.sheet import LANDSCAPE

# Distance from the sun, angle in degrees, radius and colour; the fourth moves along the belt of dots.
PLANETS = (
    (118, 205, 8, ROSE),
    (168, 318, 14, PAPER),
    (232, 62, 11, OCHRE),
    (318, 348, 26, ROSE),
    (430, 14, 15, PAPER),
)


def scattered(rng: Random, box: Box, count: int, apart: float) -> list[Point]:
    """Up to `count` places at least `apart` units from one another."""
    places: list[Point] = []
    for _ in range(count * 12):
        place = (rng.uniform(box.x, box.right), rng.uniform(box.y, box.bottom))
        if all(math.dist(place, other) >= apart for other in places):
            places.append(place)
        if len(places) == count:
            break
    return places


def figures(rng: Random, places: list[Point], count: int, nearest: float) -> list[list[Point]]:
    """Constellations: walks from star to near star that do not use a star twice."""
    free, found = list(places), []
    for _ in range(count):
        if not free:
            break
        here = free.pop(rng.randrange(len(free)))
        walk = [here]
        for _ in range(rng.randint(3, 5)):
            near = sorted((p for p in free if math.dist(p, here) < nearest), key=lambda p: math.dist(p, walk[-1]))
            if not near:
                break
            here = near[0]
            free.remove(here)
            walk.append(here)
        if len(walk) > 2:
            found.append(walk)
    return found


def sky(rng: Random, box: Box, colours: tuple[str, str]) -> str:
    """Small stars, and constellations of larger ones: star colour and line colour."""
    star, thread = colours
    area = box.width * box.height
    dust: dict[float, list[Point]] = {}
    for place in scattered(rng, box, int(area / 2100), 14):
        dust.setdefault(rng.choice((0.6, 0.6, 0.9, 0.9, 1.4)), []).append(place)
    walks = figures(rng, scattered(rng, box, int(area / 6400), 46), int(area / 30000), 118)
    threads = line("".join(straight(walk) for walk in walks), thread, 1)
    nodes: dict[float, list[Point]] = {}
    for walk in walks:
        for n, place in enumerate(walk):
            nodes.setdefault(4.2 if n == 1 else 2.6, []).append(place)
    return dots(dust, star) + threads + dots(nodes, star)


def orrery(rng: Random) -> str:
    """Planets on their rings around a halftone sun, before a chart of stars."""
    ground = mix(PLUM, NIGHT, 0.55)
    x, y = 330.0, 318.0
    pale = mix(ground, PAPER, 0.75)
    dusk = screen(lambda px, py: 0.6 * ramp(-43, 114, px - x + py - y), Box(x - 76, y - 76, 152, 152), 10, ground)
    sun = shaded("sun", disc(x, y, 74, OCHRE), dusk)
    rings = [ring(x, y, reach, pale, 1.2, opacity=0.8) for reach in (118, 168, 232, 430)]
    belt = ring(x, y, 318, pale, 2.4, stroke_dasharray="0 9", stroke_linecap="round")
    planets = []
    for reach, turn, size, hue in PLANETS:
        px, py = x + reach * math.cos(math.radians(turn)), y + reach * math.sin(math.radians(turn))
        planets.append(disc(px, py, size + 7, ground) + disc(px, py, size, hue))
        if reach == 318:
            planets.append(line(f"M{pack((px - 46, py + 13))}l92-26", PAPER, 2.4, stroke_linecap="round"))
    rim = ring(x, y, 446, pale, 10, stroke_dasharray="1.6 21.75")
    return (
        block(LANDSCAPE, ground)
        + sky(rng, Box(10, 10, 880, 580), (pale, mix(ground, PAPER, 0.4)))
        + disc(x, y, 104, ground)
        + group(*rings, belt)
        + rim
        + sun
        + "".join(planets)
    )


def cover(rng: Random, box: Box, colours: tuple[str, str, str]) -> str:
    """A night for a notebook: ground, stars, moon."""
    ground, star, moon = colours
    x, y = box.x + box.width * 0.6, box.y + box.height * 0.27
    crescent = disc(x, y, 62, moon) + disc(x + 24, y - 14, 54, ground)
    inner = Box(box.x + 52, box.y + 16, box.width - 66, box.height - 32)
    hush = ring(x, y, 92, star, 2.2, stroke_dasharray="0 9.6", stroke_linecap="round")
    return (
        block(box, ground) + sky(rng, inner, (star, mix(ground, star, 0.5))) + disc(x, y, 78, ground) + hush + crescent
    )

"""Every work of the shop: its slug, its title, its format and the function that draws it."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from webapp.shop.art import (
    balance,
    binding,
    blooms,
    botany,
    collage,
    contours,
    currents,
    hills,
    ridges,
    rings,
    stars,
    tides,
    truchet,
    weaving,
)
from webapp.shop.art.marks import Box
from webapp.shop.art.sheet import LANDSCAPE, PORTRAIT


@dataclass(frozen=True)
class Work:
    """One picture; `draw` gets a generator that is seeded with the slug and returns the marks."""

    slug: str
    title: str
    format: Box
    draw: Callable[[Random], str]


WORKS = (
    Work("late-sun", "Late Sun, Low Hills", PORTRAIT, hills.late_sun),
    Work("high-water", "High Water", PORTRAIT, tides.high_water),
    Work("undertow", "Undertow", PORTRAIT, currents.undertow),
    Work("last-lookout", "The Last Lookout", PORTRAIT, contours.last_lookout),
    Work("two-bells", "Two Bells", PORTRAIT, rings.two_bells),
    Work("long-way-home", "The Long Way Home", PORTRAIT, truchet.long_way_home),
    Work("head-of-seeds", "Head of Seeds", PORTRAIT, blooms.head_of_seeds),
    Work("counterweight", "Counterweight", PORTRAIT, balance.counterweight),
    Work("forty-passes", "Forty Passes", PORTRAIT, ridges.forty_passes),
    Work("warp-and-weft", "Warp and Weft", PORTRAIT, weaving.warp_and_weft),
    Work("fern-study", "Fern Study", PORTRAIT, botany.fern_study),
    Work("sunday-table", "Sunday Table", PORTRAIT, collage.sunday_table),
    Work("tide-book", "Tide Book", PORTRAIT, binding.tide_book),
    Work("loom-book", "Loom Book", PORTRAIT, binding.loom_book),
    Work("night-log", "Night Log", PORTRAIT, binding.night_log),
    Work("herbal", "Herbal", PORTRAIT, binding.herbal),
    Work("small-hours", "Small Hours", PORTRAIT, binding.small_hours),
    Work("seed-book", "Seed Book", PORTRAIT, binding.seed_book),
    Work("crossroads", "Crossroads", PORTRAIT, binding.crossroads),
    Work("echo-book", "Echo Book", PORTRAIT, binding.echo_book),
    Work("moonrise", "Moonrise, Still Lake", LANDSCAPE, hills.moonrise),
    Work("slow-river", "Slow River", LANDSCAPE, currents.slow_river),
    Work("orrery", "Orrery", LANDSCAPE, stars.orrery),
    Work("dune-sea", "Dune Sea", LANDSCAPE, ridges.dune_sea),
    Work("rosewater", "Rosewater", LANDSCAPE, tides.rosewater),
    Work("standing-wave", "Standing Wave", LANDSCAPE, rings.standing_wave),
    Work("paper-garden", "Paper Garden", LANDSCAPE, collage.paper_garden),
    Work("parquet", "Parquet", LANDSCAPE, balance.parquet),
)

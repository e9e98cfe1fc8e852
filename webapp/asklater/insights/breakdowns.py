"""Breakdowns of a cell, or of a total, that is shown: by device, visitor and variant, and by each segment that the
manifest declares, with the parts suppressed that would tell of too few persons.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from asklater.insights.figures import Figures, Tally, tally
from asklater.insights.query import Query
from asklater.insights.rollup.ranges import RangeSum
from asklater.insights.rollup.series import ANY, NO_EXPERIMENT, Series
from asklater.insights.suppression import figures_of, suppressed_parts, suppressed_parts_of
from asklater.manifest.declarations import Manifest
from asklater.policy.segments import IS, values_of

DIMENSIONS = ("variant", "device", "visitor")
"""In the order of a series' key."""

SliceSums = dict[bool, RangeSum]
Slices = Mapping[Series, RangeSum]
"""The sums of one field and context, or of all, as `TotalsReader.slice_sums` reads them."""


@dataclass(frozen=True)
class Breakdown:
    """Figures by key of the `part`, one of DIMENSIONS or a segment's key; None where they are hidden."""

    part: str
    rows: Mapping[str, Figures | None]


def filtered_slice(found: Slices, query: Query) -> SliceSums:
    """What the query's own filters leave, by whether the people are simulated."""
    return _by_key(found).get(_asked(query), {})


def breakdowns(found: Slices, query: Query) -> tuple[Breakdown, ...]:
    """By whatever no filter narrows already; by variant only where there was an experiment.

    One of which no part may be told is left out: which parts there are would tell too much of a whole that is told.

    `found` are the slices of the query's cell.
    """
    slices = {key: sums for key, sums in _by_key(found).items() if IS not in key[0]}
    asked = _asked(query)
    made = []
    for place, part in enumerate(DIMENSIONS):
        mine = {
            key[place]: sums
            for key, sums in slices.items()
            if key[place] != ANY and _without(key, place) == _without(asked, place)
        }
        if asked[place] == ANY and mine.keys() - {NO_EXPERIMENT}:
            tallies = _tallies(dict(sorted(mine.items())), query)
            made.append(_breakdown(part, tallies, suppressed_parts(tallies)))
    return tuple(split for split in made if any(split.rows.values()))


def segment_breakdowns(found: Slices, query: Query, manifest: Manifest) -> tuple[Breakdown, ...]:
    """By each segment, where no filter narrows to a segment, device, visitor or variant; in the order of its values.

    Who was asked before the manifest declared a segment is in none of its parts.
    """
    slices, made = _by_key(found), []
    whole = tally(query.field, query.context, slices.get((ANY, ANY, ANY), {}))
    for key, declared in manifest.segments_by.items() if _asked(query) == (ANY, ANY, ANY) else ():
        counted = {value: slices.get((f"{key}{IS}{value}", ANY, ANY)) for value in values_of(declared)}
        tallies = _tallies({value: sums for value, sums in counted.items() if sums}, query)
        made.append(_breakdown(key, tallies, suppressed_parts_of(whole, tallies)))
    return tuple(split for split in made if any(split.rows.values()))


def _asked(query: Query) -> tuple[str, str, str]:
    return query.variant_or_segment, query.device, query.visitor


def _by_key(found: Slices) -> dict[tuple[str, str, str], SliceSums]:
    slices: dict[tuple[str, str, str], SliceSums] = {}
    for key, total in found.items():
        slices.setdefault((key.variant, key.device, key.visitor), {})[key.simulated] = total
    return slices


def _without(key: tuple[str, ...], place: int) -> tuple[str, ...]:
    return key[:place] + key[place + 1 :]


def _tallies(mine: Mapping[str, SliceSums], query: Query) -> Mapping[str, Tally]:
    return {key: tally(query.field, query.context, sums) for key, sums in mine.items()}


def _breakdown(part: str, tallies: Mapping[str, Tally], hide: frozenset[str]) -> Breakdown:
    return Breakdown(part, {key: None if key in hide else figures_of(it) for key, it in tallies.items()})

"""A cell split by device, by visitor and by variant, with what would tell of too few persons hidden."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from webapp.insights.figures import Figures, figures
from webapp.insights.hiding import hidden
from webapp.insights.question import Question
from webapp.insights.rollup.keys import ANY, NO_EXPERIMENT, Series
from webapp.insights.rollup.ranges import Sum
from webapp.insights.tallying import tally

Part = Literal["variant", "device", "visitor"]
PARTS: tuple[Part, ...] = ("variant", "device", "visitor")
"""In the order of a series' key."""

Slice = dict[bool, Sum]


@dataclass(frozen=True)
class Split:
    """Figures by key of the part, None where they are hidden."""

    part: Part
    rows: Mapping[str, Figures | None]


def here_of(found: Mapping[Series, Sum], question: Question) -> Slice:
    """What the question's own filters leave, by whether the people are simulated."""
    return _by_key(found).get((question.variant, question.device, question.visitor), {})


def splits(found: Mapping[Series, Sum], question: Question, persons: int) -> tuple[Split, ...]:
    """By whatever no filter narrows already; by variant only where there was an experiment.

    `found` are the slices of the question's cell, `persons` those in it.
    """
    slices = _by_key(found)
    asked = (question.variant, question.device, question.visitor)
    made = []
    for place, part in enumerate(PARTS):
        mine = {
            key[place]: sums
            for key, sums in slices.items()
            if key[place] != ANY and _others(key, place) == _others(asked, place)
        }
        if asked[place] == ANY and mine.keys() - {NO_EXPERIMENT}:
            made.append(Split(part, _rows(mine, question, persons)))
    return tuple(made)


def _by_key(found: Mapping[Series, Sum]) -> dict[tuple[str, str, str], Slice]:
    slices: dict[tuple[str, str, str], Slice] = {}
    for key, total in found.items():
        slices.setdefault((key.variant, key.device, key.visitor), {})[key.simulated] = total
    return slices


def _others(key: tuple[str, ...], place: int) -> tuple[str, ...]:
    return key[:place] + key[place + 1 :]


def _rows(mine: Mapping[str, Slice], question: Question, persons: int) -> Mapping[str, Figures | None]:
    tallies = {key: tally(question.field, question.context, sums) for key, sums in sorted(mine.items())}
    counts = {key: it.persons for key, it in tallies.items()} | {ANY: persons}
    hide = hidden(counts, [[*tallies, ANY]])
    return {key: None if key in hide else figures(it) for key, it in tallies.items()}

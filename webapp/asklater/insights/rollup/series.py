"""The keys of series, which are what is counted apart, and the wider series that each of them is counted in too."""

from functools import lru_cache
from itertools import product
from typing import NamedTuple

from asklater.policy.segments import IS

ANY = ""
NO_EXPERIMENT = "-"


class Series(NamedTuple):
    """A series' key. `ANY` in a part stands for all of them; `variant` is `NO_EXPERIMENT` where none applied.

    In its place stands a segment, `key=value`, where people of one are counted: by field and context, and with nothing
    else, so that cells stay few and no two segments meet.

    Asks that are `optional` are in series of their own, and in no wider one with others.
    """

    simulated: bool
    field: str
    context: str
    variant: str
    device: str
    visitor: str
    optional: bool = False

    def grouped_by(self, keep: tuple[bool, ...]) -> "Series":
        """The wider series that keeps only these of the five parts after the first."""
        field, context, variant, device, visitor = (
            part if kept else ANY for part, kept in zip(self[1:6], keep, strict=True)
        )
        return Series(self.simulated, field, context, variant, device, visitor, self.optional)

    @property
    def is_of_segment(self) -> bool:
        return IS in self.variant

    def within(self, segment: str) -> "Series":
        """The series of this field and context in one segment."""
        return Series(self.simulated, self.field, self.context, segment, ANY, ANY, self.optional)

    def without(self, place: int) -> "Series":
        """The wider series in which the part at this place of a grouping is any."""
        return Series._make((*self[: place + 1], ANY, *self[place + 2 :]))


def in_each(series: Series, segments: tuple[str, ...]) -> tuple[Series, ...]:
    """The series, and that of each segment."""
    return (series, *map(series.within, segments)) if segments else (series,)


KEY_COLUMNS = Series._fields[:-1]
"""The columns of a series' row; which table it stands in says whether its asks are optional."""
Grouping = tuple[bool, ...]
GROUPINGS: tuple[Grouping, ...] = tuple(product((True, False), repeat=5))
"""Every choice of parts to keep. What is counted once is counted in the series of each, so nothing is ever summed
over parts, and persons are counted once in whatever is looked at."""

_SEGMENT_GROUPINGS = tuple(view for view in GROUPINGS if view[2:] == (True, False, False))


def groupings_within(views: tuple[Grouping, ...], *, of_segment: bool) -> tuple[Grouping, ...]:
    """Those of the views in which a series shows, which of a segment are few."""
    return tuple(view for view in views if view in _SEGMENT_GROUPINGS) if of_segment else views


@lru_cache
def groupings_that_keep(**kept: bool) -> tuple[Grouping, ...]:
    """Returns the groupings that keep the named parts, or do not; other parts may be kept or not."""
    places = {Series._fields.index(part) - 1: keeps for part, keeps in kept.items()}
    return tuple(view for view in GROUPINGS if all(view[place] == keeps for place, keeps in places.items()))

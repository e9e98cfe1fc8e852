"""What is counted apart: a series' key, and the wider series that whatever is counted in it is counted in too."""

from functools import lru_cache
from itertools import product
from typing import NamedTuple

ANY = ""
NO_EXPERIMENT = "-"


class Series(NamedTuple):
    """A series' key. `ANY` in a part stands for all of them; `variant` is `NO_EXPERIMENT` where none applied."""

    simulated: bool
    field: str
    context: str
    variant: str
    device: str
    visitor: str

    def seen_as(self, keep: tuple[bool, ...]) -> "Series":
        """The wider series that keeps only these of the five parts after the first."""
        field, context, variant, device, visitor = (
            part if kept else ANY for part, kept in zip(self[1:], keep, strict=True)
        )
        return Series(self.simulated, field, context, variant, device, visitor)


VIEWS = tuple(product((True, False), repeat=5))
"""Every choice of parts to keep. What is counted once is counted in the series of each, so nothing is ever summed
over parts, and persons are counted once in whatever is looked at."""

VIEWS_OF_PROMPTS = tuple(view for view in VIEWS if not view[0])
"""A prompt asks for several fields, so it is counted in no field's series."""


@lru_cache(maxsize=2000)
def wider(key: Series, views: tuple[tuple[bool, ...], ...]) -> tuple[Series, ...]:
    """The series of each view, in their order. Kept, since the same few hundred keys come again and again."""
    return tuple(key.seen_as(view) for view in views)

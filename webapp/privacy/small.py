"""Counts of people as they may be told: so few that they could be known are not counted out."""

from webapp.profiling.words import gettext

FEWEST = 5


def told(count: int) -> str:
    """The count, where it may be told."""
    return fewer() if are_few(count) else f"{count:,}"


def are_few(count: int) -> bool:
    return 0 < count < FEWEST


def fewer() -> str:
    """What is told instead."""
    return gettext("fewer than %(fewest)s", fewest=FEWEST)

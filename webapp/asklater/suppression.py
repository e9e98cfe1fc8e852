"""Suppression: below a threshold a count of people is not told, since it could tell who they are."""

from asklater.i18n import gettext

SMALLEST_CELL = 5
"""Of fewer persons than this nothing is told, neither on screen nor in a file."""


def suppressed(count: int) -> str:
    """The count, where it may be told."""
    return suppressed_text() if is_too_small(count) else f"{count:,}"


def is_too_small(count: int) -> bool:
    return 0 < count < SMALLEST_CELL


def suppressed_text() -> str:
    """What is told instead."""
    return gettext("fewer than %(fewest)s", fewest=SMALLEST_CELL)

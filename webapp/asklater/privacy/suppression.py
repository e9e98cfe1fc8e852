"""Counts of people as they may be shown: below a threshold no number is given, since it could tell who they are."""

from asklater.i18n import gettext

SMALLEST_COUNT = 5


def suppressed(count: int) -> str:
    """The count, where it may be told."""
    return suppressed_text() if is_too_small(count) else f"{count:,}"


def is_too_small(count: int) -> bool:
    return 0 < count < SMALLEST_COUNT


def suppressed_text() -> str:
    """What is told instead."""
    return gettext("fewer than %(fewest)s", fewest=SMALLEST_COUNT)

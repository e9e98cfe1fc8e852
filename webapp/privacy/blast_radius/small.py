"""Counts of people as they may be told: so few that they could be known are not counted out."""

from webapp.profiling.words import gettext

FEWEST = 5


def told(accounts: int) -> str:
    if 0 < accounts < FEWEST:
        return gettext("fewer than %(fewest)s", fewest=FEWEST)
    return f"{accounts:,}"


def are_few(accounts: int) -> bool:
    return 0 < accounts < FEWEST

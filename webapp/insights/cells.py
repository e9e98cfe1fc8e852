"""Cells of the dashboard's tables, in words: a page has hundreds of them, so its templates only place these.

They are tuples, which are made several times as fast as other frozen objects.
"""

from typing import NamedTuple

from webapp.insights.figures import Share
from webapp.insights.wording import words
from webapp.profiling.words import gettext


class Number(NamedTuple):
    """A figure in words, and a word below it, "" for none."""

    value: str
    note: str = ""


class Rate(NamedTuple):
    """A share, and what it is drawn by: `at`, `start` and `width` are percentages of a track from none to all.

    `label` names what is drawn, `says` puts it in words. `change` compares with before, "" for not.
    """

    label: str
    rate: str
    low: str
    high: str
    at: str
    start: str
    width: str
    says: str
    change: str


def rate_of(share: Share, label: str, change: str = "") -> Rate:
    percent = words().percent
    at, start, end = f"{share.rate:.1%}", f"{share.low:.1%}", f"{share.high:.1%}"
    return Rate(
        label=label,
        rate=percent(share.rate),
        low=percent(share.low),
        high=percent(share.high),
        at=at,
        start=start,
        width=f"{max(share.high - share.low, 0):.1%}",
        says=gettext("%(rate)s, interval from %(low)s to %(high)s", rate=at, low=start, high=end),
        change=change,
    )

"""How far the worker is behind, in words. The figures are right all the same; they only take longer."""

from datetime import datetime, timedelta

from webapp.insights.rollup.reading import Reading
from webapp.insights.wording import duration
from webapp.profiling.words import gettext

LATE = timedelta(minutes=10)
"""The worker comes by every minute; once something has waited for longer, it seems to have stopped."""


def behind(reading: Reading, as_of: datetime) -> str:
    """A sentence where the worker is late, else ""."""
    since = reading.due_since()
    if since is None or as_of - since < LATE:
        return ""
    late = duration((as_of - since).total_seconds())
    if reading.rolled_at() is None:
        return gettext(
            "The worker has not counted anything yet: asks have been waiting for %(time)s. They are in these figures, "
            "counted one by one, so this page takes longer. Is the worker running?",
            time=late,
        )
    return gettext(
        "The worker is %(time)s behind. What it has not counted yet is in these figures all the same, counted one by "
        "one, so this page takes longer. Is the worker running?",
        time=late,
    )

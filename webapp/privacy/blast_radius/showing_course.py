"""Putting together how much was held day by day."""

from collections.abc import Sequence

from webapp.privacy.blast_radius.drawing import drawing, per_account
from webapp.privacy.blast_radius.pages import Course, DayLine
from webapp.privacy.blast_radius.reading import Day
from webapp.privacy.small import are_few, told
from webapp.profiling.words import gettext

MOST = 30
"""So many days stand in the table."""


def course_of(days: Sequence[Day]) -> Course:
    """`days` with the oldest first; those of too few accounts are neither drawn nor told."""
    shown = [day for day in days if not are_few(day.accounts)]
    return Course(
        says=_says(shown),
        drawing=drawing(shown),
        first=shown[0].day.isoformat() if shown else "",
        last=shown[-1].day.isoformat() if shown else "",
        days=tuple(_line(day) for day in reversed(shown[-MOST:])),
    )


def _says(days: Sequence[Day]) -> str:
    if not days:
        return gettext("Nothing can be told yet: the worker notes each day how much is held.")
    last = days[-1]
    return gettext(
        "An account holds %(held)s values, on the average. A sign-up form that asks everything would hold %(all)s of "
        "each: it would have %(most)s values where there are %(values)s.",
        held=f"{per_account(last):.1f}",
        all=last.declared,
        most=f"{last.accounts * last.declared:,}",
        values=f"{last.held:,}",
    )


def _line(day: Day) -> DayLine:
    everything = day.accounts * day.declared
    return DayLine(
        day=day.day.isoformat(),
        accounts=told(day.accounts),
        held=f"{day.held:,}",
        per_account=f"{per_account(day):.1f}",
        everything=f"{everything:,}",
        share=f"{day.held / everything:.0%}" if everything else "–",
    )

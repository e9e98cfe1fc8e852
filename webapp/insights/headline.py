"""The headline figures of a page, each with what it was before where that is asked."""

from webapp.insights.comparison import change
from webapp.insights.counts import Tally
from webapp.insights.figures import SMALLEST, Figures, Share
from webapp.insights.pages import Stat
from webapp.insights.wording import duration, ngettext, percent, whole
from webapp.profiling.words import gettext


def asks_and_times(it: Figures, before: Figures | None, *, compare: bool) -> tuple[Stat, ...]:
    """Rates, times and the number of asks. Counts and times have no interval: of them only the earlier one is told."""
    persons = ngettext("of %(num)s person", "of %(num)s persons", it.tally.persons)
    p90 = gettext("nine in ten within %(p90)s", p90=duration(it.p90))
    return (
        rate("completion_rate", it.completion, before.completion if before else None, compare=compare),
        rate("person_rate", it.persons, before.persons if before else None, compare=compare),
        plain("median", duration(it.median), p90, duration(before.median) if before else "", compare=compare),
        part("rejection_rate", it.rejection, before.rejection if before else None, compare=compare),
        plain(
            "episodes",
            whole(it.tally.episodes),
            persons,
            whole(before.tally.episodes) if before else "",
            compare=compare,
        ),
    )


def rate(key: str, now: Share, before: Share | None, *, compare: bool) -> Stat:
    """A rate with its interval."""
    return Stat(key, percent(now.rate), between(now), change(now, before) if compare else "")


def part(key: str, now: Share | None, before: Share | None, *, compare: bool) -> Stat:
    """A rate with what it is of."""
    if now is None:
        return Stat(key, "–")
    return Stat(key, percent(now.rate), part_of(now), change(now, before) if compare else "")


def plain(key: str, value: str, note: str, before: str, *, compare: bool) -> Stat:
    """A figure without an interval."""
    said = gettext("Before: %(value)s.", value=before) if before else gettext("Before: too few to compare.")
    return Stat(key, value, note, said if compare else "")


def between(share: Share) -> str:
    return gettext("between %(low)s and %(high)s", low=percent(share.low), high=percent(share.high))


def part_of(share: Share | None) -> str:
    if share is None:
        return ""
    return gettext("%(part)s of %(whole)s", part=whole(share.part), whole=whole(share.whole))


def nothing(it: Tally) -> str:
    """Why there are no figures."""
    if it.persons >= SMALLEST:
        return gettext("These figures would tell what a cell of fewer than five persons holds, so none is shown.")
    if it.persons:
        return gettext("Fewer than five persons were asked, so no figure is shown.")
    return gettext("No ask of these days is old enough to be judged.")

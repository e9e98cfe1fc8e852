"""What several pages show: headline figures, outcomes, times to complete."""

from webapp.insights.counts import Tally
from webapp.insights.detail.bins import bins
from webapp.insights.detail.pages import Bar, Histogram, Outcome
from webapp.insights.figures import SMALLEST, Figures, Share
from webapp.insights.pages import Stat
from webapp.insights.statistics.lanes import counted
from webapp.insights.wording import duration, ngettext, percent, whole
from webapp.profiling.words import gettext

OUTCOMES = ("completed", "dismissed", "superseded", "abandoned")


def stats(it: Figures) -> tuple[Stat, ...]:
    """The headline figures of asks."""
    of_persons = ngettext("of %(num)s person", "of %(num)s persons", it.tally.persons)
    shown = gettext("yield %(rate)s", rate=percent(it.impression_yield or 0))
    return (
        Stat("completion_rate", percent(it.completion.rate), between(it.completion)),
        Stat("person_rate", percent(it.persons.rate), between(it.persons)),
        Stat("median", duration(it.median), gettext("nine in ten within %(p90)s", p90=duration(it.p90))),
        Stat("rejection_rate", percent(it.rejection.rate) if it.rejection else "–", part_of(it.rejection)),
        Stat("episodes", whole(it.tally.episodes), of_persons),
        Stat("impressions", whole(it.tally.impressions), shown),
    )


def nothing(it: Tally) -> str:
    """Why there are no figures."""
    if it.persons >= SMALLEST:
        return gettext("These figures would tell what a cell of fewer than five persons holds, so none is shown.")
    if it.persons:
        return gettext("Fewer than five persons were asked, so no figure is shown.")
    return gettext("No ask of these days is old enough to be judged.")


def between(share: Share) -> str:
    return gettext("between %(low)s and %(high)s", low=percent(share.low), high=percent(share.high))


def part_of(share: Share | None) -> str:
    if share is None:
        return ""
    return gettext("%(part)s of %(whole)s", part=whole(share.part), whole=whole(share.whole))


def outcomes(it: Tally) -> tuple[Outcome, ...]:
    """They add up to the asks."""
    labels = (gettext("Completed"), gettext("Dismissed"), gettext("Superseded"), gettext("Abandoned"))
    counts = (it.completed, it.dismissed, it.superseded, it.abandoned)
    return tuple(
        Outcome(key, label, whole(count), count / it.episodes, percent(count / it.episodes))
        for key, label, count in zip(OUTCOMES, labels, counts, strict=True)
    )


def histogram(it: Figures) -> Histogram:
    """Of the completed asks; its bins each reach twice as far as the one before."""
    found = bins(counted(it.tally.times))
    if not found:
        return Histogram(gettext("No ask was completed, so there are no times."), (), "", "")
    width = 100 / len(found)
    bars = tuple(
        Bar(
            label=gettext("%(low)s to %(high)s", low=duration(one.low / 1e6), high=duration(one.high / 1e6)),
            count=whole(one.count),
            x=place * width,
            y=100 - one.height,
            width=width,
            height=one.height,
        )
        for place, one in enumerate(found)
    )
    says = gettext(
        "Half of the completed asks took at most %(median)s, nine in ten at most %(p90)s. Each bar spans twice the "
        "time of the one to its left.",
        median=duration(it.median),
        p90=duration(it.p90),
    )
    return Histogram(says, bars, duration(found[0].low / 1e6), duration(found[-1].high / 1e6))

"""What several pages show: headline figures, outcomes, times to complete."""

from webapp.insights.cells import rate_of
from webapp.insights.counts import Tally
from webapp.insights.detail.bins import bins
from webapp.insights.detail.pages import Bar, Histogram, Outcome, Place
from webapp.insights.figures import Figures
from webapp.insights.headline import asks_and_times, plain
from webapp.insights.pages import Stat
from webapp.insights.wording import duration, percent, whole
from webapp.profiling.words import gettext

OUTCOMES = ("completed", "dismissed", "superseded", "abandoned")


def stats(it: Figures, before: Figures | None, *, compare: bool) -> tuple[Stat, ...]:
    """The headline figures of asks; with `compare` beside those of the days before, None where none may be told."""
    shown = gettext("yield %(rate)s", rate=percent(it.impression_yield or 0))
    earlier = whole(before.tally.impressions) if before else ""
    impressions = plain("impressions", whole(it.tally.impressions), shown, earlier, compare=compare)
    return (*asks_and_times(it, before, compare=compare), impressions)


def row(label: str, url: str, shown: Figures | None, *, asked: bool = True, change: str = "") -> Place:
    """One row of a list of places; `change` compares with before, "" for not."""
    if shown is None:
        return Place(label, url, None, asked=asked)
    rate = rate_of(shown.completion, gettext("Completion rate of %(name)s", name=label), change)
    return Place(label, url, rate, whole(shown.tally.persons), whole(shown.tally.episodes))


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
    found = bins(it.tally.times.counted())
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

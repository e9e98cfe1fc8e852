"""A query's figures beside those of the days before: what changed, judged over all cells of the board together, so
that chance alone says something in at most one look of twenty.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Literal

from asklater.i18n import gettext
from asklater.insights.figures import Figures, Share, tally_table
from asklater.insights.labels import percent, points_interval_label
from asklater.insights.prompt_rates import NO_RATES, prompt_rates
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.statistics.changes import chance_of_difference, discoveries
from asklater.insights.statistics.differences import Difference
from asklater.insights.suppression import FieldAndContext, ProtectedTable, protect

FALSE_DISCOVERIES: Mapping[bool, float] = {False: 0.04, True: 0.01}
"""Of the changes that are told of required asks, and of optional ones (True), so many may be false: as a page shows
both, five of a hundred together."""

Measure = Literal["completion", "persons", "rejection", "action", "answer"]
"""What is told of a cell: completion of every one, the others of the one that the page is about."""
Judged = tuple[FieldAndContext, Measure]


@dataclass(frozen=True)
class PeriodComparison:
    """What may be told of the query's days, and of those before where that is asked.

    `own` is the field and context that the page is about, "" for all.
    """

    now: ProtectedTable
    before: ProtectedTable | None
    own: FieldAndContext = ("", "")
    optional: bool = False

    def figures_before(self, field: str = "", context: str = "") -> Figures | None:
        """Returns the figures of the days before; None where nothing is compared, or nothing may be told."""
        return self.before.figures(field, context) if self.before else None

    def is_change(self, field: str = "", context: str = "", measure: Measure = "completion") -> bool:
        """Whether a difference may be called a change."""
        return ((field, context), measure) in self._changes

    def change_label(self, field: str = "", context: str = "") -> str:
        """Tells how the completion rate changed, in short; "" where nothing is compared, or nothing is told of now."""
        shown, earlier = self.now.figures(field, context), self.figures_before(field, context)
        if self.before is None or shown is None:
            return ""
        before = earlier.completion if earlier else None
        return change_label(shown.completion, before, is_change=self.is_change(field, context))

    def sentence(self, measure: Measure) -> str:
        """Tells how a rate of the page's own cell changed; "" where nothing is compared, or there is no rate now."""
        now, before = (_shares(table, self.own).get(measure) if table else None for table in (self.now, self.before))
        if self.before is None or now is None:
            return ""
        return change_sentence(now, before, is_change=self.is_change(*self.own, measure))

    @cached_property
    def _changes(self) -> frozenset[Judged]:
        return discoveries(dict(self._chances()), FALSE_DISCOVERIES[self.optional])

    def _chances(self) -> Iterator[tuple[Judged, float]]:
        """Of every difference that the board and the page's own figures show."""
        if self.before is None:
            return
        for cell in self.now.tallies:
            now, before = self.now.figures(*cell), self.before.figures(*cell)
            if cell != self.own and now and before:
                yield (cell, "completion"), chance_of_difference(now.completion, before.completion)
        mine, earlier = _shares(self.now, self.own), _shares(self.before, self.own)
        for measure, share in mine.items():
            if measure in earlier:
                yield (self.own, measure), chance_of_difference(share, earlier[measure])


def _shares(table: ProtectedTable, cell: FieldAndContext) -> Mapping[Measure, Share]:
    """All rates of one cell that there are. A prompt asks for several fields: it has rates only over all of them."""
    field, context = cell
    it = table.figures(field, context)
    if it is None:
        return {}
    prompts = NO_RATES if field else prompt_rates(table, context)
    found: dict[Measure, Share | None] = {
        "completion": it.completion,
        "persons": it.persons,
        "rejection": it.rejection,
        "action": prompts.action,
        "answer": prompts.answer,
    }
    return {measure: share for measure, share in found.items() if share is not None}


def compare_periods(reader: TotalsReader, query: Query) -> PeriodComparison:
    """Reads the sums of the query's days, and of those before where it compares. One statement in either case."""
    asked = (query, query.previous_period()) if query.compare else (query,)
    now, *before = (protect(tally_table(sums)) for sums in reader.sums_of_each(*asked))
    return PeriodComparison(now, before[0] if before else None, (query.field, query.context), query.optional)


def change_sentence(now: Share, before: Share | None, *, is_change: bool) -> str:
    """Tells the change from one rate to the other, with its interval, which holds for one look at this one alone."""
    found = rate_difference(now, before)
    if found is None or before is None:
        return gettext("Before: too few to compare.")
    words = {"before": percent(before.rate), "points": points_interval_label(found)}
    if not is_change:
        return gettext("Before: %(before)s. No difference is shown by the data.", before=words["before"])
    if found.estimate > 0:
        return gettext("Up from %(before)s, by %(points)s points.", **words)
    return gettext("Down from %(before)s, by %(points)s points.", **words)


def change_label(now: Share, before: Share | None, *, is_change: bool) -> str:
    """Tells the change from one rate to the other in the few words that a table's cell has space for."""
    found = rate_difference(now, before)
    if found is None or before is None:
        return gettext("too few before")
    words = {"before": percent(before.rate), "points": points_interval_label(found)}
    if not is_change:
        return gettext("%(before)s before: no difference shown", before=words["before"])
    if found.estimate > 0:
        return gettext("up from %(before)s (%(points)s)", **words)
    return gettext("down from %(before)s (%(points)s)", **words)


def rate_difference(now: Share, before: Share | None) -> Difference | None:
    """Returns the difference of the rates, with Newcombe's interval of both intervals; None where nothing was before.

    Who came back is on both sides, which makes it wider than it had to be.
    """
    if before is None:
        return None
    estimate = now.rate - before.rate
    below = hypot(now.rate - now.low, before.high - before.rate)
    above = hypot(now.high - now.rate, before.rate - before.low)
    return Difference(estimate, max(-1.0, estimate - below), min(1.0, estimate + above))

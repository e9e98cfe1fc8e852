"""A query's figures beside those of the days before: what changed, and whether chance alone may have done it."""

from dataclasses import dataclass

from asklater.i18n import gettext
from asklater.insights.figures import Figures, Share, tally_table
from asklater.insights.labels import percent, points_interval_label
from asklater.insights.query import Query
from asklater.insights.rollup.reader import TotalsReader
from asklater.insights.statistics.differences import Arm, Difference, newcombe
from asklater.insights.suppression import ProtectedTable, protect


@dataclass(frozen=True)
class PeriodComparison:
    """What may be told of the query's days, and of those before where that is asked."""

    now: ProtectedTable
    before: ProtectedTable | None

    def figures_before(self, field: str = "", context: str = "") -> Figures | None:
        """Returns the figures of the days before; None where nothing is compared, or nothing may be told."""
        return self.before.figures(field, context) if self.before else None

    def change_label(self, field: str = "", context: str = "") -> str:
        """Tells how the completion rate changed, in short; "" where nothing is compared, or nothing is told of now."""
        shown, earlier = self.now.figures(field, context), self.figures_before(field, context)
        if self.before is None or shown is None:
            return ""
        return change_label(shown.completion, earlier.completion if earlier else None)


def compare_periods(reader: TotalsReader, query: Query) -> PeriodComparison:
    """Reads the sums of the query's days, and of those before where it compares. One statement in either case."""
    asked = (query, query.previous_period()) if query.compare else (query,)
    now, *before = (protect(tally_table(sums)) for sums in reader.sums_of_each(*asked))
    return PeriodComparison(now, before[0] if before else None)


def change_sentence(now: Share, before: Share | None) -> str:
    """Tells the change from one rate to the other, with Newcombe's interval, which holds for one look."""
    found = rate_difference(now, before)
    if found is None or before is None:
        return gettext("Before: too few to compare.")
    words = {"before": percent(before.rate), "points": points_interval_label(found)}
    if not found.excludes_zero:
        return gettext(
            "Before: %(before)s. No difference that could be told from chance (%(points)s points).", **words
        )
    if found.estimate > 0:
        return gettext("Up from %(before)s, by %(points)s points.", **words)
    return gettext("Down from %(before)s, by %(points)s points.", **words)


def change_label(now: Share, before: Share | None) -> str:
    """Tells the change from one rate to the other in the few words that a table's cell has space for."""
    found = rate_difference(now, before)
    if found is None or before is None:
        return gettext("too few before")
    words = {"before": percent(before.rate), "points": points_interval_label(found)}
    if not found.excludes_zero:
        return gettext("%(before)s before: could be chance", **words)
    if found.estimate > 0:
        return gettext("up from %(before)s (%(points)s)", **words)
    return gettext("down from %(before)s (%(points)s)", **words)


def rate_difference(now: Share, before: Share | None) -> Difference | None:
    """Returns the difference of the rates; None where there was nothing before."""
    return newcombe(Arm(now.part, now.whole), Arm(before.part, before.whole)) if before else None

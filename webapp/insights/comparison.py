"""A question's figures beside those of the days before: what changed, and whether chance alone may have done it."""

from dataclasses import dataclass

from webapp.insights.differences import between
from webapp.insights.disclosure import Disclosed, disclosed
from webapp.insights.figures import Figures, Share
from webapp.insights.question import Question
from webapp.insights.rollup.reading import Reading
from webapp.insights.statistics.arms import Arm, Difference
from webapp.insights.statistics.difference import newcombe
from webapp.insights.tallying import board_of
from webapp.insights.wording import percent
from webapp.profiling.words import gettext


@dataclass(frozen=True)
class Comparison:
    """What may be told of the question's days, and of those before where that is asked."""

    now: Disclosed
    before: Disclosed | None

    def earlier(self, field: str = "", context: str = "") -> Figures | None:
        """None where nothing is compared, or nothing may be told."""
        return self.before.figures(field, context) if self.before else None

    def change(self, field: str = "", context: str = "") -> str:
        """What became of the completion rate, in short; "" where nothing is compared, or nothing is told of now."""
        shown, earlier = self.now.figures(field, context), self.earlier(field, context)
        if self.before is None or shown is None:
            return ""
        return change_in_short(shown.completion, earlier.completion if earlier else None)


def compared(reading: Reading, question: Question) -> Comparison:
    """One statement, with a comparison or without."""
    asked = (question, question.before()) if question.compare else (question,)
    now, *before = (disclosed(board_of(board)) for board in reading.boards(*asked))
    return Comparison(now, before[0] if before else None)


def change(now: Share, before: Share | None) -> str:
    """From one rate to the other, with Newcombe's interval of the difference, which holds for one look."""
    found = difference(now, before)
    if found is None or before is None:
        return gettext("Before: too few to compare.")
    words = {"before": percent(before.rate), "points": between(found)}
    if not found.excludes_zero:
        return gettext(
            "Before: %(before)s. No difference that could be told from chance (%(points)s points).", **words
        )
    if found.estimate > 0:
        return gettext("Up from %(before)s, by %(points)s points.", **words)
    return gettext("Down from %(before)s, by %(points)s points.", **words)


def change_in_short(now: Share, before: Share | None) -> str:
    """The same for the cell of a table."""
    found = difference(now, before)
    if found is None or before is None:
        return gettext("too few before")
    words = {"before": percent(before.rate), "points": between(found)}
    if not found.excludes_zero:
        return gettext("%(before)s before: could be chance", **words)
    if found.estimate > 0:
        return gettext("up from %(before)s (%(points)s)", **words)
    return gettext("down from %(before)s (%(points)s)", **words)


def difference(now: Share, before: Share | None) -> Difference | None:
    """None where there was nothing before."""
    return newcombe(Arm(now.part, now.whole), Arm(before.part, before.whole)) if before else None

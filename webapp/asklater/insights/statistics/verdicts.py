"""The verdict on contexts or variants: which is best, or why it cannot be said. A decision without words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from asklater.insights.statistics.changes import chance_of_difference
from asklater.insights.statistics.confidence_sequences import (
    TUNING,
    cautious_difference_of_means,
    cautious_difference_of_rates,
)
from asklater.insights.statistics.differences import Arm, Difference, SampleSummary
from asklater.insights.statistics.samples import SampleRatio

ALPHA = 0.05
LASTING_TUNING = 500
"""How many persons of the weeks after the first one their interval is narrowest at: a week may have few."""


class Reason(StrEnum):
    """Why a verdict says what it says; of several that apply, the first of these."""

    NOTHING_TO_COMPARE = "nothing_to_compare"
    NOT_CAUSAL = "not_causal"
    SAMPLE_RATIO = "sample_ratio"
    TOO_EARLY = "too_early"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    GUARDRAIL = "guardrail"
    FIRST_WEEK = "first_week"
    NOT_LASTING = "not_lasting"
    BEST = "best"


@dataclass(frozen=True)
class Candidate:
    """One context, or one variant.

    Under an experiment, `completed` is of the persons assigned, whether or not they were ever asked. `reach` is the
    share of accounts that get there, 0..1; None where it is unknown. `harms` are what must not grow, by key:
    dismissals, impressions per person, actions that were not completed.
    """

    key: str
    completed: Arm
    reach: float | None = None
    harms: Mapping[str, SampleSummary] = field(default_factory=dict)


@dataclass(frozen=True)
class PairwiseComparison:
    """The leader less another candidate."""

    other: str
    difference: Difference


@dataclass(frozen=True)
class Verdict:
    """`best` is set where it is `sure`, and only there.

    `leading` has the highest rate and `widest_reach` the greatest rate times reach, both None where unknown, hidden by
    a sample-ratio mismatch, or where the advantage over some other may be chance, at one look; neither is a
    recommendation. `comparisons` are those of the candidate with the highest rate so far, `guardrails_crossed` the
    keys of the harms that it surely does more of.
    """

    best: str | None
    reason: Reason
    leading: str | None = None
    widest_reach: str | None = None
    comparisons: tuple[PairwiseComparison, ...] = ()
    guardrails_crossed: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        return self.best is not None


def verdict(
    candidates: Sequence[Candidate], randomised: SampleRatio | None, alpha: float = ALPHA, tuning: float = TUNING
) -> Verdict:
    """Which candidate to choose. `randomised` is how an experiment shared them out; None where none did.

    The leader is best when its cautious always-valid interval against every other excludes 0, each at
    alpha / (candidates - 1). Over all looks together, the chance of calling one best that is not is then at most
    alpha / 2, and that of calling any best among equals at most alpha, as far as numbers of cases allow for normal
    distributions. A leader that surely does more of a harm than another candidate is held back.
    Raises ValueError for two candidates of one key, and for candidates that were not measured by the same harms.
    """
    if len({candidate.key for candidate in candidates}) < len(candidates):
        raise ValueError("two candidates have the same key")
    if any(candidate.harms.keys() != candidates[0].harms.keys() for candidate in candidates):
        raise ValueError("the candidates were measured by different harms")
    if len(candidates) < 2:
        return Verdict(None, Reason.NOTHING_TO_COMPARE)
    if randomised is not None and randomised.mismatch:
        return Verdict(None, Reason.SAMPLE_RATIO)
    leader, widest = _leader(candidates), _widest(candidates, alpha)
    if leader is None:
        reason = Reason.NOT_CAUSAL if randomised is None else Reason.NOT_ENOUGH_EVIDENCE
        return Verdict(None, reason, widest_reach=widest)
    leading = leader.key if _stands_out(_rates(candidates), leader.key, alpha) else None
    if randomised is None:
        return Verdict(None, Reason.NOT_CAUSAL, leading, widest)
    others = [candidate for candidate in candidates if candidate is not leader]
    share = alpha / len(others)
    against = tuple(_comparisons(leader, others, share, tuning))
    sure = len(against) == len(others) and all(each.difference.low > 0 for each in against)
    harmed = _harmed(leader, others, share, tuning)
    if not sure:
        return Verdict(None, Reason.NOT_ENOUGH_EVIDENCE, leading, widest, against, harmed)
    reason = Reason.GUARDRAIL if harmed else Reason.BEST
    return Verdict(leader.key if reason is Reason.BEST else None, reason, leader.key, widest, against, harmed)


def lasting_verdict(judged: Verdict, later: Sequence[Candidate], alpha: float = ALPHA) -> Verdict:
    """The verdict of all weeks, where the lead has outlasted the first one: what is new may draw attention at first.

    `later` are the same candidates, counted from the second week on; none while there is but one week. Over all looks
    together, the chance that a leader of the first week alone is called best is at most `alpha`.
    """
    if not judged.sure:
        return judged
    leader = next((each for each in later if each.key == judged.best), None)
    if leader is None:
        return replace(judged, best=None, reason=Reason.FIRST_WEEK)
    others = [candidate for candidate in later if candidate is not leader]
    against = _comparisons(leader, others, 2 * alpha / len(others), LASTING_TUNING)
    if len(against) == len(others) and all(each.difference.low > 0 for each in against):
        return judged
    return replace(judged, best=None, reason=Reason.NOT_LASTING)


def _leader(candidates: Sequence[Candidate]) -> Candidate | None:
    """The highest rate of those that anybody was counted for; None when it is shared."""
    counted = sorted((each for each in candidates if each.completed.total), key=lambda each: -each.completed.mean)
    if not counted or (len(counted) > 1 and counted[0].completed.mean == counted[1].completed.mean):
        return None
    return counted[0]


@dataclass(frozen=True)
class _Rate:
    """A rate, 0..1, of so many persons."""

    rate: float
    size: float


def _rates(candidates: Sequence[Candidate]) -> Mapping[str, _Rate]:
    counted = (each for each in candidates if each.completed.total)
    return {each.key: _Rate(each.completed.mean, each.completed.total) for each in counted}


def _widest(candidates: Sequence[Candidate], alpha: float) -> str | None:
    """The greatest rate times reach; None where a reach is unknown, and where it may be chance."""
    covered = {
        each.key: _Rate(each.completed.mean * each.reach, each.completed.total / each.reach)
        for each in candidates
        if each.reach and each.completed.total
    }
    if len(covered) < len(candidates):
        return None
    widest = max(covered, key=lambda key: covered[key].rate)
    return widest if _stands_out(covered, widest, alpha) else None


def _stands_out(rates: Mapping[str, _Rate], key: str, alpha: float) -> bool:
    """Whether the advantage over each other is more than chance, as one look shows it, corrected for their number."""
    others = [other for other in rates if other != key]
    return bool(others) and all(
        chance_of_difference(rates[key], rates[other]) <= alpha / len(others) for other in others
    )


def _comparisons(
    leader: Candidate, others: Sequence[Candidate], alpha: float, tuning: float
) -> list[PairwiseComparison]:
    """One for every other that anybody was counted for."""
    found = (
        (each.key, cautious_difference_of_rates(leader.completed, each.completed, alpha, tuning)) for each in others
    )
    return [PairwiseComparison(key, difference) for key, difference in found if difference is not None]


def _harmed(leader: Candidate, others: Sequence[Candidate], alpha: float, tuning: float) -> tuple[str, ...]:
    """The keys of the harms that the leader surely does more of than another candidate."""

    def more(key: str, other: Candidate) -> bool:
        difference = cautious_difference_of_means(leader.harms[key], other.harms[key], alpha, tuning)
        return difference is not None and difference.low > 0

    return tuple(key for key in leader.harms if any(more(key, other) for other in others))

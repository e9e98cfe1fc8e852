"""The verdict as a decision table."""

import pytest

from asklater.insights.statistics.differences import Arm, Sample
from asklater.insights.statistics.samples import sample_ratio
from asklater.insights.statistics.verdicts import Candidate, Reason, Verdict, verdict

FAIR = sample_ratio([2000, 2000], [1, 1])
SKEWED = sample_ratio([2000, 2400], [1, 1])

CLEAR = [Candidate("checkout", Arm(1200, 2000)), Candidate("account", Arm(800, 2000))]
CLOSE = [Candidate("checkout", Arm(1020, 2000)), Candidate("account", Arm(1000, 2000))]
TIED = [Candidate("checkout", Arm(1000, 2000)), Candidate("account", Arm(1000, 2000))]
EMPTY = [Candidate("checkout", Arm(0, 0)), Candidate("account", Arm(0, 0))]
ONE_EMPTY = [Candidate("checkout", Arm(1200, 2000)), Candidate("account", Arm(0, 0))]
FEW_BESIDE_MANY = [Candidate("checkout", Arm(5, 5)), Candidate("account", Arm(180, 200))]
"""Five of five is a higher rate than 180 of 200, and no better one."""
THIRD_CLOSE = [*CLEAR, Candidate("share", Arm(1180, 2000))]
THIRD_CLEAR = [*CLEAR, Candidate("share", Arm(900, 2000))]


@pytest.mark.parametrize(
    ("candidates", "randomised", "reason", "leading"),
    [
        (CLEAR, FAIR, Reason.BEST, "checkout"),
        (CLEAR[::-1], FAIR, Reason.BEST, "checkout"),
        (CLEAR, None, Reason.NOT_CAUSAL, "checkout"),
        (CLEAR, SKEWED, Reason.SAMPLE_RATIO, None),
        (CLOSE, FAIR, Reason.NOT_ENOUGH_EVIDENCE, None),
        (CLOSE, None, Reason.NOT_CAUSAL, None),
        (FEW_BESIDE_MANY, None, Reason.NOT_CAUSAL, None),
        (TIED, FAIR, Reason.NOT_ENOUGH_EVIDENCE, None),
        (TIED, None, Reason.NOT_CAUSAL, None),
        (EMPTY, FAIR, Reason.NOT_ENOUGH_EVIDENCE, None),
        (ONE_EMPTY, FAIR, Reason.NOT_ENOUGH_EVIDENCE, None),
        (THIRD_CLOSE, FAIR, Reason.NOT_ENOUGH_EVIDENCE, None),
        (THIRD_CLEAR, FAIR, Reason.BEST, "checkout"),
        (CLEAR[:1], FAIR, Reason.NOTHING_TO_COMPARE, None),
        ([], None, Reason.NOTHING_TO_COMPARE, None),
    ],
)
def test_the_verdict(candidates, randomised, reason: Reason, leading: str | None) -> None:
    found = verdict(candidates, randomised)
    assert (found.reason, found.leading) == (reason, leading)
    assert found.sure is (reason is Reason.BEST)
    assert found.best == (leading if found.sure else None)


def test_a_comparison_is_the_leader_less_the_other() -> None:
    found = verdict(CLEAR, FAIR)
    assert [each.other for each in found.comparisons] == ["account"]
    assert found.comparisons[0].difference.estimate == pytest.approx(0.2)
    assert 0 < found.comparisons[0].difference.low < 0.2 < found.comparisons[0].difference.high


def test_more_candidates_ask_for_more_evidence() -> None:
    alone, among = verdict(CLEAR, FAIR), verdict(THIRD_CLEAR, FAIR)
    assert among.comparisons[0].difference.low < alone.comparisons[0].difference.low


@pytest.mark.parametrize(
    ("reaches", "widest"), [((0.1, 0.9), "account"), ((0.9, 0.9), "checkout"), ((0.1, None), None), ((0.2, 0.3), None)]
)
def test_the_widest_reaches_most_accounts_whatever_its_rate(reaches, widest: str | None) -> None:
    candidates = [Candidate(each.key, each.completed, reach) for each, reach in zip(CLEAR, reaches, strict=True)]
    # 0.6 x 0.2 and 0.4 x 0.3 are the same.
    assert verdict(candidates, FAIR).widest_reach == widest
    assert verdict(candidates, FAIR).best == "checkout"
    assert verdict(candidates, None).widest_reach == widest


@pytest.mark.parametrize(
    ("harms", "reason", "harmed"),
    [
        ((Arm(400, 2000), Arm(100, 2000)), Reason.GUARDRAIL, ("dismissed",)),
        ((Arm(100, 2000), Arm(400, 2000)), Reason.BEST, ()),
        ((Arm(105, 2000), Arm(100, 2000)), Reason.BEST, ()),
        ((Arm(0, 0), Arm(100, 2000)), Reason.BEST, ()),
        ((Sample(2000, 8000, 36_000), Sample(2000, 4000, 10_000)), Reason.GUARDRAIL, ("dismissed",)),
    ],
)
def test_a_leader_that_does_harm_is_held_back(harms, reason: Reason, harmed: tuple[str, ...]) -> None:
    candidates = [
        Candidate(each.key, each.completed, harms={"dismissed": harm, "unchanged": Arm(3, 2000)})
        for each, harm in zip(CLEAR, harms, strict=True)
    ]
    found = verdict(candidates, FAIR)
    assert (found.reason, found.guardrails_crossed, found.sure) == (reason, harmed, reason is Reason.BEST)
    assert found.leading == "checkout"


def test_a_mismatch_hides_every_figure() -> None:
    assert verdict(CLEAR, SKEWED) == Verdict(None, Reason.SAMPLE_RATIO)


def test_candidates_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        verdict([CLEAR[0], CLEAR[0]], FAIR)
    with pytest.raises(ValueError, match="different harms"):
        verdict([CLEAR[0], Candidate("account", Arm(1, 2), harms={"dismissed": Arm(1, 2)})], FAIR)

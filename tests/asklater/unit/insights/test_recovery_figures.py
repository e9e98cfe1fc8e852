"""Recovery in figures: what opens which accounts, what one more evidence adds, and what is hidden."""

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import literal, select

from asklater.insights.recovery.counts import Held, RecoveryCounts
from asklater.insights.recovery.figures import LossFigures, recovery_figures
from asklater.registry import RecoveryEvidence, RecoveryWay, Registry
from asklater.suppression import SMALLEST_CELL

NOW = datetime(2026, 6, 30, tzinfo=UTC)


def way(loss: str, *evidence: str) -> RecoveryWay:
    return RecoveryWay(loss, lambda: loss, lambda: " + ".join(evidence), frozenset(evidence), lambda: "at once")


WAYS = (
    way("mail", "passkey"),
    way("mail", "code", "app"),
    way("mail", "code"),
    way("both", "code", "second"),
    way("factor"),
)
KEYS = ("app", "code", "passkey", "second")


def held(*keys: str) -> Held:
    return frozenset(keys)


def of(accounts: dict[Held, int], origins: dict[tuple[str, str], int] | None = None) -> tuple[LossFigures, ...]:
    return recovery_figures(RecoveryCounts(accounts, origins or {}, NOW), WAYS).losses


def sizes(loss: LossFigures) -> dict[str, int | None]:
    """What is told of a loss: "" for any way, "+x" for what `x` would add."""
    shares = {"": loss.recoverable}
    shares |= {one.way.label(): one.share for one in loss.ways}
    shares |= {f"+{one.evidence}": one.share for one in loss.gains}
    return {name: share.part if share else None for name, share in shares.items()}


def test_ways_may_overlap_and_gains_are_of_those_who_are_lost_now() -> None:
    mail, both = of(
        {held(): 50, held("passkey"): 20, held("passkey", "code"): 10, held("code", "app"): 8, held("app"): 6}
    )
    assert sizes(mail) == {"": 38, "passkey": 30, "code + app": 8, "code": 18, "+app": 0, "+code": 56, "+passkey": 56}
    assert sizes(both) == {"": 0, "code + second": 0, "+code": 0, "+second": 18}


def test_a_loss_after_which_everybody_comes_back_is_no_panel() -> None:
    assert [loss.label for loss in of({held(): 9})] == ["mail", "both"]


def test_of_fewer_than_five_accounts_nothing_is_told() -> None:
    assert recovery_figures(RecoveryCounts({held("passkey"): 4}, {("passkey", "x"): 4}, NOW), WAYS).accounts is None


def test_what_too_few_have_or_lack_is_hidden() -> None:
    mail, _both = of({held(): 50, held("passkey"): 4})
    assert sizes(mail)["passkey"] is None
    mail, _both = of({held(): 3, held("passkey"): 40})
    assert sizes(mail)[""] is None


def test_the_difference_of_two_ways_tells_of_nobody() -> None:
    mail, _both = of({held(): 50, held("code", "app"): 10, held("code"): 3})
    assert sizes(mail)["code + app"] == 10 or sizes(mail)["code"] == 13
    assert None in {sizes(mail)["code + app"], sizes(mail)["code"]}


def test_whoever_is_left_without_any_gain_is_not_told_by_it() -> None:
    (mail,) = recovery_figures(
        RecoveryCounts({held(): 30, held("code", "app"): 20, held("app"): 2}, {}, NOW), (way("mail", "code", "app"),)
    ).losses
    assert sizes(mail)[""] == 20
    assert sizes(mail)["+code"] is None


def test_where_one_origin_is_too_small_another_is_hidden_with_it() -> None:
    counts = RecoveryCounts(
        {held(): 30, held("passkey"): 33}, {("passkey", "a"): 3, ("passkey", "b"): 10, ("passkey", "c"): 20}, NOW
    )
    told = {one.context: one.accounts for one in recovery_figures(counts, WAYS).origins}
    assert told == {"a": None, "b": None, "c": 20}


def test_origins_of_what_too_few_lack_are_hidden() -> None:
    counts = RecoveryCounts({held(): 2, held("passkey"): 33}, {("passkey", "a"): 33}, NOW)
    assert [one.accounts for one in recovery_figures(counts, WAYS).origins] == [None]


def told_sets(accounts: dict[Held, int]) -> list[frozenset[Held]]:
    """The sets of accounts whose size is told, worked out anew, and all but each of them."""
    everybody, found = frozenset(accounts), [frozenset(accounts)]
    for loss in of(accounts):
        ways = [one.evidence for one in WAYS if one.loss == loss.label]

        def opens(some: Held, ways: list[Held] = ways) -> bool:
            return any(evidence <= some for evidence in ways)

        if loss.recoverable:
            found.append(frozenset(filter(opens, everybody)))
        found += [frozenset(filter(one.way.evidence.issubset, everybody)) for one in loss.ways if one.share]
        found += [
            frozenset(some for some in everybody if not opens(some) and opens(some | {one.evidence}))
            for one in loss.gains
            if one.share
        ]
    return [*found, *(everybody - some for some in found)]


worlds = st.dictionaries(
    st.frozensets(st.sampled_from(KEYS)), st.sampled_from([1, 2, 4, 5, 9, 40]), min_size=1, max_size=8
)


@pytest.mark.thorough
@given(worlds)
def test_no_figure_nor_the_difference_of_two_nested_ones_is_of_too_few(accounts: dict[Held, int]) -> None:
    for one, other in combinations(told_sets(accounts), 2):
        if one <= other or other <= one:
            assert (
                not 0 < sum(accounts[held] for held in one ^ other) < SMALLEST_CELL
                or sum(accounts.values()) < SMALLEST_CELL
            )


def evidence(key: str) -> RecoveryEvidence:
    return RecoveryEvidence(key, lambda: key, lambda: select(literal(1), literal("")), lambda: "")


def test_a_way_takes_evidence_that_is_registered() -> None:
    with pytest.raises(ValueError, match="not registered: code"):
        Registry().register_recovery([evidence("passkey")], [way("mail", "passkey"), way("mail", "code")])


def test_there_are_not_more_sorts_than_combinations_can_be_counted_of() -> None:
    with pytest.raises(ValueError, match="at most 8"):
        Registry().register_recovery(map(evidence, "abcdefghi"), [])

"""The recovery methods that are open, as a table; and what holds for any evidence at all."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from asklater.accounts.recovery.methods import (
    RECOVERY_METHODS,
    Loss,
    accepted_evidence,
    available_methods,
    gains_by_more_evidence,
)

DAY = timedelta(days=1)
KEYS = ("authenticator", "passkey", "phone", "provider", "recovery_code", "second_address")
HOLDINGS = st.frozensets(st.sampled_from(KEYS))
LOSSES = st.sampled_from(list(Loss))


@pytest.mark.parametrize(
    ("lost", "held", "days"),
    [
        ("mail", "", None),
        ("mail", "passkey", 0),
        ("mail", "provider", 0),
        ("mail", "authenticator", None),
        ("mail", "phone", None),
        ("mail", "authenticator phone", None),
        ("mail", "recovery_code", 3),
        ("mail", "recovery_code authenticator", 0),
        ("mail", "recovery_code phone", 0),
        ("mail", "recovery_code second_address", 3),
        ("mail", "second_address", 3),
        ("mail", "second_address authenticator", 1),
        ("mail", "second_address phone", 1),
        ("factor", "", 7),
        ("factor", "recovery_code", 0),
        ("factor", "second_address", 1),
        ("factor", "phone", 1),
        ("factor", "phone second_address", 1),
        ("both", "", None),
        ("both", "phone", None),
        ("both", "second_address", None),
        ("both", "passkey provider authenticator", None),
        ("both", "recovery_code", 7),
        ("both", "recovery_code phone", 7),
        ("both", "recovery_code second_address", 3),
        ("both", "second_address phone", 7),
    ],
)
def test_the_quickest_way_of_each(lost: str, held: str, days: int | None) -> None:
    ways = available_methods(Loss(lost), frozenset(held.split()))
    assert (ways[0].delay if ways else None) == (None if days is None else days * DAY)


def test_the_keys_fit_their_column_and_name_one_way_each() -> None:
    assert all(len(way.key) <= 20 for way in RECOVERY_METHODS)
    assert len({(way.loss, way.key) for way in RECOVERY_METHODS}) == len(RECOVERY_METHODS)


def test_what_signs_in_is_not_asked_for_in_a_form() -> None:
    assert accepted_evidence(Loss.MAIL) == {"recovery_code", "second_address", "authenticator", "phone"}
    assert accepted_evidence(Loss.BOTH) == {"recovery_code", "second_address", "phone"}


@given(LOSSES, HOLDINGS, HOLDINGS)
def test_more_evidence_never_closes_a_way_and_never_slows_one(
    lost: Loss, some: frozenset[str], more: frozenset[str]
) -> None:
    before, after = available_methods(lost, some), available_methods(lost, some | more)
    assert set(before) <= set(after)
    assert not before or after[0].delay <= before[0].delay


@given(st.sampled_from([Loss.MAIL, Loss.BOTH]))
def test_a_text_message_alone_never_opens_what_lost_its_mail(lost: Loss) -> None:
    assert available_methods(lost, {"phone"}) == ()
    assert all(way.evidence != {"phone"} for way in RECOVERY_METHODS if way.loss is lost)


@given(LOSSES, HOLDINGS)
def test_the_quickest_comes_first(lost: Loss, held: frozenset[str]) -> None:
    delays = [way.delay for way in available_methods(lost, held)]
    assert delays == sorted(delays)


@given(HOLDINGS)
def test_one_more_adds_exactly_what_it_would_open_or_quicken(held: frozenset[str]) -> None:
    gains = {(gain.evidence, gain.method.loss): gain for gain in gains_by_more_evidence(held)}
    for key in KEYS:
        for lost in Loss:
            now, then = available_methods(lost, held), available_methods(lost, held | {key})
            better = bool(then) and (not now or then[0].delay < now[0].delay)
            assert ((key, lost) in gains) is (better and key not in held)
            if (key, lost) in gains:
                assert gains[key, lost].method == then[0]
                assert gains[key, lost].delay_without == (now[0].delay if now else None)

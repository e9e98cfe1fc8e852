"""Sums."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from halftone.catalogue import DELIVERY_CENTS, FREE_ABOVE_CENTS, amount, totals

parts = st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 99), st.booleans()), max_size=8)


@given(parts)
def test_the_total_is_goods_and_delivery(counted: list[tuple[int, int, bool]]) -> None:
    sums = totals(counted)
    assert sums.goods_cents == sum(price * quantity for price, quantity, _ in counted)
    assert sums.total_cents - sums.goods_cents == sums.delivery_cents
    assert sums.delivery_cents in {0, DELIVERY_CENTS}


@pytest.mark.parametrize(
    ("cents", "ships", "delivery"),
    [
        (FREE_ABOVE_CENTS - 1, True, DELIVERY_CENTS),
        (FREE_ABOVE_CENTS, True, DELIVERY_CENTS),
        (FREE_ABOVE_CENTS + 1, True, 0),
        (500, False, 0),
    ],
)
def test_delivery_is_free_above_the_limit_and_for_files(cents: int, ships: bool, delivery: int) -> None:
    assert totals([(cents, 1, ships)]).delivery_cents == delivery


def test_nothing_costs_nothing() -> None:
    assert totals([]).total_cents == 0


def test_cents_become_euros_exactly() -> None:
    assert amount(4800) == Decimal("48.00")
    assert str(amount(5)) == "0.05"

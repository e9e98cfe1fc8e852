"""Sums."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from halftone.catalogue import amount, totals
from halftone.delivery import STANDARD, rate_for, rate_of

parts = st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 99), st.booleans()), max_size=8)


@pytest.mark.thorough
@given(parts)
def test_the_total_is_goods_and_delivery(counted: list[tuple[int, int, bool]]) -> None:
    sums = totals(counted)
    assert sums.goods_cents == sum(price * quantity for price, quantity, _ in counted)
    assert sums.total_cents - sums.goods_cents == sums.delivery_cents
    assert sums.delivery_cents in {0, STANDARD.cents}


@pytest.mark.parametrize(
    ("cents", "ships", "delivery"),
    [
        (STANDARD.free_from_cents - 1, True, STANDARD.cents),
        (STANDARD.free_from_cents, True, 0),
        (STANDARD.free_from_cents + 1, True, 0),
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


def test_the_country_sets_what_delivery_costs_and_from_where_on_it_is_free() -> None:
    assert totals([(5999, 1, True)], rate_for("DE")).delivery_cents == 290
    assert totals([(6000, 1, True)], rate_for("DE")).delivery_cents == 0
    assert totals([(6001, 1, True)], rate_for("AT")).delivery_cents == 390
    assert totals([(6001, 1, False)], rate_for("AT")).delivery_cents == 0


@given(st.sampled_from(["DE", "AT", "GB", "US", "JP", "", "??"]))
def test_saying_the_country_never_costs_anything(country: str) -> None:
    assert rate_for(country).cents <= STANDARD.cents
    assert rate_for(country).free_from_cents <= STANDARD.free_from_cents


@pytest.mark.parametrize(
    ("held", "country"),
    [
        ({}, ""),
        ({"shipping_address": {"country": "DE"}}, ""),
        ({"country": "DE"}, "DE"),
        ({"country": "DE", "shipping_address": {"country": "DE"}}, "DE"),
        ({"country": "DE", "shipping_address": {"country": "US"}}, ""),
    ],
)
def test_a_delivery_address_in_another_country_has_the_standard_price(held: dict[str, object], country: str) -> None:
    assert rate_of(held).country == country

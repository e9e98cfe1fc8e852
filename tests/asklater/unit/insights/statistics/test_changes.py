"""Changes of many rates judged together, against statsmodels, and in worlds in which nothing changed."""

from dataclasses import dataclass

import pytest
from hypothesis import given, strategies as st
from numpy.random import default_rng
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from asklater.insights.statistics.changes import chance_of_difference, discoveries


@dataclass(frozen=True)
class Seen:
    rate: float
    size: float


@given(st.lists(st.floats(0, 1), max_size=30), st.sampled_from([0.01, 0.05, 0.2]))
def test_discoveries_are_those_of_statsmodels(chances: list[float], rate: float) -> None:
    found = discoveries(dict(enumerate(chances)), rate)
    rejected = multipletests(chances, alpha=rate, method="fdr_bh")[0] if chances else []
    assert found == {place for place, is_one in enumerate(rejected) if is_one}


def test_the_chance_is_that_of_statsmodels_where_many_were_asked() -> None:
    for successes in (180, 240, 300):
        _, expected = proportions_ztest([successes * 100, 24_000], [40_000, 40_000])
        found = chance_of_difference(Seen(successes / 400, 40_000), Seen(0.6, 40_000))
        assert found == pytest.approx(expected, rel=0.05, abs=1e-12)


def test_equal_rates_differ_by_chance_and_nobody_tells_nothing() -> None:
    assert chance_of_difference(Seen(0.0, 10), Seen(0.0, 400)) == 1.0
    assert chance_of_difference(Seen(0.5, 10), Seen(0.5, 400)) == 1.0
    assert discoveries({}) == frozenset()
    with pytest.raises(ValueError, match="no difference"):
        chance_of_difference(Seen(0.5, 0), Seen(0.5, 10))
    with pytest.raises(ValueError, match="between 0 and 1"):
        discoveries({"a": 1.2})


@pytest.mark.parametrize(("most", "times"), [(30, 1), (30, 4), (300, 1), (300, 8)])
def test_where_nothing_changed_a_look_in_twenty_says_something(most: int, times: int) -> None:
    """Eighteen cells of five persons and more, at any rates; the days before may be as many times as long."""
    random, looks = default_rng(most + times), 1500
    said = 0
    for _ in range(looks):
        sizes, rates = random.integers(5, most, 18), random.uniform(0.02, 0.98, 18)
        now = random.binomial(sizes, rates) / sizes
        before = random.binomial(sizes * times, rates) / (sizes * times)
        cells = zip(now.tolist(), before.tolist(), sizes.tolist(), strict=True)
        chances = {
            place: chance_of_difference(Seen(one, size), Seen(other, size * times))
            for place, (one, other, size) in enumerate(cells)
        }
        said += bool(discoveries(chances))
    assert said / looks <= 0.05

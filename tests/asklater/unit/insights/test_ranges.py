"""Histograms between two rows of totals: unpacked when looked at, and worth what they hold."""

from hypothesis import given, strategies as st

from asklater.insights.rollup.ranges import EMPTY_HISTOGRAM, TimeHistogram
from asklater.insights.rollup.running_totals import pack_times
from asklater.insights.statistics.histogram import LANE_BITS

histograms = st.dictionaries(st.integers(0, 40), st.integers(1, 1000), max_size=6)


def lanes(counts: dict[int, int]) -> int:
    return sum(count << LANE_BITS * bucket for bucket, count in counts.items())


@given(early=histograms, gained=histograms, pending=histograms)
def test_what_lies_between_two_rows_and_what_is_pending(
    early: dict[int, int], gained: dict[int, int], pending: dict[int, int]
) -> None:
    late = lanes(early) + lanes(gained)
    found = TimeHistogram((pack_times(late),), (pack_times(lanes(early)),)) + TimeHistogram(pending=lanes(pending))
    assert found == TimeHistogram(pending=lanes(gained) + lanes(pending))
    assert found.lanes == lanes(gained) + lanes(pending)
    assert found.counts_by_bucket() == {
        bucket: gained.get(bucket, 0) + pending.get(bucket, 0) for bucket in sorted(gained.keys() | pending.keys())
    }
    assert {bucket: count for bucket, count in enumerate(found.counts_in_order()) if count} == found.counts_by_bucket()


def test_nothing_is_unpacked_before_somebody_looks() -> None:
    broken = TimeHistogram((b"no histogram",)) + EMPTY_HISTOGRAM
    assert "lanes" not in vars(broken)

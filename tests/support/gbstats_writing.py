"""Writes the cases that `gbstats_cases` reads, with gbstats itself: `python -m tests.support.gbstats_writing`.

gbstats is installed for it beside the other packages: `pip install --no-deps gbstats==0.8.0`.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from gbstats.frequentist.tests import SequentialConfig, SequentialTwoSidedTTest
from gbstats.models.statistics import ProportionStatistic, SampleMeanStatistic

from tests.support.gbstats_cases import CASES

SEED = 20260
OF_EACH_KIND = 100


def cases(random: Random) -> Iterator[dict[str, Any]]:
    for _ in range(OF_EACH_KIND):
        totals = [int(10 ** random.uniform(0.4, 6)) for _ in range(2)]
        # gbstats has no answer for an arm of all or nothing.
        yield case(random, "rates", [(random.randint(1, total - 1), total) for total in totals])
    for _ in range(OF_EACH_KIND):
        values = [[random.randint(0, 1000) for _ in range(random.randint(2, 60))] for _ in range(2)]
        yield case(random, "means", [(len(arm), sum(arm), sum(value * value for value in arm)) for arm in values])


def case(random: Random, kind: str, arms: list[tuple[int, ...]]) -> dict[str, Any]:
    alpha, tuning = random.choice([0.05, 0.05 / 3, 0.001, 0.2]), random.choice([5000, 10, 300.5, 10**6])
    config = SequentialConfig(difference_type="absolute", alpha=alpha, sequential_tuning_parameter=tuning)
    if kind == "rates":
        first, second = (ProportionStatistic(n=total, sum=successes) for successes, total in arms)
    else:
        first, second = (
            SampleMeanStatistic(n=count, sum=total, sum_squares=squares) for count, total, squares in arms
        )
    low, high = SequentialTwoSidedTTest(second, first, config).confidence_interval
    return {"kind": kind, "arms": arms, "alpha": alpha, "tuning": tuning, "low": float(low), "high": float(high)}


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(each) for each in cases(Random(SEED)))
    CASES.write_text(f"[\n{lines}\n]\n")

"""Measuring side by side: contenders take turns in one process, and the fastest round of each is compared."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the table: microseconds a call, how many times the reference that is, and a word on it."""

    benchmark: str
    contender: str
    microseconds: float
    ratio: float
    note: str = ""


def side_by_side(
    benchmark: str, contenders: Mapping[str, Callable[[], None]], *, rounds: int = 25, calls: int = 40
) -> list[Figure]:
    """Time the contenders in turns; the first is the reference.

    The fastest round stands for each, since what else the machine does only ever adds.
    """
    for call in contenders.values():
        for _ in range(calls):
            call()
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in contenders.items():
                began = time.perf_counter()
                for _ in range(calls):
                    call()
                taken[name].append((time.perf_counter() - began) / calls * 1e6)
    finally:
        gc.enable()
    best = {name: min(values) for name, values in taken.items()}
    reference = next(iter(best.values()))
    return [Figure(benchmark, name, value, value / reference) for name, value in best.items()]

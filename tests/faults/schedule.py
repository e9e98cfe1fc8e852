"""When things break, and what has to hold afterwards: for FAULT_SECONDS, by a schedule that FAULT_SEED repeats."""

import os
import time
from collections.abc import Callable
from random import Random

from tests.faults.customers import Notes, lost_or_doubled
from tests.faults.shops import Shop

SECONDS = float(os.environ.get("FAULT_SECONDS", "120"))
SEED = int(os.environ.get("FAULT_SEED", "0")) or Random().randrange(10**9)


def breaking(chance: Random, pause: tuple[float, float], strike: Callable[[], str]) -> list[str]:
    """Strike again and again, after random pauses, until the time is over; what was struck."""
    struck, until = [], time.monotonic() + SECONDS
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, chance.uniform(*pause)))
        if time.monotonic() < until:
            struck.append(strike())
    return struck


def settle_accounts(shop: Shop, notes: Notes, struck: list[str]) -> None:
    """Everything works again, and nothing is lost, doubled or unforeseen."""
    shop.wait_until_ready()
    shop.wait_until_caught_up()
    report(notes, struck)
    assert notes.wrong == []
    assert lost_or_doubled(shop.base, notes) == []
    assert any(journey.order for journey in notes.journeys)
    assert shop.traces() == 0, shop.log()


def report(notes: Notes, struck: list[str]) -> None:
    orders = sum(bool(journey.order) for journey in notes.journeys)
    print(f"struck {len(struck)}: {', '.join(sorted(set(struck)))}")
    print(f"{len(notes.journeys)} journeys, {orders} orders, statuses {dict(sorted(notes.statuses.items()))}")
    print(f"slowest answer {notes.slowest:.1f} s")

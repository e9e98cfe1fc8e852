"""The state of a page that refreshes itself: the same wherever it is made, another one once a figure changes."""

from dataclasses import replace

from webapp.insights.counts import Tally
from webapp.insights.refreshing import state_of

CELLS = [Tally(field, context, *range(13)) for field in ("email", "phone") for context in ("checkout", "share")]


def test_the_order_in_which_a_process_counts_makes_no_difference() -> None:
    assert state_of(CELLS, "late") == state_of(reversed(CELLS), "late")


def test_whatever_is_shown_makes_another_state() -> None:
    first, *others = CELLS
    changed = [replace(first, completed=first.completed + 1), *others]
    states = {state_of(CELLS), state_of(changed), state_of(others), state_of(CELLS, "late")}
    assert len(states) == 4

"""The state of a page that refreshes itself: the same wherever it is made, another one once a figure changes."""

from dataclasses import replace

from asklater.insights.figures import Tally
from asklater.insights.overview import page_etag

CELLS = [Tally(field, context, *range(14)) for field in ("email", "phone") for context in ("checkout", "share")]


def test_the_order_in_which_a_process_counts_makes_no_difference() -> None:
    assert page_etag(CELLS, "late") == page_etag(reversed(CELLS), "late")


def test_whatever_is_shown_makes_another_state() -> None:
    first, *others = CELLS
    changed = [replace(first, completed=first.completed + 1), *others]
    states = {page_etag(CELLS), page_etag(changed), page_etag(others), page_etag(CELLS, "late")}
    assert len(states) == 4

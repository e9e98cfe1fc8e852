"""What a table of tallies tells: no hidden cell can be worked out, whatever page shows which part of it."""

from dataclasses import replace

from hypothesis import given, strategies as st

from asklater.insights.figures import TallyTable, tally
from asklater.insights.suppression import protect
from asklater.suppression import SMALLEST_CELL

NOTHING = tally("", "", {})
FIELDS, CONTEXTS = ("email", "picture", "name"), ("publish", "letter", "order")
counts = st.dictionaries(
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(CONTEXTS)), st.sampled_from([1, 4, 5, 9, 40]), min_size=1
)


def board_of(cells: dict[tuple[str, str], int]) -> TallyTable:
    """With one ask for each person, so that counts of persons add up, which makes it the easiest to see through."""
    board = dict(cells)
    for (field, context), count in cells.items():
        for key in ((field, ""), ("", context), ("", "")):
            board[key] = board.get(key, 0) + count
    return {key: replace(NOTHING, field=key[0], context=key[1], persons=n, episodes=n) for key, n in board.items()}


@given(counts)
def test_every_line_that_hides_anything_hides_two(cells: dict[tuple[str, str], int]) -> None:
    board = board_of(cells)
    told = protect(board)
    assert {key for key, it in board.items() if it.persons < SMALLEST_CELL} <= told.suppressed
    rows = [[(field, context) for context in (*CONTEXTS, "")] for field in (*FIELDS, "")]
    columns = [[(field, context) for field in (*FIELDS, "")] for context in (*CONTEXTS, "")]
    for line in (*rows, *columns):
        there = [key for key in line if key in board]
        assert len(there) < 2 or sum(key in told.suppressed for key in there) != 1
    for key in board:
        assert (told.figures(*key) is None) == (key in told.suppressed)


def test_what_was_never_asked_is_not_hidden_and_has_no_figures() -> None:
    told = protect(board_of({("email", "publish"): 9}))
    assert told.suppressed == frozenset()
    assert told.figures("picture", "publish") is None
    assert told.tally("picture", "publish").episodes == 0
    assert protect({}).figures() is None

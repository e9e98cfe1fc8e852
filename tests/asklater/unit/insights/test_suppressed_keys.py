"""No hidden cell of a table can be worked out from its totals."""

from hypothesis import given, strategies as st

from asklater.insights.suppression import suppressed_keys
from asklater.suppression import SMALLEST_CELL

ALL = ("", "")
grids = st.lists(st.lists(st.sampled_from([0, 0, 1, 3, 4, 5, 8, 40]), min_size=1, max_size=4), min_size=1, max_size=4)


def test_one_small_cell_takes_the_next_smallest_with_it() -> None:
    assert suppressed_keys({"a": 3, "b": 9, "c": 7, "": 19}, [["a", "b", "c", ""]]) == {"a", "c"}


def test_two_small_ones_hide_each_other() -> None:
    assert suppressed_keys({"a": 3, "b": 4, "c": 7, "": 14}, [["a", "b", "c", ""]]) == {"a", "b"}


def test_nothing_small_hides_nothing_and_nobody_is_no_cell() -> None:
    assert suppressed_keys({"a": 5, "b": 0, "": 5}, [["a", "b", ""]]) == frozenset()


def test_a_key_that_is_false_is_hidden_like_any_other() -> None:
    assert suppressed_keys({"a": 3, "": 19}, [["a", ""]]) == {"a", ""}


@given(grids)
def test_no_line_has_just_one_that_is_hidden(grid: list[list[int]]) -> None:
    width = min(len(row) for row in grid)
    persons = {(str(r), str(c)): grid[r][c] for r in range(len(grid)) for c in range(width)}
    persons |= {(str(r), ""): sum(grid[r][:width]) for r in range(len(grid))}
    persons |= {("", str(c)): sum(row[c] for row in grid) for c in range(width)}
    persons[ALL] = sum(sum(row[:width]) for row in grid)
    rows, columns = [*map(str, range(len(grid))), ""], [*map(str, range(width)), ""]
    lines = [[(r, c) for c in columns] for r in rows] + [[(r, c) for r in rows] for c in columns]
    hide = suppressed_keys(persons, lines)
    assert {key for key, number in persons.items() if 0 < number < SMALLEST_CELL} <= hide
    assert all(persons[key] for key in hide)
    for line in lines:
        there = [key for key in line if persons[key]]
        assert len(there) == 1 or sum(key in hide for key in there) != 1

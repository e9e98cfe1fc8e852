"""Which cells are hidden besides those that tell of too few, on small tables that can be worked out by hand."""

from asklater.insights.statistics.cell_suppression import Cell, suppressed_keys
from asklater.insights.suppression import nested_counts, share_of_persons, suppressed_counts
from asklater.suppression import SMALLEST_CELL

WIDTH = SMALLEST_CELL - 1


def cell(count: int, weight: int = 1) -> Cell:
    return Cell(count * weight, (count,), (count - 1,), ((0,),) if count < SMALLEST_CELL else ())


def test_one_small_part_takes_the_next_smallest_with_it() -> None:
    assert suppressed_counts({"a": 3, "b": 9, "c": 7}) == {"a", "c"}


def test_two_small_ones_hide_each_other_where_either_could_be_five() -> None:
    assert suppressed_counts({"a": 3, "b": 4, "c": 7}) == {"a", "b"}
    assert suppressed_counts({"a": 1, "b": 1, "c": 7}) == {"a", "b", "c"}


def test_where_no_part_could_make_up_for_it_all_are_hidden() -> None:
    assert suppressed_counts(dict.fromkeys("abcde", 1)) == set("abcde")


def test_nothing_small_hides_nothing_and_nobody_is_no_part() -> None:
    assert suppressed_counts({"a": 5, "b": 0}) == frozenset()
    assert suppressed_counts({}) == frozenset()


def test_a_key_that_is_false_is_hidden_like_any_other() -> None:
    assert suppressed_counts({"": 3, "a": 19}) == {"", "a"}


def test_a_chain_of_totals_is_broken_across_the_table() -> None:
    """Two hidden ones a row and a column are not enough: they have to be four that close a circle."""
    inner = {("f", "a"): 3, ("f", "b"): 20, ("f", "c"): 30, ("g", "a"): 40, ("g", "b"): 50, ("g", "c"): 60}
    counts = dict(inner)
    for (field, context), count in inner.items():
        for key in ((field, ""), ("", context), ("", "")):
            counts[key] = counts.get(key, 0) + count
    cells = {key: cell(count, 1000 ** key.count("")) for key, count in counts.items()}
    rows = [[(field, context) for context in ("a", "b", "c", "")] for field in ("f", "g", "")]
    columns = [[(field, context) for field in ("f", "g", "")] for context in ("a", "b", "c", "")]
    assert suppressed_keys(cells, [*rows, *columns], WIDTH) == {("f", "a"), ("f", "b"), ("g", "a"), ("g", "b")}


def test_a_total_is_hidden_where_it_is_of_one_part_alone() -> None:
    counts = {("f", "a"): 3, ("f", "b"): 30, ("f", ""): 33, ("", "a"): 3, ("", "b"): 30, ("", ""): 33}
    cells = {key: cell(count, 1000 ** key.count("")) for key, count in counts.items()}
    lines = [
        [("f", "a"), ("f", "b"), ("f", "")],
        [("", "a"), ("", "b"), ("", "")],
        *([("f", context), ("", context)] for context in ("a", "b", "")),
    ]
    assert suppressed_keys(cells, lines, WIDTH) == set(counts) - {("f", ""), ("", "")}


def test_a_share_is_hidden_where_few_have_it_or_few_lack_it() -> None:
    assert [share_of_persons(part, 6) is None for part in range(7)] == [False, *[True] * 5, False]
    assert share_of_persons(4, 40) is None
    assert share_of_persons(36, 40) is None
    assert share_of_persons(5, 10) is not None
    assert share_of_persons(0, 0) is None


def test_of_steps_that_are_ever_fewer_no_difference_tells_of_too_few() -> None:
    assert nested_counts(100, {"acted": 60, "given": 62, "submitted": 97}) == {
        "acted": 60,
        "given": None,
        "submitted": None,
    }
    assert nested_counts(100, {"acted": 0, "given": 3, "submitted": 100}) == {
        "acted": 0,
        "given": None,
        "submitted": 100,
    }

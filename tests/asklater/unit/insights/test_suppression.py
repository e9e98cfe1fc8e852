"""What a table of tallies tells: no hidden cell can be worked out, whatever page shows which part of it."""

from collections import Counter, defaultdict
from random import Random

import pytest

from asklater.insights.figures import Tally, TallyTable, tally
from asklater.insights.suppression import (
    COMPLETED,
    OTHERS,
    WIDTH,
    ProtectedTable,
    protect,
    suppressed_parts,
    suppressed_parts_of,
)
from asklater.suppression import SMALLEST_CELL, is_too_small
from tests.support.disclosure import COUNTS, OUTCOMES, HiddenCells, Key, lines_of

FIELDS = ("address", "email", "name", "phone", "picture")
CONTEXTS = ("checkout", "letter", "order", "publish")
GROUPS = {COMPLETED: OUTCOMES[:1], OTHERS: OUTCOMES[1:]}


def random_table(seed: int) -> TallyTable:
    """Of people who are asked some fields in some contexts, once or a few times, and mostly answer alike."""
    random = Random(seed)
    people = random.choice([8, 20, 60, 200])
    rates = {(field, context): random.choice([0.0, 0.1, 0.5, 0.9, 1.0]) for field in FIELDS for context in CONTEXTS}
    asked = {key: random.choice([0, 0, 0.05, 0.3, 0.8]) for key in rates}
    counts: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    persons: defaultdict[tuple[Key, str], set[int]] = defaultdict(set)
    for person in range(people):
        for (field, context), chance in asked.items():
            for _ in range(random.choice([1, 1, 1, 2, 4]) if random.random() < chance else 0):
                made = _ask(random, rates[field, context])
                for key in ((field, context), (field, ""), ("", context), ("", "")):
                    counts[key].update(made)
                    persons[key, "persons"].add(person)
                    if made["completed"]:
                        persons[key, "completed_persons"].add(person)
    return {key: _tally(key, found, persons) for key, found in counts.items()}


def _ask(random: Random, rate: float) -> Counter[str]:
    outcome = "completed" if random.random() < rate else random.choice(OUTCOMES[1:3] + OUTCOMES[4:] * 3)
    submitted = outcome == "completed" or random.random() < 0.2
    rejections = random.choice([0, 0, 0, 1, 2]) if submitted else 0
    shown = 1 + rejections + random.choice([0, 0, 1])
    return Counter(
        {outcome: 1, "episodes": 1, "submitted": int(submitted), "rejected": int(rejections > 0)}
        | {"rejections": rejections, "impressions": shown}
    )


def _tally(key: Key, counts: Counter[str], persons: dict[tuple[Key, str], set[int]]) -> Tally:
    found = {name: counts[name] for name in (*COUNTS, "episodes") if name not in ("persons", "completed_persons")}
    people = {name: len(persons[key, name]) for name in ("persons", "completed_persons")}
    return Tally(*key, simulated_persons=0, **found, **people)


def shown_cells(told: ProtectedTable) -> dict[Key, dict[str, int] | None]:
    return {
        key: {name: getattr(it, name) for name in COUNTS} if told.figures(*key) else None
        for key, it in told.tallies.items()
    }


def is_small(it: Tally) -> bool:
    return is_too_small(it.completed_persons) or is_too_small(it.persons - it.completed_persons)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(16))
def test_no_hidden_cell_can_be_worked_out(seed: int) -> None:
    table = random_table(seed)
    told = protect(table)
    assert {key for key, it in table.items() if is_small(it)} <= told.suppressed
    hidden = HiddenCells(shown_cells(told), lines_of(table))
    assert set(hidden.keys) == told.suppressed
    assert len(told.shown(table.values())) == len(table) - len(hidden.keys)
    for key in hidden.keys:
        it = table[key]
        least, most = hidden.reach(key)
        assert least <= it.episodes <= most
        assert most - least >= WIDTH
        for group, persons in ((COMPLETED, it.completed_persons), (OTHERS, it.persons - it.completed_persons)):
            if is_too_small(persons):
                assert hidden.reach(key, GROUPS[group])[1] >= SMALLEST_CELL


@pytest.mark.parametrize("seed", range(10))
def test_no_hidden_part_of_a_whole_that_is_shown_can_be_worked_out(seed: int) -> None:
    table = random_table(100 + seed)
    parts = {key: it for key, it in table.items() if key[0] and not key[1]}
    whole = table.get(("", ""))
    if whole is None or is_small(whole):
        return
    hide = suppressed_parts(parts)
    assert {key for key, it in parts.items() if is_small(it)} <= hide
    if hide == parts.keys():
        return  # then no part is named at all
    cells = {key: None if key in hide else {name: getattr(it, name) for name in COUNTS} for key, it in parts.items()}
    hidden = HiddenCells({**cells, ("", ""): {name: getattr(whole, name) for name in COUNTS}}, [[*parts, ("", "")]])
    for key in hide:
        least, most = hidden.reach(key)
        assert most - least >= WIDTH


@pytest.mark.parametrize("seed", range(10))
def test_nor_what_is_in_no_part_of_it(seed: int) -> None:
    """One part is not told at all: what is left tells of as few, and so do two that are hidden beside it."""
    table = random_table(200 + seed)
    whole, every = table.get(("", "")), {key: it for key, it in table.items() if key[0] and not key[1]}
    if whole is None or is_small(whole):
        return
    for untold, left in every.items():
        parts = {key: it for key, it in every.items() if key != untold}
        hide = suppressed_parts_of(whole, parts)
        assert {key for key, it in parts.items() if is_small(it)} <= hide
        if hide == parts.keys():
            continue
        told = {key: {name: getattr(it, name) for name in COUNTS} for key, it in parts.items() if key not in hide}
        cells = {**dict.fromkeys(every), **told, ("", ""): {name: getattr(whole, name) for name in COUNTS}}
        hidden = HiddenCells(cells, [[*every, ("", "")]])
        for key in hide if not is_small(left) else {*hide, untold}:
            least, most = hidden.reach(key)
            assert most - least >= WIDTH, (untold, key)


def test_the_oracle_works_out_a_cell_that_only_its_line_hides() -> None:
    """As a table did where of two fields at one context alone, one was hidden with its own total."""
    table = next(
        table
        for table in map(random_table, range(300))
        if any(is_small(it) and all(key) for key, it in table.items()) and not is_small(table["", ""])
    )
    small = next(key for key, it in table.items() if is_small(it) and all(key))
    cells = {key: {name: getattr(it, name) for name in COUNTS} for key, it in table.items()}
    hidden = HiddenCells({**cells, small: None}, lines_of(table))
    assert hidden.reach(small) == (table[small].episodes, table[small].episodes)


def test_what_was_never_asked_is_not_hidden_and_has_no_figures() -> None:
    nine = Tally("email", "publish", 9, 0, 0, 9, 0, 9, 0, 0, 0, 9, 0, 0, 0, 0)
    told = protect(dict.fromkeys((("email", "publish"), ("email", ""), ("", "publish"), ("", "")), nine))
    assert told.suppressed == frozenset()
    assert told.figures("picture", "publish") is None
    assert told.shown([nine]) == [nine]
    assert told.tally("picture", "publish") == tally("picture", "publish", {})
    assert protect({}).figures() is None

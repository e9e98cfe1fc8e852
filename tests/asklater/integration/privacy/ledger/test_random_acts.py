"""Whatever people do, and whenever the backup was made: after a restore and a replay their rights are what they would
be without one, and a second replay changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from asklater.engine import Engine
from asklater.privacy.ledger.replay import ReplayResult
from asklater.subjects import rights
from asklater.tables import answer, subject
from tests.asklater.integration.privacy.ledger.conftest import (
    Do,
    Wall,
    colour,
    forget,
    gone,
    join,
    say,
    settled,
    take_down,
)
from tests.support.snapshots import put_back, snapshot

PEOPLE = 3
NAMES = ("poem", "drawing")
ACT = st.one_of(
    st.tuples(
        st.sampled_from(["restrict", "lift", "object", "measure", "yes", "no", "forget", "correct", "erase"]),
        st.integers(0, PEOPLE - 1),
    ),
    st.tuples(st.sampled_from(["pin", "take_down"]), st.integers(0, PEOPLE - 1), st.sampled_from(NAMES)),
    st.tuples(st.just("join"), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)),
)
VERBS: dict[str, Callable[..., object]] = {
    "restrict": rights.restrict,
    "lift": rights.lift_restriction,
    "object": rights.object_to_measurement,
    "measure": rights.withdraw_objection,
    "yes": lambda engine, number: say(engine, number, True),
    "no": lambda engine, number: say(engine, number, False),
    "forget": lambda engine, number: forget(engine, number, "colour"),
    "erase": gone,
    "take_down": take_down,
    "join": join,
}
COLOURS = ("red", "blue", "green")


@dataclass(frozen=True)
class State:
    """What is in force for one person."""

    exercised: frozenset[str]
    consent_since: datetime | None
    colour: tuple[str, datetime] | None
    public: frozenset[tuple[str, datetime]]


@pytest.mark.thorough
@given(acts=st.lists(ACT, min_size=3, max_size=14), share=st.floats(0, 1))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_rights_survive_a_restore(
    study: Flask,
    engine: Engine,
    wall: Wall,
    do: Do,
    replayed: Callable[[], ReplayResult],
    ledger: Path,
    acts: list[tuple[object, ...]],
    share: float,
) -> None:
    ledger.write_text("")
    wall.pinned = {}
    empty = snapshot(study)
    try:
        _play(study, engine, wall, do, replayed, acts, int(share * len(acts)))
    finally:
        put_back(study, empty)


def _play(
    study: Flask,
    engine: Engine,
    wall: Wall,
    do: Do,
    replayed: Callable[[], ReplayResult],
    acts: list[tuple[object, ...]],
    cut: int,
) -> None:
    numbers = [settled(study, f"p{place}@x.example", proved=False) for place in range(PEOPLE)]
    went_to = dict(zip(numbers, numbers, strict=True))
    kept, pinned = snapshot(study), wall.copy()
    for place, act in enumerate(acts):
        if place == cut:
            kept, pinned = snapshot(study), wall.copy()
        _act(engine, wall, do, numbers, went_to, place, act)
    before = _states(study, engine, wall)
    assert replayed().acts == 0, "on a database that was not restored nothing is to be done"
    assert _states(study, engine, wall) == before

    put_back(study, kept)
    wall.pinned = pinned
    backed_up = _states(study, engine, wall)
    replayed()
    after = _states(study, engine, wall)
    for number in backed_up:
        person = _person(went_to, number)
        if person is None or person not in before:
            assert number not in after, "who was erased is gone"
            continue
        expected, found, held = before[person], after[number], backed_up[number]
        assert found.exercised == expected.exercised
        assert expected.consent_since or not found.consent_since, "a consent that was withdrawn is not used"
        assert found.consent_since == held.consent_since or not expected.consent_since or number != person
        assert found.colour in {None, expected.colour}, "what was put right or removed does not come back"
        assert found.public <= expected.public, "what was taken down is not public"
        if number == person:
            assert found.public == held.public & expected.public
            assert found.colour == (held.colour if held.colour == expected.colour else None)
    again = replayed()
    assert (again.acts, again.erased_again, again.restored, again.refused) == (0, 0, 0, ())
    assert _states(study, engine, wall) == after


def _act(
    engine: Engine,
    wall: Wall,
    do: Do,
    numbers: list[int],
    went_to: dict[int, int],
    place: int,
    act: tuple[object, ...],
) -> None:
    """One act of somebody who is still there, in whichever of their browsers."""
    verb, who, *more = act
    number = _person(went_to, numbers[who])  # type: ignore[call-overload]
    if number is None:
        return
    if verb in {"pin", "take_down"}:  # the wall keeps one of a name: two people's are called differently
        more = [f"{more[0]} {who}"]
    if verb == "pin":
        do(lambda _engine, mine: wall.pin(mine, more[0]), number)
    elif verb == "correct":
        do(colour, number, COLOURS[place % len(COLOURS)])
    elif verb == "join":
        other = _person(went_to, numbers[more[0]])  # type: ignore[call-overload]
        if other not in {None, number}:
            do(join, number, other)
            went_to[number] = other
    else:
        do(VERBS[str(verb)], number, *more)
        if verb == "erase":
            wall.pinned.pop(number, None)
            went_to[number] = 0


def _person(went_to: dict[int, int], number: int) -> int | None:
    """Who a subject is by now; None once erased."""
    while went_to[number] not in {0, number}:
        number = went_to[number]
    return number if went_to[number] else None


def _states(app: Flask, engine: Engine, wall: Wall) -> dict[int, State]:
    found = {}
    with app.app_context():
        reading = engine.database.reading()
        for number in reading.scalars(select(subject.c.id)).all():
            given = select(answer.c.field, answer.c.given_at).where(answer.c.subject_id == number)
            since = {row.field: row.given_at for row in reading.execute(given)}
            values = engine.answers.read(number, ["news", "colour"])
            says_yes = values.get("news", {}).get("given")
            found[number] = State(
                exercised=frozenset(rights.since(engine, number)),
                consent_since=since["news"] if says_yes else None,
                colour=(values["colour"], since["colour"]) if "colour" in values else None,
                public=frozenset(wall.items(number)),
            )
        engine.database.release()
    return found

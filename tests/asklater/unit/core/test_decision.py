"""The evaluator: a table of what is asked now, and what holds for every action."""

import pytest
from hypothesis import given, strategies as st

from asklater.manifest.declarations import Action, Field, Requirement
from asklater.policy.decision import Decision, Treatment, decide, fingerprint


def a_field(key, after=()):
    return Field(
        key=key,
        kind="text",
        label=key,
        reason="r",
        purpose="p",
        retention="P1Y",
        readers=("owner",),
        sensitivity="personal",
        after=tuple(after),
    )


def an_action(*needs, ask="together"):
    spelled = tuple(need if isinstance(need, Requirement) else Requirement(field=need) for need in needs)
    return Action(key="act", label="Act", reason="r", requires=spelled, ask=ask)


FIELDS = {"email": a_field("email"), "name": a_field("name"), "proof": a_field("proof", after=["email"])}
SHIPS = Requirement(field="name", when="ships")
NICE = Requirement(field="name", optional=True)
LATE = Requirement(field="proof", optional=True)


@pytest.mark.parametrize(
    ("needs", "ask", "held", "true", "rounds"),
    [
        ((), "together", (), (), ()),
        (("email",), "together", (), (), (("email",),)),
        (("email",), "together", ("email",), (), ()),
        (("email", "name"), "together", (), (), (("email", "name"),)),
        (("name", "email"), "together", (), (), (("name", "email"),)),
        (("email", "name"), "one_by_one", (), (), (("email",), ("name",))),
        (("email", "name"), "one_by_one", ("email",), (), (("name",),)),
        (("email", SHIPS), "together", (), (), (("email",),)),
        (("email", SHIPS), "together", (), ("ships",), (("email", "name"),)),
        (("email", SHIPS), "together", ("email", "name"), ("ships",), ()),
        (("proof", "email"), "together", (), (), (("email",), ("proof",))),
        (("proof", "email", "name"), "together", (), (), (("email", "name"), ("proof",))),
        (("proof", "email", "name"), "one_by_one", (), (), (("email",), ("proof",), ("name",))),
        (("proof", "email"), "together", ("email",), (), (("proof",),)),
        (("email", NICE), "together", (), (), (("email", "name"),)),
        ((NICE, "email"), "one_by_one", (), (), (("name",), ("email",))),
        (("email", NICE), "together", ("email",), (), ()),
        (("email", NICE), "together", ("name",), (), (("email",),)),
        (("email", LATE), "together", (), (), (("email",), ("proof",))),
        ((NICE, LATE), "together", (), (), ()),
    ],
)
def test_what_is_asked(needs, ask, held, true, rounds):
    decision = decide(Treatment(an_action(*needs, ask=ask), FIELDS), frozenset(held), lambda name: name in true)
    assert decision.rounds == rounds
    assert decision.now == (rounds[0] if rounds else ())
    assert decision.clear is not bool(rounds)


def test_a_clear_decision_asks_nothing_now():
    assert Decision((), (), Treatment(an_action(), FIELDS), ()).now == ()


@st.composite
def situations(draw):
    """Fields that wait only for earlier ones, an action that needs some of them, what is held and what is true."""
    keys = [f"f{number}" for number in range(draw(st.integers(0, 6)))]
    fields = {
        key: a_field(key, after=draw(st.lists(st.sampled_from(keys[:place]), unique=True)) if place else ())
        for place, key in enumerate(keys)
    }
    conditions = st.none() | st.sampled_from(["c0", "c1"])
    optional = {key: draw(st.booleans()) for key in keys}
    needs = [
        Requirement(field=key, when=draw(conditions), optional=optional[key]) for key in draw(st.permutations(keys))
    ]
    action = an_action(*needs, ask=draw(st.sampled_from(["together", "one_by_one"])))
    some = st.frozensets(st.sampled_from(keys)) if keys else st.just(frozenset())
    return action, fields, draw(some), draw(st.frozensets(st.sampled_from(["c0", "c1"])))


@pytest.mark.thorough
@given(situations())
def test_the_rounds_part_what_is_missing(situation):
    action, fields, held, true = situation
    decision = decide(Treatment(action, fields), held, true.__contains__)
    asked = [key for group in decision.rounds for key in group]
    assert sorted(asked) == sorted((*decision.missing, *decision.optional))
    assert set(asked) <= set(decision.declared)
    assert all(decision.rounds)
    assert decision.clear == (not decision.missing)


@pytest.mark.thorough
@given(situations())
def test_missing_is_what_is_required_lacking_and_true(situation):
    action, fields, held, true = situation
    expected = {
        need.field for need in action.requires if not need.optional and (need.when is None or need.when in true)
    } - held
    assert set(decide(Treatment(action, fields), held, true.__contains__).missing) == expected


@pytest.mark.thorough
@given(situations())
def test_a_field_is_asked_after_what_it_waits_for(situation):
    action, fields, held, true = situation
    rounds = decide(Treatment(action, fields), held, true.__contains__).rounds
    turn = {key: number for number, group in enumerate(rounds) for key in group}
    assert all(turn[other] < turn[key] for key in turn for other in fields[key].after if other in turn)


@pytest.mark.thorough
@given(situations())
def test_one_by_one_is_one_by_one(situation):
    action, fields, held, true = situation
    rounds = decide(Treatment(action, fields), held, true.__contains__).rounds
    assert action.ask == "together" or all(len(group) == 1 for group in rounds)


@pytest.mark.thorough
@given(situations())
def test_conditions_are_asked_for_lacking_fields_only(situation):
    action, fields, held, true = situation
    asked = []

    def holds(name):
        asked.append(name)
        return name in true

    decision = decide(Treatment(action, fields), held, holds)
    needed, nice = (
        [need.when for need in action.requires if need.optional is optional and need.when and need.field not in held]
        for optional in (False, True)
    )
    assert asked == [*needed, *(nice if decision.missing else [])]


@pytest.mark.thorough
@given(situations(), st.frozensets(st.sampled_from([f"f{number}" for number in range(6)])))
def test_whatever_is_optional_or_skipped_changes_nothing_of_what_is_missing(situation, skipped):
    action, fields, held, true = situation
    strict = action.model_copy(update={"requires": tuple(need for need in action.requires if not need.optional)})
    alone = decide(Treatment(strict, fields), held, true.__contains__)
    for prompted in (False, True):
        found = decide(Treatment(action, fields), held, true.__contains__, skipped.__contains__, prompted=prompted)
        assert (found.missing, found.clear) == (alone.missing, alone.clear)
        assert skipped.isdisjoint(found.optional)
        assert prompted or found.missing or not found.rounds
        there = held | {*found.missing} | {*found.optional}
        assert all(set(fields[key].after) <= there for key in found.optional)


def test_a_fingerprint_is_of_what_a_person_is_asked_and_told():
    field = a_field("email")
    other = {"label": "Mail", "reason": "x", "retention": "P2Y", "settings": {"max_length": 4}, "after": ("name",)}
    for name, value in other.items():
        assert fingerprint(Field.model_validate({**dict(field), name: value})) != fingerprint(field)
    for name in ("if_wrong", "decided_by", "justification"):
        assert fingerprint(field.model_copy(update={name: "x"})) == fingerprint(field)

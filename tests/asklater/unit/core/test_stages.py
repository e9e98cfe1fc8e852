"""A requirement that comes by stages: whom it reaches, what stops the start, and what a comparison tells of it."""

import tomllib
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from asklater.checks.manifest import ManifestError, check, shape
from asklater.insights.experiments.drafts import action_table
from asklater.manifest.declarations import Action, Requirement
from asklater.manifest.diff import compare
from asklater.policy import variants
from asklater.policy.stages import applies_to, place_of, shares_out
from asklater.records.impact import Impact, Stopped, impact_sentences

DAY = date(2026, 12, 1)
NEW = {"from": DAY, "to": "new"}
TENTH, HALF = ({"from": DAY + timedelta(days=days), "share": share} for days, share in ((10, 0.1), (20, 0.5)))
ALL = {"from": DAY + timedelta(days=30)}


def a_need(*stages):
    return Requirement.model_validate({"field": "nickname", "applies": stages})


def reached(need, days, people=1_000, arrived=date(2020, 1, 1)):
    """Who of so many is reached that many days after DAY."""
    today = DAY + timedelta(days=days)
    return {person for person in range(people) if applies_to(need, person, today, lambda: arrived)}


def test_without_stages_it_is_for_everybody_and_nothing_is_looked_up():
    assert applies_to(a_need(), 1, DAY, lambda: pytest.fail("looked up"))
    assert not shares_out(a_need(), DAY)


def test_from_a_day_on_it_is_for_everybody():
    need = a_need({"from": DAY})
    assert [len(reached(need, days)) for days in (-1, 0, 1)] == [0, 1_000, 1_000]


@pytest.mark.parametrize(
    ("arrived", "today", "is_reached"), [(-1, 5, False), (0, 0, True), (5, 5, True), (0, -1, False)]
)
def test_the_new_are_those_of_its_day_and_later(arrived, today, is_reached):
    day = DAY + timedelta(days=arrived)
    assert applies_to(a_need(NEW), 1, DAY + timedelta(days=today), lambda: day) is is_reached


def test_a_share_grows_and_lets_nobody_out_again():
    need = a_need(NEW, TENTH, HALF, ALL)
    steps = [reached(need, days) for days in (0, 10, 20, 30)]
    assert all(earlier < later for earlier, later in pairwise(steps))
    assert [round(len(step) / 1_000, 1) for step in steps] == [0, 0.1, 0.5, 1]
    assert len(reached(need, 5, arrived=DAY)) == 1_000


def test_a_visitor_of_whom_nothing_is_recorded_is_new_and_of_every_share():
    for stage in (NEW, {"from": DAY, "share": 0.01}):
        assert applies_to(a_need(stage), None, DAY, lambda: pytest.fail("looked up"))
        assert not applies_to(a_need(stage), None, DAY - timedelta(days=1), lambda: DAY)


def test_a_person_has_to_be_known_only_while_a_share_counts():
    need = a_need(NEW, TENTH, ALL)
    assert [shares_out(need, DAY + timedelta(days=days)) for days in (0, 10)] == [False, True]


@given(st.integers(1, 2**31), st.sampled_from(["email", "nickname"]))
def test_a_place_is_the_same_each_time_and_differs_by_field(person, field):
    assert 0 <= place_of(field, person) < 1
    assert place_of(field, person) == place_of(field, person) != place_of("other", person)


# What is declared


@pytest.mark.parametrize(
    ("applies", "key", "message"),
    [
        ({"from": "soon"}, "actions.post.requires.0.applies.0.from", "date"),
        ({"share": 0.5}, "actions.post.requires.0.applies.0.from", "is missing"),
        ({"from": DAY, "share": 0}, "actions.post.requires.0.applies.0.share", "greater than 0"),
        ({"from": DAY, "share": 1.1}, "actions.post.requires.0.applies.0.share", "less than or equal to 1"),
        ({"from": DAY, "to": "old"}, "actions.post.requires.0.applies.0.to", "new"),
        ({"from": DAY, "until": DAY}, "actions.post.requires.0.applies.0.until", "no such key"),
        ("later", "actions.post.requires.0.applies.0", "Stage"),
    ],
)
def test_what_is_no_stage_is_named(document, applies, key, message):
    declared = document()
    declared["actions"]["post"]["requires"] = [{"field": "email", "applies": applies}]
    with pytest.raises(ManifestError) as caught:
        shape(declared)
    (finding,) = caught.value.findings
    assert (finding.key, message in finding.message) == (key, True), finding


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([ALL, TENTH], "put them in their order"),
        ([HALF, {**HALF, "share": 1.0}], "put them in their order"),
        ([HALF, {"from": DAY + timedelta(days=40), "share": 0.1}], "reaches nobody whom an earlier one does not"),
        ([ALL, {"from": DAY + timedelta(days=40), "to": "new"}], "reaches nobody whom an earlier one does not"),
    ],
)
def test_stages_that_do_not_hang_together_are_found(document, stages, message):
    declared = document()
    declared["actions"]["post"]["requires"] = ["email", {"field": "nickname", "applies": stages}]
    found = [finding for finding in check(shape(declared), {}, (), DAY) if finding.key.endswith(".applies")]
    assert any(message in finding.message for finding in found)
    assert found[0].key == "actions.post.requires.1.applies"


def test_what_comes_after_another_field_comes_by_its_stages(document):
    declared = document()
    declared["fields"]["nickname"]["after"] = ["email"]
    staged = {"field": "email", "applies": [HALF]}
    for other, is_found in (("nickname", True), ({"field": "nickname", "applies": [HALF]}, False)):
        declared["actions"]["post"]["requires"] = [staged, other]
        found = [finding.key for finding in check(shape(declared), {}, (), DAY)]
        assert ("actions.post.requires.1.applies" in found) is is_found


def test_it_can_be_declared_again_as_toml():
    action = Action(key="post", label="Post", requires=(a_need(NEW, HALF, ALL),))
    read = tomllib.loads(action_table(action))["actions"]["post"]["requires"][0]
    assert Requirement.model_validate(read) == action.requires[0]


def test_a_run_of_an_experiment_that_began_before_there_were_stages_goes_on():
    """The digest of a requirement without stages is what it was."""
    need = Requirement(field="email", can_wait=True)
    assert "applies" not in repr(variants._as_said((need,)))
    assert "applies" in repr(variants._as_said((a_need(NEW),)))


# What changes


def test_a_comparison_tells_what_each_stage_does(document):
    old, new = document(), document()
    new["actions"]["browse"]["requires"] = [{"field": "nickname", "applies": [NEW, TENTH, ALL]}]
    difference = compare(shape(old), shape(new))
    (need,) = difference.needs
    assert (need.action, need.field, len(need.applies)) == ("browse", "nickname", 3)
    assert compare(shape(new), shape(new)).needs == ()
    assert impact_sentences(
        difference, Impact(90, 0, (Stopped("browse", "nickname", None, 40, 80, need.applies),), ())
    ) == [
        "browse: newly stops 40 of the 80 accounts that it lets through now (90 in all), for nickname, by stages",
        "  from 2026-12-01: whoever is first recorded that day or later, none of these 40",
        "  from 2026-12-11: a share of 0.1 of everybody, about 4 of these 40",
        "  from 2026-12-31: everybody, about 40 of these 40",
    ]


def test_the_last_stage_may_be_left_out_or_declared_plainly_and_is_told_as_new(document):
    staged, plain = document(), document()
    staged["actions"]["browse"]["requires"] = [{"field": "nickname", "applies": [TENTH]}]
    plain["actions"]["browse"]["requires"] = ["nickname"]
    assert [need.field for need in compare(shape(staged), shape(plain)).needs] == ["nickname"]
    assert compare(shape(plain), shape(staged)).needs == ()

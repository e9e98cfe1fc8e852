"""Who gets which variant, and what it makes of an action."""

from collections import Counter
from math import sqrt

import pytest
from hypothesis import given, strategies as st

from asklater.checks.manifest import shape
from asklater.policy.variants import digest, treated, variant_for

MANY = 6_000


@pytest.fixture(scope="module")
def trial(document):
    """`trial(name=changes, ...)` is a manifest with one experiment of these variants beside the control."""

    def with_variants(weight=1, **variants):
        experiment = {"label": "L", "hypothesis": "H", "action": "post", "minimum_effect": 0.1}
        both = {"as_now": {"weight": weight}, **variants}
        return shape({**document(), "experiments": {"trial": {**experiment, "variants": both}}})

    return with_variants


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (1, 1, 2), (0.5, 4)])
def test_people_are_shared_out_by_the_weights(trial, weights):
    others = {f"v{place}": {"weight": weight, "label": "x"} for place, weight in enumerate(weights[1:])}
    experiment = trial(weights[0], **others).experiments["trial"]
    counted = Counter(variant_for(experiment, "salt", person) for person in range(MANY))
    for key, variant in experiment.variants.items():
        share = variant.weight / sum(weights)
        assert abs(counted[key] / MANY - share) < 4 * sqrt(share * (1 - share) / MANY)


def test_another_salt_shares_them_out_anew(trial):
    experiment = trial(other={"label": "x"}).experiments["trial"]
    same = sum(
        variant_for(experiment, "one", person) == variant_for(experiment, "two", person) for person in range(MANY)
    )
    assert abs(same / MANY - 0.5) < 4 * 0.5 / sqrt(MANY)


def test_the_share_does_not_move_with_the_program(trial):
    """Written down once: a change of the drawing would put people into other variants in the middle of a run."""
    experiment = trial(other={"label": "x"}).experiments["trial"]
    drawn = "".join(variant_for(experiment, "2026-06-01T00:00:00+00:00", person)[0] for person in range(1, 21))
    assert drawn == "oooaoaooaoaooooooooa"


@given(st.text(max_size=20), st.integers(1, 10**12))
def test_a_person_keeps_the_variant(trial, salt, person):
    experiment = trial(other={"label": "x"}, third={"weight": 0.01, "label": "y"}).experiments["trial"]
    assert variant_for(experiment, salt, person) == variant_for(experiment, salt, person) in experiment.variants


def test_a_variant_changes_what_it_says_and_nothing_else(trial):
    changes = {"label": "Send", "ask": "one_by_one", "order": ["nickname", "email"], "reasons": {"email": "To reply."}}
    manifest = trial(other=changes)
    experiment = manifest.experiments["trial"]
    plain, varied = (treated(manifest, experiment, variant) for variant in experiment.variants.values())
    assert (plain.action, plain.fields, plain.variant) == (manifest.actions["post"], manifest.fields, "trial:as_now")
    assert varied.variant == "trial:other"
    assert (varied.action.label, varied.action.ask, varied.action.reason) == (
        "Send",
        "one_by_one",
        manifest.actions["post"].reason,
    )
    assert [need.field for need in varied.action.requires] == ["nickname", "email"]
    assert varied.fields["email"].reason == "To reply."
    assert varied.fields["email"].label == manifest.fields["email"].label
    assert varied.fields["nickname"] == manifest.fields["nickname"]


def test_what_is_put_off_is_not_required(trial):
    manifest = trial(other={"defer": ["nickname"], "prompt": "later"})
    experiment = manifest.experiments["trial"]
    varied = treated(manifest, experiment, experiment.variants["other"])
    assert [need.field for need in varied.action.requires] == ["email"]
    assert varied.deferred == ("nickname",)


def test_a_digest_does_not_move_with_the_program(document):
    """Written down once: a digest that moved would end every run that goes on."""
    made = document()
    made["prompts"] = {"write": WRITE}
    trial = {"label": "L", "hypothesis": "H", "minimum_effect": 0.1}
    variants = {"as_now": {}, "other": {"label": "x"}}
    moved = {"as_now": {}, "other": {"placement": "shelf"}}
    made["experiments"] = {
        "words": {**trial, "action": "post", "variants": variants},
        "place": {**trial, "prompt": "write", "metric": "field_completed", "field": "nickname", "variants": moved},
    }
    manifest = shape(made)
    assert {key: digest(manifest, it) for key, it in manifest.experiments.items()} == DIGESTS


WRITE = {
    "label": "More?",
    "reason": "No hurry.",
    "fields": ["nickname"],
    "placement": "desk",
    "cooldown": "P14D",
    "impressions": 3,
}
DIGESTS = {"words": "0ba06b5a63ccd6e2", "place": "19d07469a60653b2"}


def test_a_variant_may_give_no_reason(trial):
    manifest = trial(other={"reason": ""})
    experiment = manifest.experiments["trial"]
    assert treated(manifest, experiment, experiment.variants["other"]).action.reason == ()
    assert treated(manifest, experiment, experiment.control).action.reason == manifest.actions["post"].reason

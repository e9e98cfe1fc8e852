"""What experiments must agree on with the manifest: each finding has a case in which it, and only it, is found."""

from datetime import date, timedelta

import pytest

from asklater.checks.experiments import unknown_placements
from asklater.checks.manifest import ManifestError, check, shape
from asklater.manifest.declarations import BackgroundField
from asklater.policy.variants import digest, longest_deferral

PROMPT = {
    "label": "A name?",
    "reason": "So that we greet you.",
    "fields": ["nickname"],
    "placement": "front",
    "cooldown": "P1D",
    "impressions": 2,
}


def an_experiment(**changes):
    about = {} if "prompt" in changes else {"action": "post"}
    return {
        "label": "Wording",
        "hypothesis": "Fewer words, more posts.",
        "minimum_effect": 0.05,
        "variants": {"as_now": {}, "short": {"reason": "Signed."}},
        **about,
        **changes,
    }


@pytest.fixture
def shaped(document):
    """`shaped(name=experiment, ...)` is a valid manifest with these experiments, and a background prompt."""

    def with_experiments(**experiments):
        changed = document()
        changed["actions"]["post"]["requires"] = ["email", {"field": "nickname", "can_wait": True}]
        return shape({**changed, "prompts": {"name_later": PROMPT}, "experiments": experiments})

    return with_experiments


@pytest.fixture
def found(shaped, kinds):
    """`found(name=experiment, ...)` are the keys of the findings, which are all about experiments."""
    return lambda **experiments: [
        finding.key.removeprefix("experiments.")
        for finding in check(shaped(**experiments), kinds, (), date(2026, 6, 1))
        if finding.key.startswith("experiments.")
    ]


def variants(**changes):
    return an_experiment(variants={"as_now": {}, "other": changes})


LATER_GIVEN = {
    "metric": "field_completed",
    "field": "nickname",
    "variants": {"as_now": {}, "later": {"defer": ["nickname"], "prompt": "name_later"}},
}
OF_A_PROMPT = {"prompt": "name_later", "metric": "field_completed", "field": "nickname"}


@pytest.mark.parametrize(
    "experiment",
    [
        an_experiment(),
        an_experiment(metric="field_completed", field="nickname"),
        variants(
            order=["nickname", "email"], ask="one_by_one", labels={"email": "Mail"}, reasons={"email": "Why not."}
        ),
        variants(defer=["nickname"], prompt="name_later"),
        an_experiment(**LATER_GIVEN, horizon="P1D"),
        an_experiment(**LATER_GIVEN, horizon="P30D"),
        an_experiment(horizon="P7D"),
        an_experiment(**OF_A_PROMPT, variants={"as_now": {}, "aside": {"placement": "aside"}}),
    ],
)
def test_a_sound_experiment_has_no_findings(found, experiment):
    assert found(wording=experiment) == []


@pytest.mark.parametrize(
    ("experiment", "key"),
    [
        (an_experiment(action="fly"), "wording.action"),
        (an_experiment(action="browse"), "wording.action"),
        (an_experiment(action="post", prompt="name_later"), "wording"),
        (an_experiment(metric="field_completed"), "wording.field"),
        (an_experiment(field="email"), "wording.field"),
        (an_experiment(metric="field_completed", field="shoe_size"), "wording.field"),
        (
            an_experiment(**{**OF_A_PROMPT, "field": "email"}, variants={"a": {}, "b": {"placement": "x"}}),
            "wording.field",
        ),
        (an_experiment(prompt="name_later", variants={"a": {}, "b": {"placement": "x"}}), "wording.metric"),
        (
            an_experiment(**{**OF_A_PROMPT, "prompt": "x"}, variants={"a": {}, "b": {"placement": "x"}}),
            "wording.prompt",
        ),
        (an_experiment(variants={"as_now": {}}), "wording.variants"),
        (an_experiment(variants={"a": {"label": "Go"}, "b": {"label": "Send"}}), "wording.variants.a"),
        (an_experiment(variants={"as_now": {}, "same": {"weight": 2}}), "wording.variants.same"),
        (variants(placement="front"), "wording.variants.other.placement"),
        (an_experiment(**OF_A_PROMPT, variants={"a": {}, "b": {"label": "x"}}), "wording.variants.b.label"),
        (variants(order=["email"]), "wording.variants.other.order"),
        (variants(order=["email", "email"]), "wording.variants.other.order"),
        (variants(labels={"shoe_size": "Size"}), "wording.variants.other.labels.shoe_size"),
        (variants(reasons={"shoe_size": "Size"}), "wording.variants.other.reasons.shoe_size"),
        (variants(defer=["nickname"]), "wording.variants.other.defer"),
        (variants(prompt="name_later"), "wording.variants.other.defer"),
        (variants(defer=["nickname"], prompt="x"), "wording.variants.other.prompt"),
        (an_experiment(**LATER_GIVEN), "wording.horizon"),
        (an_experiment(**LATER_GIVEN, horizon="PT23H"), "wording.horizon"),
        (an_experiment(horizon="P13M"), "wording.horizon"),
    ],
)
def test_each_fault_is_named(found, experiment, key):
    assert found(wording=experiment) == [key]


def test_what_the_verb_needs_cannot_be_put_off(found):
    assert found(later=variants(defer=["email"], prompt="name_later")) == [
        "later.variants.other.defer",  # the requirement does not say that it can wait
        "later.variants.other.prompt",
    ]


def test_a_question_further_back_in_a_queue_takes_longer(shaped):
    manifest = shaped(wording=an_experiment(**LATER_GIVEN, horizon="P1D"))
    experiment, prompt = manifest.experiments["wording"], manifest.prompts["name_later"]
    assert longest_deferral(manifest, experiment) == timedelta(days=1)
    both = (BackgroundField(field="email"), *prompt.asks)
    for queue, days in ((False, 1), (True, 2)):
        changed = prompt.model_copy(update={"asks": both, "queue": queue})
        assert longest_deferral(
            manifest.model_copy(update={"prompts": {prompt.key: changed}}), experiment
        ) == timedelta(days=days)


def test_two_experiments_about_one_action(found):
    assert found(one=an_experiment(), two=an_experiment()) == ["one", "two"]


def test_a_placement_that_no_room_has(shaped):
    manifest = shaped(place=an_experiment(**OF_A_PROMPT, variants={"a": {}, "b": {"placement": "roof"}}))
    (fault,) = unknown_placements(manifest, {"front"})
    assert fault[0] == "experiments.place.variants.b.placement"
    assert not list(unknown_placements(manifest, {"front", "roof"}))


@pytest.mark.parametrize(
    ("experiment", "key"),
    [
        (an_experiment(colour="red"), "experiments.wording.colour"),
        (an_experiment(horizon="a week"), "experiments.wording.horizon"),
        (an_experiment(minimum_effect=1.5), "experiments.wording.minimum_effect"),
        (an_experiment(variants={"a": {}, "b": {"weight": 0}}), "experiments.wording.variants.b.weight"),
        (an_experiment(variants={"a": {}, "b": {"size": 1}}), "experiments.wording.variants.b.size"),
        (an_experiment(variants=[]), "experiments.wording.variants"),
        (an_experiment(variants={"a b": {}}), "experiments.wording.variants.a b.key"),
    ],
)
def test_the_form_is_checked(shaped, experiment, key):
    with pytest.raises(ManifestError) as caught:
        shaped(wording=experiment)
    assert [finding.key for finding in caught.value.findings] == [key]


def test_a_run_holds_on_to_what_people_see_and_to_nothing_else(shaped):
    def of(**changes):
        manifest = shaped(wording=an_experiment(**changes))
        return digest(manifest, manifest.experiments["wording"])

    assert of() == of(label="Another name", hypothesis="None.", minimum_effect=0.1)
    assert of() != of(variants={"as_now": {}, "short": {"reason": "Signed!"}})
    assert of() != of(variants={"as_now": {}, "short": {"reason": "Signed.", "weight": 2}})
    assert of() != of(metric="field_completed", field="email")
    assert of() != of(horizon="P7D")

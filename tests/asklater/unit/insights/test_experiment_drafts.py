"""Drafts and winners as TOML: what is drafted has no findings where it is appended, what has won reads as it was."""

import tomllib
from datetime import date

import pytest

from asklater.checks.experiments import faults
from asklater.checks.manifest import shape
from asklater.insights.experiments.drafts import draft_declarations, toml_value, winner_declarations
from asklater.policy.variants import treated
from tests.support.demo import WHOLE_MANIFEST
from tests.support.paths import ROOT

LATER = {
    "label": "Later",
    "reason": "So that you know.",
    "fields": ["picture"],
    "placement": "front",
    "cooldown": "P1M",
    "impressions": 2,
}


def manifest_of(*, can_wait=False, prompt=False, **experiments):
    document = tomllib.loads((ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8"))
    if can_wait:
        document["actions"]["publish"]["requires"][2] = {"field": "picture", "can_wait": True}
    if prompt:
        document["prompts"] = {"picture_later": LATER}
    return shape({**document, "experiments": experiments}), document


def appended(document, text):
    return shape({**document, "experiments": tomllib.loads(text).get("experiments", {})})


@pytest.mark.parametrize(
    ("field", "contexts", "more", "changes"),
    [
        ("picture", ["publish"], {}, {"ask", "order"}),
        ("display_name", ["send_letter", "publish"], {}, {"ask"}),
        ("email", ["sign_up"], {}, {"reasons"}),
        ("picture", ["front", "side"], {"prompt": True}, {"placement"}),
        ("picture", ["publish", "front"], {"prompt": True, "can_wait": True}, {"defer", "prompt"}),
        ("picture", ["publish", "front"], {"prompt": True}, {"ask", "order"}),
    ],
)
def test_a_draft_has_no_findings(field, contexts, more, changes):
    manifest, document = manifest_of(**more)
    drafted = appended(document, draft_declarations(manifest, field, contexts))
    (experiment,) = drafted.experiments.values()
    assert list(faults(drafted)) == []
    assert (experiment.metric, experiment.field) == ("field_completed", field)
    assert list(experiment.variants.values())[1].changes == changes


def test_every_field_and_context_of_the_shop_gives_a_draft_that_has_no_findings():
    document = tomllib.loads(WHOLE_MANIFEST.read_text("utf-8"))
    document.pop("experiments", None)
    manifest = shape(document)
    contexts = [*manifest.actions, *(prompt.placement for prompt in manifest.prompts.values())]
    for field in manifest.fields:
        for context in contexts:
            drafted = appended(document, draft_declarations(manifest, field, [context]))
            assert list(faults(drafted)) == [], (field, context)


def test_what_is_under_an_experiment_is_passed_by():
    running = {"label": "L", "hypothesis": "H", "action": "publish", "minimum_effect": 0.1}
    running["variants"] = {"a": {}, "b": {"label": "Go"}}
    manifest, _document = manifest_of(where_picture=running)
    assert draft_declarations(manifest, "picture", ["publish"]).startswith("#")
    assert "[experiments.where_display_name]" in draft_declarations(
        manifest, "display_name", ["publish", "send_letter"]
    )
    assert "[experiments.where_picture_2]" not in draft_declarations(manifest, "picture", ["export"])


def test_a_field_that_nobody_knows():
    with pytest.raises(KeyError):
        draft_declarations(manifest_of()[0], "shoe_size", ["publish"])


@pytest.mark.parametrize(
    "changes",
    [
        {"label": 'Say "go"', "reason": "Änd\\ern"},
        {"ask": "one_by_one", "order": ["picture", "email", "display_name"]},
        {"labels": {"email": "Mail"}, "reasons": {"picture": "To be seen."}},
        {"defer": ["picture"], "prompt": "picture_later"},
    ],
)
def test_the_text_of_a_winner_declares_what_its_people_saw(changes):
    experiment = {"label": "L", "hypothesis": "H", "action": "publish", "minimum_effect": 0.1}
    manifest, document = manifest_of(
        can_wait=True, prompt=True, trial={**experiment, "variants": {"as_now": {}, "other": changes}}
    )
    declared = manifest.experiments["trial"]
    written = tomllib.loads(winner_declarations(manifest, declared, "other"))
    for section, tables in written.items():
        document[section] |= tables
    pasted = shape(document)
    winner = treated(manifest, declared, declared.variants["other"])
    assert pasted.actions["publish"] == winner.action
    assert pasted.fields == winner.fields
    assert winner_declarations(manifest, declared, "as_now") == winner_declarations(manifest, declared, "") == ""


def test_a_placement_that_has_won():
    experiment = {"label": "L", "hypothesis": "H", "prompt": "picture_later", "minimum_effect": 0.1}
    more = {"metric": "field_completed", "field": "picture", "variants": {"a": {}, "b": {"placement": "side"}}}
    manifest, document = manifest_of(prompt=True, trial={**experiment, **more})
    document["prompts"] = tomllib.loads(winner_declarations(manifest, manifest.experiments["trial"], "b"))["prompts"]
    prompt = shape(document).prompts["picture_later"]
    assert prompt == manifest.prompts["picture_later"].model_copy(update={"placement": "side"})


def test_what_no_declaration_holds_cannot_be_written():
    held = {"a": [1, 0.5, True, "é\x7f", date(2026, 1, 1)]}
    assert tomllib.loads("x = " + toml_value(held)) == {"x": held}
    with pytest.raises(TypeError):
        toml_value({1, 2})

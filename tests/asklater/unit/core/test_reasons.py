"""Reasons of prompts: how they are declared, which one is given, and that what they speak of is asked."""

import tomllib
from datetime import date
from itertools import chain, combinations

import pytest
from hypothesis import given, strategies as st

from asklater.checks.manifest import ManifestError, check, shape
from asklater.insights.experiments.drafts import action_table
from asklater.manifest.declarations import Action, ReasonCase, Variant, declared_reason
from asklater.policy.decision import reason_for

TODAY = date(2026, 6, 1)
MAIL = {"asks": ["email"], "text": "We answer by mail."}
NAME = {"asks": ["nickname"], "text": "A post is signed."}


@pytest.fixture
def found(document, kinds):
    """`found(reason, *requires, **changes)` are the findings about an action that gives this reason."""

    def findings(reason, *requires, prompts=None, experiments=None, **fields):
        changed = document()
        post = {"label": "Post", "reason": reason, "requires": [*requires] or ["email", "nickname"]}
        changed["actions"]["post"] = post
        for key, changes in fields.items():
            changed["fields"][key] = {**changed["fields"].get(key, changed["fields"]["email"]), **changes}
        changed |= {"prompts": prompts or {}, "experiments": experiments or {}}
        found = check(shape(changed), kinds, {"it_ships"}, TODAY)
        return [finding for finding in found if "reason" in finding.key or "experiments" in finding.key]

    return findings


def cases(*declared):
    return tuple(ReasonCase.model_validate({**it, "asks": tuple(it.get("asks", ()))}) for it in declared)


# How it is declared


@pytest.mark.parametrize(
    ("declared", "read"),
    [
        ("A post is signed.", cases({"text": "A post is signed."})),
        ("", ()),
        ([], ()),
        ([MAIL, NAME], cases(MAIL, NAME)),
        ([MAIL, "A post is signed."], cases(MAIL, {"text": "A post is signed."})),
    ],
)
def test_a_sentence_or_cases(document, declared, read):
    changed = document()
    changed["actions"]["post"]["reason"] = declared
    assert shape(changed).actions["post"].reason == read


@pytest.mark.parametrize(
    ("declared", "key", "message"),
    [
        (5, "", 'must be a sentence, or a list of { asks = ["field"], text = "sentence" }'),
        ([5], "", 'must be a sentence, or a list of { asks = ["field"], text = "sentence" }'),
        ([{"asks": ["email"]}], ".0.text", "is missing"),
        ([{**MAIL, "when": "it_ships"}], ".0.when", "no such key"),
        ("x" * 301, ".0.text", "String should have at most 300 characters"),
    ],
)
def test_what_is_neither_is_told_with_its_key(document, declared, key, message):
    changed = document()
    changed["actions"]["post"]["reason"] = declared
    with pytest.raises(ManifestError) as caught:
        shape(changed)
    assert [str(it) for it in caught.value.findings] == [f"actions.post.reason{key}: {message}"]


@pytest.mark.parametrize("declared", ["A post is signed.", [MAIL, NAME], [MAIL, "A post is signed."], ""])
def test_what_is_written_out_reads_as_the_same(document, declared):
    changed = document()
    changed["actions"]["post"]["reason"] = declared
    action = shape(changed).actions["post"]
    changed["actions"]["post"] = tomllib.loads(action_table(action))["actions"]["post"]
    assert shape(changed).actions["post"] == action
    assert Action.model_validate_json(action.model_dump_json()) == action
    assert action.model_dump()["reason"] == declared_reason(action.reason)


def test_a_sentence_is_written_as_before_cases_were_known():
    """The digests of experiments that go on, and the declarations that are kept with their runs, stay as they were."""
    variant = Variant(key="other", reason=cases({"text": "Signed."}))
    assert variant.model_dump_json(exclude_unset=True) == '{"key":"other","reason":"Signed."}'
    assert Variant.model_validate_json('{"key":"other","reason":"Signed."}') == variant
    assert Variant(key="as_now").model_dump(mode="json")["reason"] is None


# Which one is given


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (("email", "nickname"), "Both."),
        (("nickname", "email", "picture"), "Both."),
        (("email",), "We answer by mail."),
        (("email", "picture"), "We answer by mail."),
        (("picture",), "Else."),
        ((), "Else."),
    ],
)
def test_the_first_case_whose_fields_are_all_asked(asked, text):
    declared = cases({"asks": ["email", "nickname"], "text": "Both."}, MAIL, {"text": "Else."})
    assert reason_for(declared, asked) == text


def test_none_where_no_case_fits():
    assert reason_for(cases(MAIL), ("nickname",)) == ""
    assert reason_for((), ("nickname",)) == ""


# Mistakes


def test_a_case_of_a_field_that_is_not_asked(found):
    (finding,) = found([{"asks": ["email", "shoe_size"], "text": "So."}])
    assert (finding.key, finding.message, finding.warning) == (
        "actions.post.reason.0.asks",
        "'shoe_size' is not asked there",
        False,
    )


@pytest.mark.parametrize("first", ["Else.", MAIL])
def test_a_case_that_another_one_always_comes_before(found, first):
    (finding,) = found([first, {"asks": ["email", "nickname"], "text": "Both."}])
    assert finding.key == "actions.post.reason.1.asks"
    assert "put this one before it" in finding.message


# Words


SHIPS = {"field": "home", "when": "it_ships"}
HOME = {"kind": "address", "label": "Delivery address"}
BOTH = "To place this order we need to know where to send it and how to reach you."


def test_a_reason_that_names_what_a_condition_leaves_out(found):
    (finding,) = found(BOTH, "email", "nickname", SHIPS, home=HOME)
    assert finding.warning
    assert finding.key == "actions.post.reason"
    assert finding.message == (
        f"{BOTH!r} says 'where to send', but 'home' is asked only when 'it_ships': "
        'give a case for it, { asks = ["home"], text = "..." }'
    )
    assert found([{"asks": ["home"], "text": BOTH}], "email", "nickname", SHIPS, home=HOME) == []


def test_a_reason_that_names_what_may_be_held(found):
    (finding,) = found("Your nickname is shown.")
    assert "'nickname' may be held already" in finding.message
    assert found([{"asks": ["nickname"], "text": "Your nickname is shown."}]) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("It is DELIVERED to you.", True),  # a word of the label, with another ending and in capitals
        ("We ship it.", True),  # a noun of the kind
        ("Where it comes from is our secret.", False),  # the beginning of a phrase
        ("We add it to the list.", False),  # too short to be the stem of "address"
        ("All of it is for you and your friends.", False),
    ],
)
def test_what_speaks_of_a_field(found, text, named):
    label = "Delivery address for you and yours"
    assert bool(found(text, "email", "nickname", "home", home={**HOME, "label": label})) is named


def test_a_word_of_several_fields_is_true_where_one_of_them_is_asked(found):
    proof = {"label": "Proof of your e-mail"}
    assert found("The mail has to be yours.", "email", "proof", proof=proof, nickname={"label": "Mail name"}) == []
    (finding,) = found("The mail has to be yours.", "email", "nickname", "proof", proof=proof)
    assert "'email' or 'proof' may be held" in finding.message


def test_a_later_case_is_read_with_those_before_it_in_mind(found):
    """Where the first case does not fit, the nickname is what is missing."""
    assert found([{"asks": ["email"], "text": "So."}, "Your nickname is shown."]) == []
    assert found(["So."]) == []


def test_a_background_prompt_too(found):
    prompt = {
        "label": "More?",
        "placement": "desk",
        "cooldown": "P1D",
        "impressions": 1,
        "fields": ["nickname", "shoe"],
    }
    shoe = {"label": "Shoe size"}
    (finding,) = found("So.", prompts={"later": {**prompt, "reason": "So that the shoes fit."}}, shoe=shoe)
    assert (finding.key, finding.warning) == ("prompts.later.reason", True)
    told = [{"asks": ["shoe"], "text": "So that the shoes fit."}]
    assert found("So.", prompts={"later": {**prompt, "reason": told}}, shoe=shoe) == []


@pytest.mark.parametrize(
    ("variant", "key"),
    [
        ({"reason": "Your nickname is shown."}, "experiments.trial.variants.other.reason"),
        ({"labels": {"nickname": "Signature"}}, "experiments.trial.variants.other"),
        ({"reason": [{"asks": ["nickname"], "text": "Your nickname is shown."}]}, None),
        ({"reason": ""}, None),
        ({"reason": [{"asks": ["colour"], "text": "So."}]}, "experiments.trial.variants.other.reason.0.asks"),
    ],
)
def test_a_variant_too(found, variant, key):
    experiment = {"label": "Trial", "hypothesis": "So.", "action": "post", "minimum_effect": 0.1}
    findings = found(
        "The signature is printed.",
        experiments={"trial": {**experiment, "variants": {"as_now": {}, "other": variant}}},
    )
    assert [finding.key for finding in findings] == ([key] if key else [])


def test_what_a_variant_puts_off_is_never_asked(found):
    experiment = {"label": "Trial", "hypothesis": "So.", "action": "post", "minimum_effect": 0.1}
    prompt = {"label": "More?", "placement": "desk", "cooldown": "P1D", "impressions": 1, "fields": ["nickname"]}
    variant = {"defer": ["nickname"], "prompt": "later", "reason": "Your nickname is shown."}
    (finding,) = found(
        "So.",
        "email",
        {"field": "nickname", "can_wait": True},
        prompts={"later": prompt},
        experiments={"trial": {**experiment, "variants": {"as_now": {}, "other": variant}}},
    )
    assert "'nickname' is put off" in finding.message


# Any manifest

NOUNS = ("street", "phone", "company", "birthday", "picture", "colour")
FILLERS = ("to", "place", "this", "order", "we", "have", "to", "know")
KEYS = ("ada", "bob", "cleo", "dora")


@st.composite
def manifests(draw):
    """Four fields with words of their own and in common, some required, on a condition or without, and any cases."""
    fields = {key: draw(st.lists(st.sampled_from(NOUNS), min_size=1, max_size=2)) for key in KEYS}
    required = draw(st.lists(st.sampled_from(KEYS), min_size=1, unique=True))
    needs = [{"field": key, **draw(st.sampled_from([{}, {"when": "it_ships"}]))} for key in required]
    text = st.lists(st.sampled_from(NOUNS + FILLERS), min_size=1, max_size=4).map(" ".join)
    asks = st.lists(st.sampled_from(required), unique=True)
    reason = draw(st.lists(st.fixed_dictionaries({"asks": asks, "text": text}), max_size=3) | text)
    return fields, needs, reason


def false_in(action, words, asked):
    """By hand: whether the reason that is given says a word of required fields none of which is asked."""
    said = reason_for(action.reason, asked).split()
    meant = [{key for key in words if word in words[key]} for word in said]
    return any(fields and not fields & set(asked) for fields in meant)


@pytest.mark.thorough
@given(manifests())
def test_no_warning_means_that_whatever_a_reason_names_is_asked_and_a_warning_that_it_may_not_be(
    kinds, document, drawn
):
    fields, needs, reason = drawn
    changed = document()
    declared = changed["fields"]["email"]
    changed["fields"] |= {key: {**declared, "label": " ".join(words)} for key, words in fields.items()}
    changed["actions"]["post"] = {"label": "Post", "reason": reason, "requires": needs}
    manifest = shape(changed)
    about = [it for it in check(manifest, kinds, {"it_ships"}, TODAY) if it.key.startswith("actions.post.reason")]
    action = manifest.actions["post"]
    required = [need.field for need in action.requires]
    every = chain.from_iterable(combinations(required, size) for size in range(1, len(required) + 1))
    words = {key: fields[key] for key in required}
    assert any(it.warning for it in about) == any(false_in(action, words, asked) for asked in every)

"""What a manifest must agree on: each finding has a test in which it, and only it, is found."""

from datetime import date

import pytest

from asklater.checks.manifest import Finding, ManifestError, check, shape

TODAY = date(2026, 6, 1)
CONDITIONS = frozenset({"cart_ships"})
EFFECTS = {"greeting": frozenset({"nickname"}), "delivery prices": frozenset({"email"})}


@pytest.fixture
def found(document, kinds):
    """`found(change)` applies `change` to a valid document and returns the check's findings."""

    def findings(change):
        changed = document()
        change(changed)
        return check(shape(changed), kinds, CONDITIONS, TODAY, effects=EFFECTS)

    return findings


def keys(findings):
    return [finding.key for finding in findings]


def requires(*needs):
    return lambda document: document["actions"]["post"].update(requires=list(needs))


def test_a_sound_manifest_has_no_findings(found):
    assert found(lambda document: None) == []


def test_a_condition_that_is_known_may_stand(found):
    assert found(requires("email", {"field": "nickname", "when": "cart_ships"})) == []


def test_an_unknown_kind_names_those_that_there_are(found):
    (finding,) = found(lambda document: document["fields"]["email"].update(kind="telepathy"))
    assert finding.key == "fields.email.kind"
    assert "'telepathy'" in finding.message
    assert "there are address, age, boolean, choice, choices, consent, country, date, image" in finding.message


def test_a_kind_checks_its_settings(found):
    (finding,) = found(lambda document: document["fields"]["email"].update(settings={"colour": "red"}))
    assert (finding.key, finding.message) == ("fields.email", "settings.colour: this kind has no such setting")


def test_an_unknown_purpose(found):
    assert "fields.email.purpose" in keys(found(lambda document: document["fields"]["email"].update(purpose="gain")))


def test_an_unknown_field_in_an_action(found):
    assert keys(found(requires("email", "nickname", "shoe_size"))) == ["actions.post.requires.2.field"]


def test_an_unknown_field_at_sign_up(found):
    findings = found(lambda document: document["signup"].update(fields=["shoe_size"]))
    assert keys(findings) == ["actions.sign_up.requires.0.field"]


def test_an_unknown_condition(found):
    assert keys(found(requires("email", {"field": "nickname", "when": "full_moon"}))) == [
        "actions.post.requires.1.when"
    ]


def test_a_field_that_is_required_twice(found):
    findings = found(requires("email", "nickname", "email"))
    assert keys(findings) == ["actions.post.requires.0.field", "actions.post.requires.2.field"]
    assert all("twice" in finding.message for finding in findings)


def test_an_unknown_field_to_wait_for(found):
    findings = found(lambda document: document["fields"]["nickname"].update(after=["shoe_size"]))
    assert "fields.nickname.after" in keys(findings)


def test_a_field_whose_forerunner_is_not_required(found):
    def change(document):
        document["fields"]["nickname"]["after"] = ["email"]
        requires("nickname")(document)

    (finding,) = found(change)
    assert finding.key == "actions.post.requires.0.field"
    assert "require it too" in finding.message


@pytest.mark.parametrize("length", [1, 2])
def test_fields_that_wait_for_each_other(found, length):
    def change(document):
        document["fields"]["nickname"]["after"] = ["nickname"] if length == 1 else ["email"]
        document["fields"]["email"]["after"] = [] if length == 1 else ["nickname"]

    waiting = [finding.key for finding in found(change) if "waits for itself" in finding.message]
    assert waiting == (["fields.nickname.after"] if length == 1 else ["fields.email.after", "fields.nickname.after"])


@pytest.mark.parametrize("by", ["kind", "basis"])
def test_no_action_demands_consent(found, by):
    def change(document):
        if by == "kind":
            document["fields"]["nickname"]["kind"] = "consent"
        else:
            document["purposes"]["news"] = {"label": "News", "basis": "consent"}
            document["fields"]["nickname"]["purpose"] = "news"

    (finding,) = found(change)
    assert finding.key == "actions.post.requires.1.field"
    assert "consent" in finding.message


def test_an_action_may_leave_the_reason_to_its_fields(found):
    assert found(lambda document: document["actions"]["post"].pop("reason")) == []


def at_sign_up(**second):
    return lambda document: document["signup"].update(fields=["email", {"field": "nickname", **second}])


NEEDED = {"needed_next": "post", "owner": "Ada"}


def test_a_second_sign_up_field_owes_a_justification_and_an_owner(found):
    findings = found(at_sign_up())
    assert keys(findings) == ["signup.fields.1", "signup.fields.1.owner"]
    assert not any(finding.warning for finding in findings)
    for category in ("needed_next", "required_by_law", "changes"):
        assert category in findings[0].message


def test_an_action_that_comes_next_and_requires_it_justifies_a_field(found):
    assert found(at_sign_up(**NEEDED)) == []
    assert found(at_sign_up(**NEEDED, optional=True)) == []


def test_whoever_decided_about_the_field_answers_for_it_at_sign_up(found):
    def change(document):
        document["fields"]["nickname"]["decided_by"] = "Ada"
        at_sign_up(needed_next="post")(document)

    assert found(change) == []


@pytest.mark.parametrize(
    ("justification", "words"),
    [
        ({"needed_next": "fly"}, "no action is called 'fly'"),
        ({"needed_next": "sign_up"}, "no action is called 'sign_up'"),
        ({"needed_next": "browse"}, "'browse' does not require 'nickname'"),
        ({"required_by_law": "Article 6"}, "the purpose of 'nickname' rests on 'contract'"),
        ({"changes": "useful for analytics"}, "registers no 'useful for analytics' that 'nickname' changes"),
        ({"changes": "delivery prices"}, "registers no 'delivery prices' that 'nickname' changes, but 'greeting'"),
    ],
)
def test_a_justification_is_proved(found, justification, words):
    (finding,) = found(at_sign_up(**justification, owner="Ada"))
    assert finding.key == f"signup.fields.1.{next(iter(justification))}"
    assert words in finding.message
    assert not finding.warning


@pytest.mark.parametrize("optional", [False, True])
def test_a_law_justifies_what_its_purpose_rests_on_and_is_no_choice(found, optional):
    def change(document):
        document["purposes"]["duty"] = {"label": "Duty", "basis": "legal_obligation", "law": "Article 6"}
        document["fields"]["nickname"]["purpose"] = "duty"
        at_sign_up(required_by_law="Article 6", owner="Ada", optional=optional)(document)

    assert keys(found(change)) == (["signup.fields.1.optional"] if optional else [])


def test_what_is_shown_by_the_answer_justifies_a_field(found):
    assert found(at_sign_up(changes="greeting", owner="Ada", optional=True)) == []


def test_one_justification_holds(found):
    (finding,) = found(at_sign_up(**NEEDED, changes="greeting"))
    assert finding.key == "signup.fields.1"
    assert "needed_next, changes" in finding.message


@pytest.mark.parametrize("key", ["justification", "reason", "useful_for"])
def test_that_it_would_be_useful_cannot_be_declared(found, key):
    with pytest.raises(ManifestError) as refused:
        found(at_sign_up(**{key: "useful for analytics"}, owner="Ada"))
    (finding,) = refused.value.findings
    assert finding.key == f"signup.fields.1.{key}"
    for words in ("no such key", "needed_next", "required_by_law", "changes", "useful is no justification"):
        assert words in finding.message


@pytest.mark.parametrize("waits", ["can_wait", "optional"])
def test_only_a_further_sign_up_field_can_wait_or_be_left_empty(found, waits):
    form = [{"field": "email", waits: True}, {"field": "nickname", **NEEDED, waits: True}]
    assert keys(found(lambda document: document["signup"].update(fields=form))) == [f"signup.fields.0.{waits}"]


@pytest.mark.parametrize(("day", "wrong"), [(date(2026, 6, 3), True), (date(2026, 6, 2), False), (TODAY, False)])
def test_the_form_was_reviewed_in_the_past(found, day, wrong):
    """By a day at most: somewhere it is tomorrow already."""
    findings = found(lambda document: document["signup"].update(reviewed=day))
    assert keys(findings) == (["signup.reviewed"] if wrong else [])


@pytest.mark.parametrize("said", [None, "", "  "])
def test_a_field_that_does_not_say_what_junk_does_is_a_warning(found, said):
    def change(document):
        del document["fields"]["email"]["if_wrong"]
        document["fields"]["email"].update({} if said is None else {"if_wrong": said})

    (finding,) = found(change)
    assert (finding.key, finding.warning) == ("fields.email.if_wrong", True)


@pytest.mark.parametrize(("due", "late"), [(date(2026, 5, 31), True), (TODAY, False), (date(2027, 1, 1), False)])
def test_an_overdue_review_is_a_warning(found, due, late):
    findings = found(at_sign_up(**NEEDED, review_by=due))
    late_one = Finding("signup.fields.1.review_by", f"the review was due on {due}", warning=True)
    assert findings == ([late_one] if late else [])


def test_what_nothing_needs_is_not_held(found):
    assert keys(found(requires("email"))) == ["fields.nickname"]


def test_a_purpose_that_no_field_serves(found):
    findings = found(lambda document: document["purposes"].update(gain={"label": "Gain", "basis": "contract"}))
    assert keys(findings) == ["purposes.gain"]


@pytest.mark.parametrize(("window", "expected"), [("P366D", []), ("P367D", ["analytics.window"])])
def test_the_window_is_at_most_366_days(found, window, expected):
    assert keys(found(lambda document: document.update(analytics={"window": window}))) == expected


@pytest.mark.parametrize(("goal", "expected"), [("fly", ["analytics.goal"]), ("post", []), ("sign_up", [])])
def test_the_goal_is_an_action(found, goal, expected):
    assert keys(found(lambda document: document.update(analytics={"goal": goal}))) == expected


@pytest.mark.parametrize("name", ["settings", "import"])
def test_names_that_are_the_engines_own(found, name):
    findings = found(lambda document: document["actions"].update({name: {"label": "Mine", "requires": []}}))
    assert keys(findings) == [f"actions.{name}"]


def test_several_findings_come_at_once_and_sorted(found):
    def change(document):
        document["analytics"] = {"goal": "fly"}
        document["fields"]["email"]["kind"] = "telepathy"
        document["actions"]["post"]["reason"] = [{"asks": ["colour"], "text": "So."}]
        requires("email", "nickname", "shoe_size")(document)

    assert keys(found(change)) == [
        "actions.post.reason.0.asks",
        "actions.post.requires.2.field",
        "analytics.goal",
        "fields.email.kind",
    ]


def optional(field, **more):
    return {"field": field, "optional": True, **more}


def test_an_optional_field_may_stand_beside_a_required_one(found):
    assert found(requires("email", optional("nickname", when="cart_ships"))) == []


def test_what_is_required_may_not_wait_for_what_is_optional(found):
    def change(document):
        document["fields"]["nickname"]["after"] = ["email"]
        requires(optional("email"), "nickname")(document)

    (finding,) = found(change)
    assert finding.key == "actions.post.requires.1.field"
    assert "which is optional: require both, or neither" in finding.message


def test_an_action_that_requires_nothing_asks_for_nothing_optional(found):
    assert keys(found(requires(optional("email"), optional("nickname")))) == ["actions.post.requires"]


@pytest.mark.parametrize("costs", [{"guarded": True}, {"prepare": lambda *_given, **_more: ""}])
def test_asking_for_an_optional_field_costs_nothing(document, kinds, costs):
    made = document()
    requires("email", optional("nickname"))(made)
    costly = {**kinds, "text": type("Costly", (type(kinds["text"]),), costs)()}
    (finding,) = check(shape(made), costly, CONDITIONS, TODAY)
    assert finding.key == "actions.post.requires.1.optional"
    assert "which no optional field does" in finding.message


def with_address(purpose):
    def change(document):
        address = {**document["fields"]["nickname"], "kind": "address", "settings": {"country_from": "country"}}
        document["purposes"]["another"] = {**next(iter(document["purposes"].values()))}
        document["fields"]["home"] = address
        if purpose:
            document["fields"]["country"] = {**document["fields"]["nickname"], "purpose": purpose}
            document["actions"]["post"]["requires"] += ["country"]
        document["actions"]["post"]["requires"] += ["home"]

    return change


@pytest.mark.parametrize(
    ("purpose", "sentence"),
    [
        ("", "settings: no field is called 'country'"),
        ("another", "settings: 'country' is held for another purpose, and must not fill in this one"),
    ],
)
def test_a_form_begins_with_an_answer_that_may_be_used_for_it(found, purpose, sentence):
    assert sentence in [finding.message for finding in found(with_address(purpose)) if finding.key == "fields.home"]

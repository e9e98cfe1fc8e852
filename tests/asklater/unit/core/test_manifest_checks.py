"""What a manifest must agree on: each finding has a test in which it, and only it, is found."""

from datetime import date

import pytest

from asklater.checks.manifest import Finding, check, shape

TODAY = date(2026, 6, 1)
CONDITIONS = frozenset({"cart_ships"})


@pytest.fixture
def found(document, kinds):
    """`found(change)` applies `change` to a valid document and returns the check's findings."""

    def findings(change):
        changed = document()
        change(changed)
        return check(shape(changed), kinds, CONDITIONS, TODAY)

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
    assert "address, choice, choices, consent, image, text" in finding.message


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


OWED = ("justification", "owner", "review_by")


def test_a_second_sign_up_field_owes_a_reason_an_owner_and_a_review(found):
    findings = found(lambda document: document["signup"].update(fields=["email", "nickname"]))
    assert keys(findings) == [f"signup.fields.1.{owed}" for owed in OWED]
    assert not any(finding.warning for finding in findings)


@pytest.mark.parametrize("owed", OWED)
def test_each_of_them_is_owed_by_itself(found, owed):
    second = {"field": "nickname", "justification": "Posts are signed.", "owner": "Ada", "review_by": TODAY}
    del second[owed]
    assert keys(found(lambda document: document["signup"].update(fields=["email", second]))) == [
        f"signup.fields.1.{owed}"
    ]


def test_only_a_further_sign_up_field_can_wait(found):
    second = {"field": "nickname", "justification": "Posts are signed.", "owner": "Ada", "review_by": TODAY}
    form = [{"field": "email", "can_wait": True}, {**second, "can_wait": True}]
    assert keys(found(lambda document: document["signup"].update(fields=form))) == ["signup.fields.0.can_wait"]


@pytest.mark.parametrize("said", [None, "", "  "])
def test_a_field_that_does_not_say_what_junk_does_is_a_warning(found, said):
    def change(document):
        del document["fields"]["email"]["if_wrong"]
        document["fields"]["email"].update({} if said is None else {"if_wrong": said})

    (finding,) = found(change)
    assert (finding.key, finding.warning) == ("fields.email.if_wrong", True)


@pytest.mark.parametrize(("due", "late"), [(date(2026, 5, 31), True), (TODAY, False), (date(2027, 1, 1), False)])
def test_an_overdue_review_is_a_warning(found, due, late):
    second = {"field": "nickname", "justification": "Posts are signed.", "owner": "Ada", "review_by": due}
    findings = found(lambda document: document["signup"].update(fields=["email", second]))
    late_one = Finding("signup.fields.1.review_by", f"the review was due on {due}", warning=True)
    assert findings == ([late_one] if late else [])


def test_what_nothing_needs_is_not_held(found):
    assert keys(found(requires("email"))) == ["fields.nickname"]


def test_a_purpose_that_no_field_serves(found):
    findings = found(lambda document: document["purposes"].update(gain={"label": "Gain", "basis": "contract"}))
    assert keys(findings) == ["purposes.gain"]


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

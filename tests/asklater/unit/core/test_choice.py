"""Choice, choices and consent: only what is offered, each of it once, and no box ticked beforehand."""

import pytest

from asklater.kinds.base import Given

FEW = {"red": "Red", "blue": "Blue", "green": "Green"}
MANY = {f"n{number}": f"Number {number}" for number in range(7)}


def sent(*values):
    return Given({"": values})


@pytest.mark.parametrize(
    ("values", "held"), [(("red",), "red"), (("blue",), "blue"), (("red", "red"), "red"), (("green",), "green")]
)
def test_choice(kinds, declare, values, held):
    assert kinds["choice"].parse(declare("choice", options=FEW), sent(*values)) == held


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ((), "Answer “Thing”."),
        (("",), "Answer “Thing”."),
        (("black",), "Choose one of the answers that are offered."),
        (("Red",), "Choose one of the answers that are offered."),
        (("red ",), "Choose one of the answers that are offered."),
        (("red", "blue"), "This was sent more than once, with different values. Give one."),
    ],
)
def test_choice_refuses(kinds, declare, refusal, values, sentence):
    assert refusal(kinds["choice"], declare("choice", options=FEW), sent(*values)) == {"": sentence}


def test_few_options_stand_open_and_many_are_a_select(kinds, declare):
    (few,) = kinds["choice"].inputs(declare("choice", options=FEW), sent("blue"), {})
    assert (few.type, few.values, [option.value for option in few.options]) == ("radios", ("blue",), list(FEW))
    (many,) = kinds["choice"].inputs(declare("choice", options=MANY), sent("black"), {})
    assert (many.type, many.values) == ("select", ())
    assert [option.value for option in many.options] == ["", *MANY]


def test_what_is_no_longer_offered_is_shown_as_it_is_held(kinds, declare):
    assert kinds["choice"].show(declare("choice", options=FEW), "red") == "Red"
    assert kinds["choice"].show(declare("choice", options=FEW), "black") == "black"
    assert kinds["choices"].show(declare("choices", options=FEW), ["red", "black"]) == "Red, black"


def test_choices_come_in_the_order_of_the_declaration(kinds, declare):
    assert kinds["choices"].parse(declare("choices", options=FEW), sent("green", "red")) == ["red", "green"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ((), "Choose at least one for “Thing”."),
        (("",), "Choose from the answers that are offered."),
        (("red", "black"), "Choose from the answers that are offered."),
        (("red", "red"), "The same answer was sent twice. Choose each one once."),
        (("red", "blue", "green"), "Choose at most 2."),
    ],
)
def test_choices_refuse(kinds, declare, refusal, values, sentence):
    assert refusal(kinds["choices"], declare("choices", options=FEW, max=2), sent(*values)) == {"": sentence}


def test_choices_keep_what_was_ticked(kinds, declare):
    (control,) = kinds["choices"].inputs(declare("choices", options=FEW, max=2), sent("green", "black", "red"), {})
    assert (control.type, control.values, control.hint) == ("checkboxes", ("red", "green"), "Choose up to 2.")


@pytest.mark.parametrize("kind", ["choice", "choices"])
@pytest.mark.parametrize("options", [{}, {"a": 1}, {"": "A"}, {"a": " "}, ["a"], "a", None])
def test_options_are_values_with_labels(kinds, declare, kind, options):
    (sentence,) = kinds[kind].check(declare(kind, options=options))
    assert sentence.startswith("settings.options: must be a table")


@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_options_must_be_there(kinds, declare, kind):
    assert list(kinds[kind].check(declare(kind))) == ["settings.options: is missing"]


@pytest.mark.parametrize(
    ("values", "given"), [((), False), (("",), False), (("yes",), True), (("on",), True), (("yes", "yes"), True)]
)
def test_consent(kinds, declare, values, given):
    assert kinds["consent"].parse(declare("consent"), sent(*values)) == {"given": given}


@pytest.mark.parametrize("values", [("no",), ("true",), ("YES",), ("yes", "on"), ("yes", "no")])
def test_consent_refuses_what_the_box_does_not_send(kinds, declare, refusal, values):
    assert refusal(kinds["consent"], declare("consent"), sent(*values)).keys() == {""}


def test_consent_is_never_ticked_beforehand(kinds, declare):
    declared = declare("consent", text="Send me news.")
    (fresh,) = kinds["consent"].inputs(declared, Given(), {})
    assert (fresh.type, fresh.values, fresh.label) == ("checkbox", (), "Send me news.")
    (ticked,) = kinds["consent"].inputs(declared, sent("on"), {})
    assert ticked.values == ("yes",)


@pytest.mark.parametrize(("given", "shown"), [(True, "Yes"), (False, "No")])
def test_consent_is_shown_and_can_be_changed(kinds, declare, given, shown):
    kind, declared = kinds["consent"], declare("consent")
    assert kind.show(declared, {"given": given}) == shown
    assert kind.parse(declared, kind.given(declared, {"given": given})) == {"given": given}


def test_a_no_is_an_answer_and_nothing_is_chosen_beforehand(kinds, declare, refusal):
    declared = declare("boolean", yes="Gladly")
    (control,) = kinds["boolean"].inputs(declared, Given(), {})
    assert control.values == ()
    assert [option.label for option in control.options] == ["Gladly", "No"]
    assert kinds["boolean"].parse(declared, Given({"": ("no",)})) is False
    assert kinds["boolean"].show(declared, True) == "Gladly"
    assert refusal(kinds["boolean"], declared, Given()) == {"": "Answer “Thing”."}
    assert refusal(kinds["boolean"], declared, Given({"": ("true",)})) == {
        "": "Choose one of the answers that are offered."
    }

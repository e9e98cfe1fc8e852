"""Text: what is taken, in which form, and what is refused with which words."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from asklater.kinds.base import Given, Invalid


@pytest.fixture
def text(kinds):
    return kinds["text"]


def typed(value):
    return Given({"": (value,)})


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("Ada", "Ada"),
        ("  Ada \t Lovelace ", "Ada Lovelace"),
        ("Ada\u00a0\u3000Lovelace\r\n", "Ada Lovelace"),
        ("Zoe\u0308", "Zoë"),
        ("=1+1", "=1+1"),
        ("<b>", "<b>"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("\u200fעדה", "\u200fעדה"),
        ("نیم‌فاصله", "نیم‌فاصله"),
        ("0", "0"),
        ("a" * 200, "a" * 200),
    ],
)
def test_one_line(text, declare, sent, held):
    assert text.parse(declare("text"), typed(sent)) == held


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("\n\n one  two  \n\n\nthree\n", "one  two\n\n\nthree"),
        ("a\tb", "a\tb"),
    ],
)
def test_several_lines(text, declare, sent, held):
    assert text.parse(declare("text", multiline=True), typed(sent)) == held


@pytest.mark.parametrize(
    "sent", [None, "", "   ", "\u200b", "\u2060\ufeff", "\u3164", "\u2800 \u115f", "\u0301", "\u00ad"]
)
def test_nothing_to_see_is_nothing(text, declare, refusal, sent):
    given_text = Given() if sent is None else typed(sent)
    assert refusal(text, declare("text"), given_text) == {"": "Fill in “Thing”."}


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\r", "\n", "\ud800", "\ufffe", "\ufdd0"])
def test_signs_that_cannot_be_shown(text, declare, refusal, sign):
    assert "cannot be shown" in refusal(text, declare("text"), typed(f"a{sign}b"))[""]


@pytest.mark.parametrize("multiline", [True, False])
@pytest.mark.parametrize("sign", list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
def test_signs_that_turn_the_reading_direction(text, declare, refusal, sign, multiline):
    assert "direction" in refusal(text, declare("text", multiline=multiline), typed(f"a{sign}b"))[""]


@pytest.mark.parametrize(("length", "words"), [(1, "at least 2"), (5, "at most 4"), (1_000_000, "at most 4")])
def test_too_short_and_too_long(text, declare, refusal, length, words):
    assert words in refusal(text, declare("text", min_length=2, max_length=4), typed("x" * length))[""]


def test_length_is_counted_in_the_held_form(text, declare):
    assert text.parse(declare("text", max_length=4), typed(" e\u0301e\u0301e\u0301e\u0301 ")) == "éééé"


def test_what_was_typed_is_kept_up_to_a_limit(text, declare):
    (control,) = text.inputs(declare("text", max_length=4), typed("x" * 1_000_000), {"": "Too long."})
    assert control.values == ("x" * 2_000,)
    assert control.errors == ("Too long.",)


def test_several_lines_are_kept_beyond_their_limit_too(text, declare):
    declared = declare("text", max_length=4_000, multiline=True)
    (control,) = text.inputs(declared, typed("word " * 2_000), {"": "Too long."})
    assert control.values == ("word " * 2_000,)
    (control,) = text.inputs(declared, typed("x" * 1_000_000), {"": "Too long."})
    assert control.values == ("x" * 50_000,)


def test_what_no_page_can_carry_is_not_shown_again(text, declare):
    (control,) = text.inputs(declare("text"), typed("a\0\ud800\nb"), {})
    assert control.values == ("ab",)


def test_the_control_follows_the_settings(text, declare):
    (line,) = text.inputs(declare("text", autocomplete="nickname", inputmode="numeric"), Given(), {})
    assert (line.type, line.autocomplete, line.inputmode, line.name) == ("text", "nickname", "numeric", "answer.thing")
    (area,) = text.inputs(declare("text", multiline=True), typed("a\nb"), {})
    assert (area.type, area.values) == ("textarea", ("a\nb",))


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"min_length": 0}, "settings.min_length: must be a whole number from 1 to 10000"),
        ({"max_length": "9"}, "settings.max_length: must be a whole number from 1 to 10000"),
        ({"max_length": True}, "settings.max_length: must be a whole number from 1 to 10000"),
        ({"multiline": "yes"}, "settings.multiline: must be true or false"),
        (
            {"inputmode": "psychic"},
            "settings.inputmode: must be one of text, numeric, decimal, tel, email, url, search",
        ),
        ({"min_length": 9, "max_length": 8}, "settings.min_length: is more than max_length"),
        ({"min_length": 201}, "settings.min_length: is more than max_length"),
    ],
)
def test_settings_are_checked(text, declare, chosen, sentence):
    assert list(text.check(declare("text", **chosen))) == [sentence]


@given(sent=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_what_is_held_is_in_one_form(sent, kinds, declare):
    try:
        held = kinds["text"].parse(declare("text"), typed(sent))
    except Invalid:
        held = ""
    assert held == unicodedata.normalize("NFC", held) == " ".join(held.split())

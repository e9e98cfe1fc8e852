"""Text: what is taken, in which form, and what is refused with which words."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from asklater.kinds import reserved_names, typed_text
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
        ("\u200fעדה", "עדה"),
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
@pytest.mark.parametrize(
    "sign", list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u00ad\ufeff\u2060")
)
def test_nothing_is_held_that_is_not_seen_or_would_turn_its_neighbours(text, declare, sign, multiline):
    assert text.parse(declare("text", multiline=multiline), typed(f"a{sign}b")) == "ab"


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("نیم‌فاصله", "نیم‌فاصله"),
        ("क्‍ष", "क्‍ष"),
        ("ന്‍", "ന്‍"),
        ("👩🏽‍🚀", "👩🏽‍🚀"),
        ("🏳️‍🌈", "🏳️‍🌈"),
        ("❤️", "❤️"),
        ("1️⃣", "1️⃣"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",) * 2,
        ("A\u200dd\u200ca\ufe0f", "Ada"),
        ("نیم\u200c", "نیم"),
        ("Ada\U000e0041\U000e0064", "Ada"),
        ("Ada\u3164", "Ada"),
    ],
)
def test_what_a_script_or_an_emoji_needs_stays(text, declare, sent, held):
    assert text.parse(declare("text"), typed(sent)) == held


@pytest.mark.parametrize("sign", ["\u200d", "\ufe0f", "\U000e0061"])
def test_many_invisible_signs_cost_no_more_than_others(text, declare, refusal, sign):
    """Passed over one by one for each of them, they would take a minute."""
    declared = declare("text", multiline=True, max_length=500)
    for sent in (f"a{sign * 8_000}", f"\U0001f3f4{sign * 8_000}"):
        try:
            assert len(text.parse(declared, typed(sent))) < 100
        except Invalid as refused:
            assert "at most 500" in refused.errors[""]  # noqa: PT017


def test_marks_of_direction_stay_in_several_lines_of_such_letters(text, declare):
    several = declare("text", multiline=True)
    assert text.parse(several, typed("(\u200fעדה) C++\u200f")) == "(\u200fעדה) C++\u200f"
    assert text.parse(several, typed("a\u200fb")) == "ab"


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("", 0),
        ("Ada", 3),
        ("e\u0301\u0302", 1),
        ("👩‍👩‍👧‍👦", 1),
        ("👍🏽👍", 2),
        ("🇩🇪🇫🇷", 2),
        ("1️⃣", 1),
        ("山", 1),
        ("นี้", 1),
        ("a\u200bb", 2),
    ],
)
def test_a_length_is_what_a_reader_counts(sent, seen):
    assert typed_text.seen_length(sent) == seen


def test_lengths_are_of_what_is_seen(text, declare, refusal):
    declared = declare("text", min_length=2, max_length=4)
    assert text.parse(declared, typed("👩‍👩‍👧‍👦" * 4)) == "👩‍👩‍👧‍👦" * 4
    assert "at least 2" in refusal(text, declared, typed("👩‍👩‍👧‍👦"))[""]
    assert "at least 2" in refusal(text, declared, typed("A\u200b\u200b"))[""]
    assert "at most 4" in refusal(text, declared, typed("e" + "\u0323" * 40))[""]


@pytest.mark.parametrize("name", ["A", "山", "Я", "é", "🐙"])
def test_a_name_may_be_one_sign(text, declare, name):
    assert text.parse(declare("text", max_length=40), typed(name)) == name


OURS = ("Halftone", "Halftone staff", "admin", "support")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Halftone",
            "HALFTONE",
            "HaIftone",
            "Ηalftοne",
            "Ｈａｌｆｔｏｎｅ",
            "h a l f t o n e",
            "Hälftone",
            "Halft0ne",
        ),
        *(
            "adrnin",
            "Adm1n",
            "аdmin",
            "ѕuррort",
            "half tone",
            "Halftone Team",
            "Ada (Support)",
            "𝕳alftone",
            "a-d-m-i-n",
        ),
    ],
)
def test_a_name_that_looks_like_the_sites_own_is_refused(text, declare, refusal, name):
    sentence = "This looks like a name that belongs to this site. Choose another one."
    assert refusal(text, declare("text", reserved=OURS), typed(name)) == {"": sentence}


@pytest.mark.parametrize("name", ["Ada", "Staffan", "Supporter", "Анна", "山", "Adina", "Harun Tone", "李小龙", "🐙"])
def test_other_names_are_free(text, declare, name):
    assert text.parse(declare("text", reserved=OURS), typed(name)) == name
    assert text.parse(declare("text"), typed("Halftone")) == "Halftone"


def test_reserved_names_need_their_package(text, declare, monkeypatch):
    monkeypatch.setattr(reserved_names, "PACKAGE", "no_such_package")
    finding = "settings.reserved: needs a package: pip install 'asklater[names]'"
    assert list(text.check(declare("text", reserved=OURS))) == [finding]


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
        ({"reserved": "admin"}, 'settings.reserved: must be a list of texts, such as ["a", "b"]'),
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


def test_a_text_has_to_fit_its_pattern_as_a_whole(kinds, declare, refusal):
    declared = declare("text", pattern="[A-Z]{2}[0-9]{4}", example="AB1234")
    (control,) = kinds["text"].inputs(declared, Given(), {})
    assert control.hint == "For example: AB1234"
    assert kinds["text"].parse(declared, Given({"": (" AB1234 ",)})) == "AB1234"
    assert refusal(kinds["text"], declared, Given({"": ("xAB1234",)})) == {"": "Check this. It looks like AB1234."}


@pytest.mark.parametrize(
    ("chosen", "key"),
    [
        ({"pattern": "("}, "pattern"),
        ({"pattern": "a+"}, "example"),
        ({"pattern": "a+", "example": "b"}, "example"),
        ({"pattern": "(a+)+", "example": "a"}, "pattern"),
        ({"pattern": "(x(a|b)*)+", "example": "x"}, "pattern"),
        ({"pattern": r"(?:a{2,}b)*", "example": "aab"}, "pattern"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_found(kinds, declare, chosen, key):
    assert [found.split(":")[0] for found in kinds["text"].check(declare("text", **chosen))] == [f"settings.{key}"]


def test_a_pattern_may_repeat_a_group_of_fixed_length(kinds, declare):
    assert kinds["text"].check(declare("text", pattern=r"[A-Z]{2}( ?\d{4})+\+?", example="AB 1234 5678")) == []

"""Codes: one reader for whatever is typed, pasted or dictated around them."""

import pytest
from hypothesis import given, strategies as st

from asklater.accounts.second_factors.recovery_codes import LENGTH, MISREAD, SIGNS
from asklater.kinds.typed_codes import read
from asklater.kinds.typed_text import UnfitText

SCRIPTS = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "0123456789")
GAPS = ["", " ", "\u00a0", "\u202f", "\u3000", "\t", "-", "‐", "‑", "–", "—", "−", "ー", "ｰ", "－", ".", "·", "・"]
UNSEEN = [
    "",
    "\u200b",
    "\u200e",
    "\u200f",
    "\u202a",
    "\u202c",
    "\u2066",
    "\u2069",
    "\u00ad",
    "\ufeff",
    "\ufe0f",
    "\u2060",
]
AROUND = [
    ("", ""),
    ("Your code: ", "."),
    ("Dein Code ist ", ". Er gilt 10 Minuten."),
    ("(", ")"),
    ("G-", ""),
    ("код：", ""),
]


@given(
    code=st.text("0123456789", min_size=6, max_size=6),
    script=st.sampled_from(SCRIPTS),
    gaps=st.lists(st.sampled_from(GAPS), min_size=5, max_size=5),
    unseen=st.lists(st.sampled_from(UNSEEN), min_size=7, max_size=7),
    around=st.sampled_from(AROUND),
)
def test_a_code_is_read_whatever_its_decoration(code, script, gaps, unseen, around):
    drawn = [script[int(digit)] for digit in code]
    typed = unseen[6] + "".join("".join(signs) for signs in zip(drawn, unseen, [*gaps, ""], strict=False))
    assert read(around[0] + typed + around[1]) == code


@given(
    code=st.text(SIGNS, min_size=LENGTH, max_size=LENGTH),
    gap=st.sampled_from(GAPS),
    unseen=st.sampled_from(UNSEEN),
    change=st.sampled_from([str, str.lower, lambda text: text.replace("O", "0").replace("I", "1").replace("B", "8")]),
)
def test_so_is_a_code_of_letters(code, gap, unseen, change):
    groups = [change(code)[start : start + 4] + unseen for start in range(0, LENGTH, 4)]
    assert read(gap.join(groups), LENGTH, SIGNS, MISREAD) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456 is your code. @halftone.example #123456", "123456"),
        ("code 123 456 10 min", "123456"),
        ("123 456 123 456", "123456"),
        ("1\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e36\ufe0f\u20e3", "123456"),
        ("CODE123456", "123456"),
        ("", ""),
        ("12345", ""),
        ("1234567", ""),
        ("12 34 56 78", ""),
        ("abcdef", ""),
        ("1a2b3c4d5e6f", ""),
        ("²³⁴ 567", "234567"),
        ("x" * 1_000_000, ""),
    ],
)
def test_what_is_read_and_what_is_none(typed, code):
    assert read(typed) == code


@pytest.mark.parametrize("typed", ["123456 654321", "123 456 or 654 321", "123456, then 123457", "۱۲۳۴۵۶ 654321"])
def test_two_codes_are_not_guessed_at(typed):
    with pytest.raises(UnfitText, match="more than one code"):
        read(typed)


def test_a_sheet_of_recovery_codes_is_not_one():
    with pytest.raises(UnfitText, match="more than one code"):
        read("ABCD-EFGH-IJKL-MNOP\nQRST-UVWX-YZ23-4567", LENGTH, SIGNS, MISREAD)
    assert read("My recovery code: ABCD–EFGH–IJKL–MNOP.", LENGTH, SIGNS, MISREAD) == "ABCDEFGHIJKLMNOP"

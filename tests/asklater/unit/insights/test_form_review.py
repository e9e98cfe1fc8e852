"""The yearly review of the form: from which day it counts, what is taken of what was typed, and who did it."""

from datetime import date

import pytest

from asklater.insights.signup.form_review import LONGEST_NOTE, Reviewer, read_typed_review, review_dates, reviewer
from asklater.manifest.declarations import Signup, SignupField

MESSAGES = {"verdict": "Choose.", "note": "Say."}
BEGAN, EARLY, LATE = date(2024, 2, 29), date(2025, 3, 1), date(2025, 9, 1)


def form(reviewed):
    return Signup(fields=(SignupField(field="email"),), reviewed=reviewed)


@pytest.mark.parametrize(
    ("declared", "recorded", "began", "reviewed", "due"),
    [
        (None, None, None, None, None),
        (None, None, BEGAN, None, date(2025, 2, 28)),
        (EARLY, None, BEGAN, EARLY, date(2026, 3, 1)),
        (None, EARLY, BEGAN, EARLY, date(2026, 3, 1)),
        (EARLY, LATE, BEGAN, LATE, date(2026, 9, 1)),
        (LATE, EARLY, None, LATE, date(2026, 9, 1)),
    ],
)
def test_a_year_counts_from_the_last_review_declared_or_recorded(declared, recorded, began, reviewed, due):
    dates = review_dates(form(declared), recorded, began)
    assert (dates.reviewed, dates.due) == (reviewed, due)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"verdict": "Choose."}),
        ({"verdict": "later", "note": "Soon."}, {"verdict": "Choose."}),
        ({"verdict": "keep"}, {}),
        ({"verdict": "keep", "note": " \u200b "}, {}),
        ({"verdict": "change", "note": " \u200b "}, {"note": "Say."}),
        ({"verdict": "change", "note": "The country goes."}, {}),
    ],
)
def test_a_change_says_what_is_to_change(typed, errors):
    assert read_typed_review(typed, MESSAGES).errors == errors


def test_a_note_that_is_too_long_or_cannot_be_shown_is_kept_as_it_was_typed():
    for note in ("x" * (LONGEST_NOTE + 1), "a\x00b"):
        typed = read_typed_review({"verdict": "keep", "note": note}, MESSAGES)
        assert typed.note == note
        assert set(typed.errors) == {"note"}


def test_a_pseudonym_stays_the_same_and_tells_no_number():
    assert reviewer(b"key", "pm", 7) == reviewer(b"key", "pm", 7)
    assert len({reviewer(key, "pm", number).pseudonym for key in (b"a", b"b") for number in (7, 8)}) == 4
    assert reviewer(b"key", "pm", None) == Reviewer("pm", "")

"""What changed from one sign-up form to the next, and that a form survives being written down."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from asklater.insights.signup.form_history import DeclaredField, FormChange, form_as_json, form_changes, form_from_json

E_MAIL = DeclaredField("email", "", "", "")
NAME = DeclaredField("display_name", "needed_next: post", "Ada", "2027-01-01")
PHONE = DeclaredField("phone", "", "", "")
OPTIONAL = replace(NAME, optional=True)
LATER = DeclaredField("display_name", "needed_next: post", "Bo", "2028-01-01")
TOLD_ANEW = DeclaredField("display_name", "needed_next: review", "Ada", "2027-01-01")

forms = st.lists(
    st.builds(
        DeclaredField,
        st.sampled_from(["email", "phone", "picture", "size"]),
        st.text(),
        st.text(),
        st.text(),
        st.booleans(),
    ),
    unique_by=lambda asked: asked.field,
).map(tuple)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, (E_MAIL,), [FormChange("email", "recorded", "", "1")]),
        ((E_MAIL,), (E_MAIL,), []),
        ((E_MAIL,), (E_MAIL, NAME), [FormChange("display_name", "added", "", "2")]),
        ((E_MAIL, NAME), (E_MAIL,), [FormChange("display_name", "removed", "2", "")]),
        (
            (E_MAIL, NAME),
            (NAME, E_MAIL),
            [FormChange("display_name", "moved", "2", "1"), FormChange("email", "moved", "1", "2")],
        ),
        ((E_MAIL, NAME), (PHONE, E_MAIL, NAME), [FormChange("phone", "added", "", "1")]),
        ((E_MAIL, PHONE, NAME), (E_MAIL, NAME), [FormChange("phone", "removed", "2", "")]),
        (
            (E_MAIL, NAME),
            (E_MAIL, TOLD_ANEW),
            [FormChange("display_name", "justification", "needed_next: post", "needed_next: review")],
        ),
        ((E_MAIL, NAME), (E_MAIL, OPTIONAL), [FormChange("display_name", "made_optional", "", "")]),
        ((E_MAIL, OPTIONAL), (E_MAIL, NAME), [FormChange("display_name", "made_required", "", "")]),
        (
            (E_MAIL, NAME),
            (E_MAIL, LATER),
            [
                FormChange("display_name", "owner", "Ada", "Bo"),
                FormChange("display_name", "review_by", "2027-01-01", "2028-01-01"),
            ],
        ),
    ],
)
def test_each_change_is_one_line(before, after, expected):
    assert list(form_changes(before, after)) == expected


@pytest.mark.thorough
@given(forms)
def test_a_form_survives_being_written_down(form):
    assert form_from_json(form_as_json(form)) == form


def test_a_form_of_before_there_were_keys_is_read():
    written = '[{"field": "size", "justification": "It is useful.", "owner": "Ada", "review_by": "2027-01-01"}]'
    assert form_from_json(written) == (DeclaredField("size", "It is useful.", "Ada", "2027-01-01"),)


@pytest.mark.thorough
@given(forms, forms)
def test_something_changed_exactly_where_the_forms_differ(before, after):
    found = form_changes(before, after)
    assert bool(found) is (before != after)
    assert len({(change.field, change.what) for change in found}) == len(found)

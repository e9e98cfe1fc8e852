"""The difference between two texts: what stays and comes is the new text, what stays and goes the old one."""

import pytest
from hypothesis import given, strategies as st

from asklater.privacy.notices.version_presenters import NoticeLine, compare_lines, compare_words

TEXTS = st.lists(st.sampled_from(["kept", "for", "24", "months", "  ", "\n", "read"]), max_size=8).map(" ".join)


@pytest.mark.thorough
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(before: str, after: str) -> None:
    found = compare_words(before, after)
    assert "".join(piece.text for piece in found if piece.change != "added") == before
    assert "".join(piece.text for piece in found if piece.change != "removed") == after
    assert all(piece.text for piece in found)


@given(TEXTS)
def test_nothing_changed_where_nothing_did(text: str) -> None:
    assert all(piece.change == "same" for piece in compare_words(text, text))


def test_words_are_told_apart_and_lines_that_come_and_go_are_told() -> None:
    before = (NoticeLine("reason", "Why", "To reach you."), NoticeLine("officer", "Officer", "Ada"))
    after = (NoticeLine("reason", "Why", "To reach you soon."), NoticeLine("authority", "Complain", "The state"))
    why, authority, officer = compare_lines(before, after)
    assert [(piece.text, piece.change) for piece in why.pieces] == [
        ("To reach you", "same"),
        (" soon", "added"),
        (".", "same"),
    ]
    assert [piece.change for piece in (*authority.pieces, *officer.pieces)] == ["added", "removed"]
    assert (authority.question, officer.question) == ("Complain", "Officer")

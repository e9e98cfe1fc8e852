"""Blacking out: every passage goes wherever it stands, and which columns are free text follows from the table."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, Text

from asklater.personal_tables import ColumnText, PersonalTable
from asklater.privacy.exports.free_texts import TextPlace
from asklater.privacy.exports.redactions import BLACK, REDACTED_KEY, Redaction, Redactions, black_out, text_pieces

AT = datetime(2026, 1, 1, tzinfo=UTC)
letters = Table(
    "letter",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("subject_id", Integer),
    Column("name", String(40)),
    Column("text", Text),
    Column("remark", String),
    Column("sealed", LargeBinary),
    Column("address", LargeBinary),
    Column("hidden", Text),
)
COLUMNS = {name: name for name in ("id", "name", "text", "remark", "sealed", "address")}


def table(**more: object) -> PersonalTable:
    words = lambda: ColumnText("Letters", "you", "for ever", COLUMNS)  # noqa: E731
    sealed = dict.fromkeys(("sealed", "address"), lambda _row: "letter")
    return PersonalTable(letters, "account", words, sealed=sealed, repeats={"address": ("email",)}, **more)  # type: ignore[arg-type]


def redaction(passage: str, reason: str = "a neighbour", row: str = "[1]", part: str = "text") -> Redaction:
    return Redaction("name", 1, TextPlace("letter", row, part), passage, reason, AT, "officer")


def test_free_texts_are_the_told_ones_without_a_limit_that_repeat_no_field() -> None:
    assert table().free_text_columns == ("text", "remark", "sealed")
    assert table(free_text=frozenset({"name", "hidden"})).free_text_columns == ("name",)
    assert table(free_text=frozenset()).free_text_columns == ()
    assert table(dumped=True).free_text_columns == ("text", "remark")


def test_only_its_own_row_and_column_and_only_what_stands_there() -> None:
    every = Redactions((redaction("Grace"), redaction("Ada", row="[2]"), redaction("Bob", part="remark")))
    line = {"id": 1, "text": "Grace and Ada", "remark": "Ada"}
    told = every.applied(table(), {"id": 1}, line)
    assert told == {"id": 1, "text": f"{BLACK} and Ada", "remark": "Ada", REDACTED_KEY: {"text": ["a neighbour"]}}
    assert every.applied(table(), {"id": 3}, line) == line
    assert Redactions().applied(table(), {"id": 1}, line) == line


def test_texts_are_counted_by_their_reasons() -> None:
    every = (redaction("Grace"), redaction("Hopper"), redaction("Ada", row="[2]"), redaction("Bob", "a colleague"))
    assert Redactions(every).counts() == [("a colleague", 1), ("a neighbour", 2)]


def test_passages_that_overlap_leave_nothing_of_either() -> None:
    assert black_out("abcd", [redaction("ab"), redaction("bc")]) == f"{BLACK}d"
    assert black_out("xaaay", [redaction("aa")]) == f"x{BLACK}y"


@given(st.text(min_size=1), st.lists(st.text(min_size=1, max_size=4), max_size=4))
def test_every_letter_of_a_passage_goes_and_no_other(text: str, passages: list[str]) -> None:
    found = [redaction(passage) for passage in passages if passage in text]
    pieces = list(text_pieces(text, found))
    assert "".join(piece for piece, _is_black in pieces) == text
    covered = {
        place
        for one in found
        for start in range(len(text))
        if text.startswith(one.passage, start)
        for place in range(start, start + len(one.passage))
    }
    black = [is_black for piece, is_black in pieces for _sign in piece]
    assert {place for place, is_black in enumerate(black) if is_black} == covered
    assert black_out(text, [redaction("")]) == BLACK

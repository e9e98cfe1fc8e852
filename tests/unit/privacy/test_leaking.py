"""What a leak shows follows from how things are stored, and the drawing from what was counted."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Column, Integer, LargeBinary, String, Table
from sqlalchemy.types import TypeDecorator

from tests.declared import a_document
from webapp.db import metadata
from webapp.privacy.blast_radius.drawing import drawing
from webapp.privacy.blast_radius.leaking import by_database, stored
from webapp.privacy.blast_radius.reading import Day
from webapp.privacy.blast_radius.sealing import plain_columns, sealed_columns
from webapp.privacy.small import told
from webapp.profiling.checking import shape
from webapp.profiling.holdings import Holding, Words

COLUMNS = {"plain": "note", "sealed": "address", "typed": "number"}


class Typed(TypeDecorator[str]):
    impl = LargeBinary
    cache_ok = True


def letters() -> Holding:
    """A table with a plain column, one that its holding opens, and one that its type opens."""
    if "stray_letter" not in metadata.tables:
        table = Table(
            "stray_letter",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("plain", String(10)),
            Column("sealed", LargeBinary),
            Column("typed", Typed),
        )
        assert table.primary_key
    words = Words("Letters", "you", "a day", COLUMNS)
    return Holding("stray_letter", "account", lambda: words, sealed={"sealed": lambda _row: "letter"})


def test_columns_are_told_by_how_they_are_stored() -> None:
    try:
        holding = letters()
        assert (plain_columns(holding), sealed_columns(holding)) == (("note",), ("address", "number"))
        assert plain_columns(replace(holding, sealed={})) == ("note", "address")
    finally:
        metadata.remove(metadata.tables["stray_letter"])


def test_a_field_leaks_where_another_record_repeats_it_in_plain() -> None:
    manifest = shape(a_document())
    email, name = manifest.fields["email"], manifest.fields["display_name"]
    try:
        sealed, plain = ([replace(letters(), repeats={column: ("email",)})] for column in ("sealed", "plain"))
        assert by_database(email, sealed).startswith("that it is held")
        assert stored(email, sealed) == "encrypted as an answer; encrypted in Letters (address) too"
        assert by_database(email, plain) == "the value, where it stands in Letters (note)"
        assert stored(email, plain) == "encrypted as an answer; plain in Letters (note)"
        assert by_database(name, plain).endswith("public pages anyway.")
        assert stored(name, plain) == "encrypted"
    finally:
        metadata.remove(metadata.tables["stray_letter"])


def test_the_course_is_drawn_from_two_days_on() -> None:
    first = Day(date(2026, 1, 1), accounts=10, held=20, declared=4)
    assert drawing([first]) is None
    found = drawing([first, Day(first.day + timedelta(days=2), accounts=0, held=0, declared=5)])
    assert found is not None
    assert (found.most, found.held) == (5, "0.00,60.00 100.00,100.00")
    assert found.everything == "0.00,20.00 100.00,0.00"


def test_a_handful_of_people_is_not_counted_out() -> None:
    assert [told(count) for count in (0, 1, 4, 5, 1200)] == ["0", "fewer than 5", "fewer than 5", "5", "1,200"]

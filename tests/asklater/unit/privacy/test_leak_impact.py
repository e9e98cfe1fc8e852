"""What a leak shows follows from how things are stored, and the drawing from what was counted."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy.types import TypeDecorator

from asklater.checks.manifest import shape
from asklater.personal_tables import ColumnText, PersonalTable
from asklater.privacy.leak_impact.counts import DailyCount
from asklater.privacy.leak_impact.leaks import database_leak, plain_columns, sealed_columns, storage_text
from asklater.privacy.leak_impact.presenters import draw_chart
from asklater.suppression import suppressed
from tests.support.declared import a_document

COLUMNS = {"plain": "note", "sealed": "address", "typed": "number"}


class Typed(TypeDecorator[str]):
    impl = LargeBinary
    cache_ok = True


def letters() -> PersonalTable:
    """A table with a plain column, one that the personal table opens, and one that its type opens."""
    table = Table(
        "letter",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("plain", String(10)),
        Column("sealed", LargeBinary),
        Column("typed", Typed),
    )
    words = ColumnText("Letters", "you", "a day", COLUMNS)
    return PersonalTable(table, "account", lambda: words, sealed={"sealed": lambda _row: "letter"})


def test_columns_are_told_by_how_they_are_stored() -> None:
    table = letters()
    assert (plain_columns(table), sealed_columns(table)) == (("note",), ("address", "number"))
    assert plain_columns(replace(table, sealed={})) == ("note", "address")


def test_a_field_leaks_where_another_record_repeats_it_in_plain() -> None:
    manifest = shape(a_document())
    email, name = manifest.fields["email"], manifest.fields["display_name"]
    sealed, plain = ([replace(letters(), repeats={column: ("email",)})] for column in ("sealed", "plain"))
    assert database_leak(email, sealed).startswith("that it is held")
    assert storage_text(email, sealed) == "encrypted as an answer; encrypted in Letters (address) too"
    assert database_leak(email, plain) == "the value, or a part of it, where it stands in Letters (note)"
    assert storage_text(email, plain) == "encrypted as an answer; plain in Letters (note)"
    assert database_leak(name, plain).endswith("public pages anyway.")
    assert storage_text(name, plain) == "encrypted"


def test_the_course_is_drawn_from_two_days_on() -> None:
    first = DailyCount(date(2026, 1, 1), accounts=10, held=20, declared=4)
    assert draw_chart([first]) is None
    found = draw_chart([first, DailyCount(first.day + timedelta(days=2), accounts=0, held=0, declared=5)])
    assert found is not None
    assert (found.most, found.held) == (5, "0.00,60.00 100.00,100.00")
    assert found.everything == "0.00,20.00 100.00,0.00"


def test_a_handful_of_people_is_not_counted_out() -> None:
    assert [suppressed(count) for count in (0, 1, 4, 5, 1200)] == ["0", "fewer than 5", "fewer than 5", "5", "1,200"]

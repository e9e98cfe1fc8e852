"""Differences of two records, as sentences."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from asklater.privacy.record_of_processing.presenters import change_sentence
from asklater.privacy.record_of_processing.record import (
    COLUMNS,
    Activity,
    Controller,
    DataCategory,
    ProcessingRecord,
    Transfer,
    read_record,
    record_csv,
    record_json,
)
from asklater.privacy.record_of_processing.versions import record_changes

PHONE = DataCategory("field:phone", "Phone", (), "personal", "the person", "2 years", ("owner",))
VISITS = DataCategory("table:visit", "Sessions", ("began", "ended"), "", "the browser", "a day", ())
ENTRY = Activity(
    "safety", "Safety", "a contract", "", ("customers",), (PHONE, VISITS), (), (Transfer("US", "adequate"),)
)
RECORD = ProcessingRecord(
    Controller("Shop", "a@x.example", "none", "none", "Maren", "DE", "Leipzig", "SDTB"), (ENTRY,), ("Locks.",)
)


def told(before: ProcessingRecord, after: ProcessingRecord) -> list[str]:
    return [change_sentence(change) for change in record_changes(before, after)]


def entry(**parts: Any) -> ProcessingRecord:
    return replace(RECORD, purposes=(replace(ENTRY, **parts),))


def data(**parts: Any) -> ProcessingRecord:
    return entry(data=(replace(PHONE, **parts), VISITS))


@pytest.mark.parametrize(
    ("after", "forwards", "backwards"),
    [
        (entry(data=(VISITS,)), "Removed the field Phone from Safety.", "Added the field Phone to Safety."),
        (entry(data=(PHONE,)), "Removed the records Sessions from Safety.", "Added the records Sessions to Safety."),
        (replace(RECORD, purposes=()), "Removed the purpose Safety.", "Added the purpose Safety."),
        (replace(RECORD, measures=()), "Removed the measure: Locks.", "Added the measure: Locks."),
        (
            data(kept="3 years", readers=("all", "sales")),
            "Phone in Safety, time limit: from “2 years” to “3 years”.|"
            "Phone in Safety, readers: from “owner” to “all, sales”.",
            "Phone in Safety, time limit: from “3 years” to “2 years”.|"
            "Phone in Safety, readers: from “all, sales” to “owner”.",
        ),
        (
            entry(recipients=("the post",), transfers=()),
            "Safety, recipients: from “nothing” to “the post”.|Safety, transfers: from “US: adequate” to “nothing”.",
            "Safety, recipients: from “the post” to “nothing”.|Safety, transfers: from “nothing” to “US: adequate”.",
        ),
        (
            replace(RECORD, controller=replace(RECORD.controller, officer="Bo")),
            "Controller, data protection officer: from “Maren” to “Bo”.",
            "Controller, data protection officer: from “Bo” to “Maren”.",
        ),
        (
            replace(RECORD, controller=replace(RECORD.controller, address="1 Lane")),
            "Controller, postal address: from “nothing” to “1 Lane”.",
            "Controller, postal address: from “1 Lane” to “nothing”.",
        ),
    ],
)
def test_each_difference_is_a_sentence(after: ProcessingRecord, forwards: str, backwards: str) -> None:
    assert told(RECORD, after) == forwards.split("|")
    assert told(after, RECORD) == backwards.split("|")
    assert told(after, after) == []


WORDS = st.text(max_size=5)
LISTS = st.lists(WORDS, max_size=2).map(tuple)
DATA = st.builds(DataCategory, st.sampled_from(["field:a", "table:b"]), WORDS, LISTS, WORDS, WORDS, WORDS, LISTS)
TRANSFERS = st.lists(st.builds(Transfer, WORDS, WORDS), max_size=2).map(tuple)
ENTRIES = st.builds(
    Activity, WORDS, WORDS, WORDS, WORDS, LISTS, st.lists(DATA, max_size=2).map(tuple), LISTS, TRANSFERS
)
RECORDS = st.builds(
    ProcessingRecord, st.builds(Controller, *[WORDS] * 8), st.lists(ENTRIES, max_size=2).map(tuple), LISTS
)


@pytest.mark.thorough
@given(RECORDS)
def test_what_is_written_reads_back(record: ProcessingRecord) -> None:
    assert read_record(record_json(record)) == record
    assert record_changes(record, record) == ()


def test_the_table_has_a_line_for_each_category_of_data_and_runs_no_formula() -> None:
    lines = record_csv(entry(label="=cmd|'/c calc'!A1")).splitlines()
    assert len(lines) == 3
    assert lines[0] == "\ufeff" + ",".join(COLUMNS)
    assert lines[1].startswith("'=cmd")
    assert "Locks." in lines[1]


def test_a_record_of_before_it_told_the_postal_address_is_read_still() -> None:
    document = json.loads(record_json(RECORD))
    del document["controller"]["address"]
    assert read_record(json.dumps(document)) == RECORD

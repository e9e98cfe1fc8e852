"""PRIVACY 5 and 6: what stands in any table of a person comes back in their export, and by the published schema."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker

from asklater.privacy.exports.json_document import export_schema
from asklater.privacy.exports.serialisation import json_value
from tests.support.exports import exported, tables
from tests.support.planting import Canary, Planted, plant

PURPOSE = {"key", "label", "basis", "recipients", "transfers"}


def rows_of(document: dict[str, Any], table: str) -> list[dict[str, Any]]:
    if table == "answer":
        return list(document["fields"])
    return next((section["rows"] for section in document["records"] if section["table"] == table), [])


def lost(document: dict[str, Any], planted: Planted) -> Iterator[Canary]:
    """What was put into a column and is told, and does not come back in it."""
    for canary in planted.canaries:
        told = [row.get(canary.column) for row in rows_of(document, canary.table)] if canary.told else []
        if canary.told and not any(_stands_in(value, json_value(canary.value)) for value in told):
            yield canary


def _stands_in(value: object, text: str) -> bool:
    return any(_stands_in(inner, text) for inner in value.values()) if isinstance(value, dict) else value == text


def unsaid(document: dict[str, Any]) -> Iterator[str]:
    """What a section, or an entry of one, does not say of what it holds."""
    for section in document["records"]:
        yield from (f"{section['table']}: {name}" for name in ("source", "retention", "label") if not section[name])
        abouts = [row["of_field"] for row in section["rows"]] if section["purpose"] is None else [section]
        yield from (f"{section['table']}: purpose" for about in abouts if not about["purpose"].keys() >= PURPOSE)
    for entry in document["fields"]:
        yield from (f"{entry['field']}: {name}" for name in ("retention", "source", "readers") if not entry[name])
        if not entry["purpose"].keys() >= PURPOSE:
            yield f"{entry['field']}: purpose"


@pytest.mark.thorough
def test_a_canary_in_every_table_comes_back_and_nothing_of_others(whole_app: Flask) -> None:
    ada, bob = plant(whole_app), plant(whole_app, "bob")
    document = exported(whole_app, ada.subject_id)
    assert list(lost(document, ada)) == []
    assert list(unsaid(document)) == []
    told = {"answer", *(section["table"] for section in document["records"])}
    known = whole_app.extensions["asklater.engine"].registry.personal_tables.keys()
    assert told == known
    assert known - {canary.table for canary in ada.canaries} == {"officer_preference"}  # a yes or a no alone
    text = repr(document).encode()
    assert [word for word in bob.words if word in text] == []
    assert [it for it in ada.canaries if isinstance(it.value, bytes) and not it.told and it.value in text] == []
    held = {entry["field"] for entry in document["fields"]}
    assert (
        held | {entry["field"] for entry in document["not_held"]}
        >= whole_app.extensions["asklater.engine"].manifest.fields.keys()
    )


@pytest.mark.thorough
def test_it_keeps_to_the_published_schema(whole_app: Flask) -> None:
    ada = plant(whole_app)
    with whole_app.app_context():
        published = export_schema()
    Draft202012Validator.check_schema(published)
    document = exported(whole_app, ada.subject_id)
    validator = Draft202012Validator(published, format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(document)] == []
    assert list(validator.iter_errors({**document, "more": 1})) != []
    assert list(validator.iter_errors({**document, "fields": [{**document["fields"][0], "given_at": "soon"}]})) != []


@pytest.mark.thorough
def test_the_tables_hold_the_same(whole_app: Flask) -> None:
    ada = plant(whole_app)
    exported(whole_app, ada.subject_id)
    everything = b"".join(tables(whole_app, ada.subject_id).values())
    told = [it.value for it in ada.canaries if it.told and isinstance(it.value, str)]
    assert [word for word in told if word.encode() not in everything] == []


@pytest.mark.thorough
def test_a_table_that_is_forgotten_is_noticed(whole_app: Flask) -> None:
    ada = plant(whole_app)
    whole_app.extensions["asklater.engine"].registry.personal_tables.pop("session")
    assert {canary.table for canary in lost(exported(whole_app, ada.subject_id), ada)} == {"session"}

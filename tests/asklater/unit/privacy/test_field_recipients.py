"""A field may name who receives it, where that is not who receives what its purpose is about: all that is told of it
follows.
"""

import json
from typing import Any

import pytest

from asklater.checks.manifest import shape
from asklater.manifest.declarations import Manifest
from asklater.manifest.notice import version
from asklater.privacy.exports.sections import declared_field
from asklater.privacy.notices.presenters import notice_field
from asklater.privacy.processors.contracts import unknown_recipients
from asklater.privacy.record_of_processing.generation import generate_record
from asklater.privacy.record_of_processing.record import read_record, record_csv, record_json
from tests.support.declared import a_document

SENDER = {"name": "Note Ltd", "role": "processor", "place": "Cork, Ireland", "services": "sends mail"}


def manifest(recipients: list[str] | None) -> Manifest:
    """The purpose of `display_name` goes to whoever sees the page; the name itself to these."""
    document: dict[str, Any] = {**a_document(), "recipients": {"sender": SENDER}}
    document["purposes"]["account"]["recipients"] = ["sender"]
    if recipients is not None:
        document["fields"]["display_name"]["recipients"] = recipients
    return shape(document)


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (None, "everyone who sees the page"),
        (["sender"], "Note Ltd, Cork, Ireland"),
        (["sender", "the press"], "Note Ltd, Cork, Ireland, the press"),
        ([], "nobody outside"),
    ],
)
def test_the_notice_the_record_and_the_export_name_them(declared: list[str] | None, told: str) -> None:
    known = manifest(declared)
    fields = {key: notice_field(known, key).recipients for key in known.fields}
    assert fields["display_name"] == told
    assert fields["email"] == "Note Ltd, Cork, Ireland"
    record = generate_record(known, (), ())
    entries = {data.key: (", ".join(data.recipients), entry) for entry in record.purposes for data in entry.data}
    assert entries["field:display_name"][0] == told
    activity = entries["field:display_name"][1]
    assert activity.recipients[0] == "everyone who sees the page"
    assert set(activity.recipients) >= set(known.recipient_labels(known.purpose_of("display_name")))
    assert ", ".join(declared_field(known, "display_name")["purpose"]["recipients"]) == told.replace(
        "nobody outside", ""
    )


def test_a_change_of_them_is_another_notice() -> None:
    assert version(manifest(None), "display_name") != version(manifest(["sender"]), "display_name")
    assert version(manifest(None), "email") == version(manifest(["sender"]), "email")


def test_a_recipient_whom_only_a_field_names_is_in_the_register() -> None:
    assert set(unknown_recipients(manifest(["the press"]))) == {"everyone who sees the page", "the press"}


def test_a_record_of_before_fields_named_them_reads_as_it_was() -> None:
    record = generate_record(manifest(["sender"]), (), ())
    document = json.loads(record_json(record))
    assert read_record(json.dumps(document)) == record
    for entry in document["purposes"]:
        for data in entry["data"]:
            del data["recipients"]
    older = read_record(json.dumps(document))
    assert {data.recipients for entry in older.purposes for data in entry.data} == {()}
    assert "everyone who sees the page" in record_csv(older)

"""PRIVACY 3: what the notice needs, and the manifest does not say, is found by its key."""

from typing import Any

import pytest

from asklater.checks.manifest import shape
from asklater.privacy.notices.declarations import check_notice
from tests.support.declared import a_document, place


def found(document: dict[str, Any], *registered: str) -> list[str]:
    return [finding.key for finding in check_notice(shape(document), registered)]


def test_a_whole_manifest_lacks_nothing() -> None:
    assert found(a_document()) == []


@pytest.mark.parametrize(("table", "element"), [("controller", "address"), ("notice", "automated_decisions")])
def test_each_element_is_demanded_and_blanks_say_nothing(table: str, element: str) -> None:
    document = a_document()
    document[table][element] = " "
    assert found(document) == [f"{table}.{element}"]
    del document[table][element]
    assert found(document) == [f"{table}.{element}"]


def test_a_reader_has_to_be_somebody() -> None:
    document = a_document()
    place(document, "fields", "email")["readers"] = ["owner", "public", "the night watch"]
    assert found(document) == ["fields.email.readers"]
    assert found(document, "the night watch") == []
    document["readers"]["the night watch"] = "who is here at night"
    assert found(document) == []


def test_whoever_reads_nothing_is_no_reader() -> None:
    document = a_document()
    document["readers"]["the night watch"] = "who is here at night"
    assert found(document) == ["readers.the night watch"]

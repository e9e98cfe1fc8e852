"""PRIVACY 10: every element of Art. 30(1) that lacks is found by its key, and nothing else is."""

from typing import Any

import pytest

from asklater.checks.manifest import shape
from asklater.privacy.record_of_processing.generation import check_declarations
from tests.support.declared import a_document, place

CONTROLLER = ("representative", "joint_controllers", "jurisdiction", "storage_location", "supervisory_authority")
PURPOSE = ("persons", "recipients", "transfers")


def found(document: dict[str, Any]) -> list[str]:
    return [finding.key for finding in check_declarations(shape(document)) if not finding.warning]


def test_a_whole_manifest_lacks_nothing() -> None:
    assert found(a_document()) == []


@pytest.mark.parametrize(
    ("table", "element"),
    [
        *((("controller",), name) for name in (*CONTROLLER, "data_protection_officer")),
        *((("purposes", "publishing"), name) for name in PURPOSE),
        (("purposes", "asking"), "legitimate_interest"),
        (("purposes", "accountability"), "law"),
        (("security",), "measures"),
    ],
)
def test_each_element_is_demanded(table: tuple[str, ...], element: str) -> None:
    document = a_document()
    del place(document, *table)[element]
    assert found(document) == [".".join((*table, element))]


@pytest.mark.parametrize("element", CONTROLLER)
def test_blanks_say_nothing(element: str) -> None:
    document = a_document()
    document["controller"][element] = "  "
    assert found(document) == [f"controller.{element}"]


def test_an_officer_can_be_reached_unless_there_is_none() -> None:
    document = a_document()
    document["controller"]["data_protection_officer"] = {"name": "Maren"}
    assert found(document) == ["controller.data_protection_officer.contact"]
    document["controller"]["data_protection_officer"] = {"name": "None: fewer than twenty people work here"}
    assert found(document) == []


def test_nobody_and_nowhere_are_answers_when_they_are_said() -> None:
    document = a_document()
    document["purposes"]["publishing"] |= {"recipients": [], "transfers": []}
    assert found(document) == []
    document["purposes"]["publishing"]["persons"] = []
    assert found(document) == ["purposes.publishing.persons"]

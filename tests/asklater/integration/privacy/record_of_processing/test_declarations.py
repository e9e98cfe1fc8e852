"""PRIVACY 1 and 10: an application does not start while its manifest lacks a footing or an element of the record."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from asklater.checks.manifest import ManifestError
from asklater.settings import Settings
from asklater.tables import answer
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.declared import TEXT
from tests.support.records import rows
from tests.support.workshop import WORKSHOP_FEATURES

FEATURES = (*WORKSHOP_FEATURES, "tests.support.workshop")
ADDRESS = TEXT.index("[fields.address]")
LACKING = {
    "fields.address.purpose": 'purpose = "account"\n',
    "fields.address.retention": 'retention = "P24M"\n',
    "fields.address.readers": 'readers = ["owner", "the workshop"]\n',
    "fields.address.sensitivity": 'sensitivity = "personal"\n',
    "purposes.account.basis": 'basis = "contract"\n',
    "purposes.account.persons": 'persons = ["whoever comes by"]\n',
    "purposes.account.transfers": "transfers = []\n",
    "controller.representative": 'representative = "none: the workshop is established in the Union"\n',
}


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Callable[[str], None]:
    """Start an application by this manifest."""

    def started(text: str) -> None:
        path = tmp_path / "manifest.toml"
        path.write_text(text, "utf-8")
        with opened(replace(settings, manifest=path), FEATURES):
            pass

    return started


@pytest.mark.thorough
def test_it_refuses_to_start_and_names_what_lacks(start: Callable[[str], None]) -> None:
    start(TEXT)
    for key, line in LACKING.items():
        at = TEXT.index(line, ADDRESS if key.startswith("fields") else 0)
        with pytest.raises(ManifestError) as caught:
            start(TEXT[:at] + TEXT[at + len(line) :])
        assert [finding.key for finding in caught.value.findings if not finding.warning] == [key]


def test_what_is_not_declared_is_not_stored(visitor: Browser) -> None:
    """Neither with a prompt's answers, nor by itself, nor on the page that changes what is held."""
    visitor.post("/letters", {"answer.shoe_size": "42"})
    visitor.answer({"answer.email": "ada@x.example", "answer.shoe_size": "42", "answer.display_name": "Ada"})
    assert {row.field for row in rows(visitor.app, answer)} == {"email"}, "nor what was not asked for"
    assert visitor.post("/account/shoe_size", {"answer.shoe_size": "42"}).status_code == 404
    assert {row.field for row in rows(visitor.app, answer)} == {"email"}

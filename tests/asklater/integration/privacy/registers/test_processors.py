"""Recipients are named from the register, everywhere; a processor needs a contract, and what names nobody is shown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.checks.manifest import check, parse
from asklater.manifest.notice import version
from asklater.settings import Settings
from tests.support.applications import lent
from tests.support.browsing import Browser, went_to
from tests.support.paths import ROOT
from tests.support.people import browser_of, settle, somebody
from tests.support.workshop import PEOPLED_WORKSHOP

BASE = (ROOT / "tests" / "support" / "manifest.toml").read_text("utf-8")
PRESS = """
[recipients.press]
name = "Quick Press Ltd"
role = "processor"
place = "Leeds, United Kingdom"
services = "prints letters"
transfers = [{ country = "United Kingdom", safeguard = "an adequacy decision" }]

"""
NAMED = BASE.replace("[purposes.account]", PRESS + "[purposes.account]", 1).replace(
    "recipients = []", 'recipients = ["press", "whoever carries it"]', 1
)
TOLD = "Quick Press Ltd, Leeds, United Kingdom"


@pytest.fixture
def named(settings: Settings, instance: object) -> Iterator[Flask]:
    path = settings.instance / "manifest.toml"
    path.write_text(NAMED, "utf-8")
    with lent(replace(settings, manifest=path), PEOPLED_WORKSHOP) as app:
        yield app


@pytest.fixture
def officer_there(named: Flask) -> Browser:
    return somebody(named, "officer@x.example", "privacy_officer", factor=True)


def findings(text: str) -> list[str]:
    manifest = parse(text, "manifest.toml")
    found = check(manifest, {}, (), clock.now().date())
    return [finding.key for finding in found if finding.key.startswith("recipients")]


@pytest.mark.thorough
def test_it_is_named_in_the_notice_the_record_the_export_and_on_the_persons_page(
    named: Flask, officer_there: Browser
) -> None:
    person = browser_of(named, settle(named))
    for page in (person.get("/privacy"), person.get("/account/data"), officer_there.get("/officer/record")):
        assert TOLD in page.text
        assert "whoever carries it" in page.text
        assert "an adequacy decision" in page.text or page.request.path == "/account/data"
    assert ">press<" not in officer_there.get("/officer/record").text


def test_another_place_is_another_version_of_the_notice_and_a_declaration_of_the_same_words_is_not() -> None:
    before = parse(NAMED, "m")
    moved = parse(NAMED.replace("Leeds, United Kingdom", "York, United Kingdom"), "m")
    assert version(before, "email") != version(moved, "email")
    described = BASE.replace("recipients = []", 'recipients = ["the press"]', 1)
    declared = described.replace('["the press"]', '["press"]').replace(
        "[purposes.account]", '[recipients.press]\nname = "the press"\nrole = "controller"\n\n[purposes.account]', 1
    )
    assert version(parse(described, "m"), "email") == version(parse(declared, "m"), "email")


def test_a_processor_says_where_it_is_and_what_it_does() -> None:
    assert findings(NAMED) == []
    assert findings(NAMED.replace('services = "prints letters"\n', "")) == ["recipients.press.services"]
    assert findings(NAMED.replace('place = "Leeds, United Kingdom"\n', "")) == ["recipients.press.place"]
    assert findings(NAMED.replace('["press", "whoever carries it"]', "[]")) == ["recipients.press"]


@pytest.mark.thorough
def test_its_contract_is_noted_reviewed_and_missing_until_then(officer_there: Browser) -> None:
    officer = officer_there
    assert "No contract is on record" in officer.get("/officer/processors").text
    overview = officer.get("/officer").text
    assert "Quick Press Ltd: no contract is on record" in overview
    assert "“whoever carries it” names nobody" in overview
    given = {
        "signed_on": "2024-05-01",
        "reference": "DPA 12",
        "sub_processors": "Ink Co, Hull",
        "review_on": "2020-01-01",
    }
    wrong = officer.post("/officer/processors/press", given)
    assert wrong.status_code == 422
    assert 'value="DPA 12"' in wrong.text
    soon = (clock.now() + timedelta(days=3)).date().isoformat()
    assert went_to(officer.post("/officer/processors/press", {**given, "review_on": soon})) == "/officer/processors"
    page = officer.get("/officer/processors").text
    assert "DPA 12" in page
    assert "No contract" not in page
    assert "Quick Press Ltd: review the contract" in officer.get("/officer").text
    assert 'value="2024-05-01"' in officer.get("/officer/processors/press").text
    assert "press,Quick Press Ltd,processor" in officer.get("/officer/processors.csv").text


def test_what_names_nobody_and_who_is_no_processor_has_no_contract(officer_there: Browser) -> None:
    assert "Described, but not named" in officer_there.get("/officer/processors").text
    assert officer_there.get("/officer/processors/nobody").status_code == 404
    assert officer_there.post("/officer/processors/nobody", {}).status_code == 404


def test_where_nobody_is_declared_the_page_says_how(officer: Browser) -> None:
    assert "Nobody is declared" in officer.get("/officer/processors").text

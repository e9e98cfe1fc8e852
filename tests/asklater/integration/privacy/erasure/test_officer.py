"""The privacy officer's page: what was erased, in numbers."""

import csv
import io

import pytest
from flask import Flask

from asklater.privacy.erasure import queries
from tests.asklater.integration.privacy.erasure.conftest import Erase
from tests.support.browsing import went_to
from tests.support.people import settle, somebody


@pytest.mark.thorough
def test_every_erasure_is_listed_without_whom(whole_app: Flask, erased: Erase) -> None:
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    assert "Nobody was erased yet" in officer.get("/officer/erasures").text
    for number in range(queries.PAGE_SIZE + 1):
        erased(settle(whole_app, f"a{number}@x.example"), "officer" if number % 2 else "person")
    page = officer.get("/officer/erasures").text
    assert "51 erasures" in page
    assert "a1@x.example" not in page
    assert page.count('class="panel"') == queries.PAGE_SIZE
    assert officer.get("/officer/erasures?before=2").text.count('class="panel"') == 1
    assert officer.get("/officer/erasures?before=made-up").status_code == 200
    assert 'href="/officer/erasures"' in officer.get("/officer").text


def test_the_check_of_receipts_is_in_reach(whole_app: Flask) -> None:
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    assert 'href="/privacy/receipts/check"' in officer.get("/officer/erasures").text


def test_other_staff_see_nothing_of_it(whole_app: Flask, erased: Erase) -> None:
    erased(settle(whole_app))
    pm = somebody(whole_app, "pm@x.example", "pm", factor=True)
    assert pm.get("/officer/erasures").status_code == 403
    assert went_to(pm.get("/officer/erasures")) == ""


def test_every_erasure_is_a_line_of_a_csv(whole_app: Flask, erased: Erase) -> None:
    receipts = [erased(settle(whole_app, f"{name}@x.example")) for name in "abc"]
    officer = somebody(whole_app, "officer@x.example", "privacy_officer", factor=True)
    table = list(csv.reader(io.StringIO(officer.get("/officer/erasures.csv").text.removeprefix("\ufeff"))))
    assert [row[0] for row in table] == ["id", *(receipt.id for receipt in reversed(receipts))]

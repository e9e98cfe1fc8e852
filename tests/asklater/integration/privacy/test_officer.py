"""The privacy officer's pages: who may open them, and what their first page leads to."""

from collections.abc import Iterator

import pytest
from flask import Flask

from asklater.settings import Settings
from tests.support.applications import lent
from tests.support.browsing import Browser
from tests.support.people import somebody
from tests.support.workshop import PEOPLED_WORKSHOP


@pytest.fixture
def office(settings: Settings) -> Iterator[Flask]:
    with lent(settings, PEOPLED_WORKSHOP) as app:
        yield app


def test_it_is_open_to_the_officer_and_leads_to_every_page(office: Flask) -> None:
    officer = somebody(office, "officer@x.example", "privacy_officer", factor=True)
    page = officer.get("/officer")
    assert page.status_code == 200
    assert 'href="/officer"' in officer.get("/account").text


@pytest.mark.parametrize("role", ["", "pm", "admin"])
def test_nobody_else_is_let_in(office: Flask, role: str) -> None:
    other = somebody(office, "other@x.example", role, factor=bool(role))
    assert other.get("/officer").status_code == 403
    assert 'href="/officer"' not in other.get("/account").text


def test_an_officer_without_a_second_factor_is_led_to_one(office: Flask) -> None:
    officer = somebody(office, "officer@x.example", "privacy_officer")
    page = officer.get("/officer")
    assert page.status_code == 403
    assert "second factor" in page.text


def test_a_visitor_is_told_for_whom_it_is(office: Flask) -> None:
    assert "privacy officer" in Browser(office).get("/officer").text

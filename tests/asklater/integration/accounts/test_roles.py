"""Roles: they work for a proved account whose second factor was shown lately, and say what is lacking otherwise."""

from datetime import timedelta

import pytest
from flask import Flask

from asklater import clock
from asklater.accounts.login import SecondFactor
from tests.support.people import browser_of, settle, somebody

URL = "/staff/events"


def hold_factor(app: Flask, number: int) -> None:
    """The account has a second factor."""
    app.extensions["asklater.second_factors"].register(
        SecondFactor("stand_in", 1, lambda: "A stand-in", lambda subject: subject == number, "workshop.front")
    )


def test_without_a_factor_the_role_does_not_work_and_says_so(workshop: Flask) -> None:
    page = somebody(workshop, "staff@x.example", "admin").get(URL)
    assert page.status_code == 403
    assert "Your role needs a second factor" in page.text
    assert 'href="/account/security"' in page.text


def test_with_one_it_has_to_be_shown(workshop: Flask) -> None:
    number = settle(workshop, "staff@x.example", "admin")
    hold_factor(workshop, number)
    page = browser_of(workshop, number).get(URL)
    assert page.status_code == 403
    assert 'href="/sign-in/factor?next=/staff/events"' in page.text
    assert browser_of(workshop, number, factor=True).get(URL).status_code == 200


def test_it_works_for_twelve_hours(workshop: Flask) -> None:
    staff = somebody(workshop, "staff@x.example", "admin", factor=True)
    moment = clock.now()
    with clock.at(moment + timedelta(hours=11, minutes=59)):
        assert staff.get(URL).status_code == 200
    with clock.at(moment + timedelta(hours=12, minutes=1)):
        assert staff.get(URL).status_code == 403


def test_an_address_that_is_not_proved_has_no_role(workshop: Flask) -> None:
    number = settle(workshop, "staff@x.example", "admin", proved=False)
    assert browser_of(workshop, number, factor=True).get(URL).status_code == 403


@pytest.mark.parametrize("role", ["", "pm", "nonsense"])
def test_another_role_opens_nothing(workshop: Flask, role: str) -> None:
    page = somebody(workshop, "staff@x.example", role, factor=True).get(URL)
    assert page.status_code == 403
    assert "second factor" not in page.text


def test_the_navigation_shows_it_to_those_who_may(workshop: Flask) -> None:
    assert f'href="{URL}"' in somebody(workshop, "a@x.example", "admin", factor=True).get("/account").text
    assert f'href="{URL}"' not in somebody(workshop, "b@x.example", "admin").get("/account").text

"""Who may see the dashboard: product managers, and nobody else."""

import pytest
from flask import Blueprint, Flask

from asklater.settings import Settings
from tests.support.applications import opened
from tests.support.browsing import Browser
from tests.support.workshop import PEOPLED_WORKSHOP

PAGES = ("/insights", "/insights/", "/insights/episodes.csv", "/insights/live", "/insights/matrix")


@pytest.mark.parametrize("url", PAGES)
def test_a_product_manager_sees_it(pm: Browser, url: str) -> None:
    assert pm.get(url).status_code == 200


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("role", ["stranger", "owner", "officer"])
def test_others_are_told_for_whom_it_is(request: pytest.FixtureRequest, role: str, url: str) -> None:
    browser: Browser = request.getfixturevalue(role)
    page = browser.get(url)
    assert page.status_code == 403
    assert "The dashboard is for product managers." in page.text
    assert "/demo/" not in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_the_demo_offers_a_look_as_the_pm(settings: Settings) -> None:
    demo = Blueprint("demo", __name__)
    demo.add_url_rule("/demo/", view_func=lambda: "personas", endpoint="personas")
    with opened(settings, [*PEOPLED_WORKSHOP, "asklater.insights"]) as app:
        app.register_blueprint(demo)
        page = Browser(app).get("/insights").text
    assert "look around as the PM" in page
    assert 'href="/demo/"' in page


def test_a_program_gets_a_problem_document(stranger: Browser) -> None:
    answer = stranger.get("/insights", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")


@pytest.mark.parametrize("url", PAGES)
def test_nothing_is_posted_to_it(pm: Browser, url: str) -> None:
    assert pm.post(url).status_code in {404, 405}


def test_only_product_managers_find_it_in_the_navigation(pm: Browser, owner: Browser, stranger: Browser) -> None:
    assert 'href="/insights"' in pm.get("/account").text
    assert 'href="/insights"' not in owner.get("/account").text
    assert 'href="/insights"' not in stranger.get("/account").text


def test_a_role_that_is_taken_away_ends_the_view_at_once(dashboard: Flask, pm: Browser) -> None:
    assert pm.get("/insights").status_code == 200
    pm.post("/sign-out")
    assert pm.get("/insights").status_code == 403

"""Somebody who came by the newsletter is asked to share; the product manager looks at those who came by it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from asklater import clock
from asklater.insights.rollup.aggregation import rollup_of
from asklater.records.exposure import Exposure
from asklater.records.people import record_arrival
from asklater.tables import first_visit, prompt
from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.insights import Insights
from tests.support.records import rows

TODAY = datetime.now(UTC)
SOURCES = (("newsletter", 60, 36), ("none", 50, 20))


@pytest.fixture(scope="module", autouse=True)
def _asked(halftone: Flask) -> None:
    """People who came by the newsletter or by nothing were asked for their address when they shared."""
    engine = halftone.extensions["asklater.engine"]
    with halftone.app_context(), engine.database.unit_of_work(), clock.at(TODAY - timedelta(days=4)):
        for source, persons, gave in SOURCES:
            for place in range(persons):
                number = record_arrival(engine.database)
                exposure = Exposure(segments=f"source={source} language=en")
                engine.episodes.see(number, "share_print", ["email"], exposure=exposure)
                if place < gave:
                    engine.episodes.submit(number, "share_print", ["email"])
                    engine.episodes.saved(number, "email", "share_print")
    with halftone.app_context():
        rollup_of(engine).run()


def test_where_a_shopper_came_from_is_kept_in_a_declared_word(halftone: Flask, open_page: Opener) -> None:
    page = open_page()
    page.goto("/?utm_source=newsletter&utm_campaign=ada%40example.com")
    page.goto("/ask/sign_up")
    expect(page.get_by_label("Email address")).to_be_visible()
    asked = rows(halftone, prompt)[-1]
    assert re.fullmatch("source=newsletter language=(en|de|fr|other)", asked.segments)
    assert (rows(halftone, first_visit)[-1].subject_id) == asked.subject_id


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_the_product_manager_narrows_to_a_source(open_page: Opener, auditor: Auditor, *, script: bool) -> None:
    manager = Insights(open_page(java_script_enabled=script))
    page = manager.page
    manager.enter()
    manager.open_overview()
    slices = page.get_by_role("table", name="Asks: By segment: Source of the first visit")
    expect(slices).to_contain_text("newsletter")
    if script:
        auditor.audit(page)
    slices.get_by_role("link", name="newsletter").click()
    expect(page.locator("main")).to_contain_text("Segment: Source of the first visit: newsletter")
    expect(manager.row("Share this print").first).to_contain_text("60")
    page.get_by_role("navigation", name="Insights").get_by_role("link", name="Matrix").click()
    expect(page).to_have_url(re.compile("segment=source%3Dnewsletter"))

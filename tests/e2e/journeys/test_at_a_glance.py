"""The overview at a glance: its table, its charts, its glossary and its link, by mouse, by keyboard and without a
script.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from asklater.insights.rollup.aggregation import rollup_of
from tests.asklater.integration.insights.marks.asked import ask_daily
from tests.e2e.accessible import PHONE, Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.insights import Insights

TODAY = datetime.now(UTC).date()
FIRST = TODAY - timedelta(days=20)


@pytest.fixture(scope="module", autouse=True)
def _asked(halftone: Flask) -> None:
    engine = halftone.extensions["asklater.engine"]
    with halftone.app_context():
        for action, persons in {"share_print": 12, "review_print": 30}.items():
            ask_daily(engine, FIRST, 18, 0.5, persons=persons, action=action)
        rollup_of(engine).run()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_the_table_is_sorted_and_its_columns_chosen(open_page: Opener, auditor: Auditor, *, script: bool) -> None:
    page = open_page(java_script_enabled=script)
    manager = Insights(page)
    manager.enter()
    manager.open_overview(f"?from={FIRST}&to={TODAY}&columns=persons,completed,median")
    table = page.get_by_role("table", name="Asks per field and context")
    table.get_by_role("link", name="People", exact=True).click()
    expect(table.locator("th[aria-sort=descending]")).to_contain_text("People")
    table.get_by_role("link", name="People", exact=True).click()
    expect(table.locator("th[aria-sort=ascending]")).to_contain_text("People")
    if script:
        expect(table.get_by_role("link", name="People", exact=True)).to_be_focused()
        auditor.audit(page)
    manager.unfold("Columns")
    page.get_by_role("checkbox", name="Completed").first.uncheck()
    if not script:
        page.get_by_role("button", name="Apply columns").first.click()
    expect(table.get_by_role("columnheader", name="Completed")).to_have_count(0)
    assert "sort=persons" in page.url


def test_a_word_is_explained_where_it_stands(open_page: Opener, auditor: Auditor) -> None:
    manager = Insights(open_page())
    manager.enter()
    manager.open_overview(f"?from={FIRST}&to={TODAY}")
    word = manager.page.get_by_role("link", name="What is “Abandoned”?").first
    word.focus()
    manager.page.keyboard.press("Enter")
    meaning = manager.page.locator(".definition")
    expect(meaning).to_contain_text("None of the others within 1 day")
    expect(meaning).to_be_focused()
    auditor.audit(manager.page)
    manager.page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    expect(word).to_be_focused()


def test_the_values_of_a_chart_are_told_by_keys_and_by_the_pointer(open_page: Opener, auditor: Auditor) -> None:
    manager = Insights(open_page())
    manager.enter()
    manager.open_page(f"cells/email/share_print?from={FIRST}&to={TODAY}")
    section = manager.page.locator("section", has=manager.page.locator("h2#trend"))
    chart, told = section.get_by_role("slider"), section.locator(".chart-value")
    chart.focus()
    manager.page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuenow", "1")
    expect(told).to_have_text(re.compile(r"\d{4}: "))
    first = told.inner_text()
    manager.page.keyboard.press("ArrowRight")
    expect(told).not_to_have_text(first)
    chart.locator("rect").first.hover()
    expect(told).to_have_text(first)
    auditor.audit(manager.page)


def test_the_link_is_copied_with_its_days_spelled_out(open_page: Opener) -> None:
    manager = Insights(open_page(permissions=["clipboard-read", "clipboard-write"]))
    manager.enter()
    manager.open_overview("?device=phone")
    manager.page.get_by_role("button", name="Copy link").click()
    expect(manager.page.locator("#status")).to_have_text("Link copied")
    link = manager.page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"/insights\?from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d&device=phone$", link)


def test_where_the_clipboard_is_closed_the_address_bar_has_the_link(open_page: Opener) -> None:
    page = open_page()
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))")
    manager = Insights(page)
    manager.enter()
    manager.open_overview()
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#status")).to_have_text("Copy the link from the address bar")
    assert "from=" in page.url


def test_it_stands_in_forced_colours_enlarged_and_on_paper(open_page: Opener) -> None:
    page = open_page(forced_colors="active", viewport=PHONE)
    manager = Insights(page)
    manager.enter()
    manager.open_overview(f"?from={FIRST}&to={TODAY}&device=phone")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Last 7 days")).to_be_hidden()
    expect(page.get_by_text("Device: Phone", exact=False).first).to_be_visible()

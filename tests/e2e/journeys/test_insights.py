"""The dashboard after real clicks: what was asked in one browser is seen in another, without a reload."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.insights import Insights
from tests.e2e.pages.shop import Shop


@pytest.mark.in_the_loop
def test_a_prompt_that_is_completed_appears_in_the_live_view(
    open_page: Opener, auditor: Auditor, picture_file: Path
) -> None:
    manager = Insights(open_page())
    manager.enter()
    manager.open_live("?context=share_print")  # alone: of all contexts, older asks leave a page that is full
    auditor.audit(manager.page)
    shared = manager.page.locator("main tbody tr", has_text="Share this print")
    waiting, done = shared.filter(has_text="Open"), shared.filter(has_text="Completed within")
    waited, were_done = waiting.count(), done.count()  # of journeys before this one

    shop = Shop(open_page())
    shop.open_work("forty-passes")
    shop.share()
    shop.prompt.expect_open("Share this print")

    expect(waiting).to_have_count(waited + 3)
    shop.prompt.give_email("seen.live@x.example")
    shop.prompt.give_name("Seen Live")
    shop.prompt.give_picture(picture_file)
    shop.prompt.go_on()
    shop.page.wait_for_url("**/shares/**")
    expect(done).to_have_count(were_done + 3)
    assert "@x.example" not in manager.page.content()
    assert "Seen Live" not in manager.page.content()


def test_the_overview_follows_without_disturbing_its_reader(open_page: Opener, auditor: Auditor) -> None:
    manager = Insights(open_page())
    manager.enter()
    manager.open_overview()
    help_text = manager.page.locator("#overview details.help", has_text="What is this?").first
    help_text.locator("summary").click()
    manager.page.get_by_role("button", name="Pause").focus()
    before = manager.fresh()

    shop = Shop(open_page())
    shop.open_work("fern-study")
    shop.share()
    shop.prompt.expect_open("Share this print")

    manager.expect_other_than(before)
    expect(help_text).to_have_attribute("open", "")
    expect(manager.page.get_by_role("button", name="Pause")).to_be_focused()
    auditor.audit(manager.page)
    manager.page.keyboard.press("Enter")
    expect(manager.page.get_by_role("button", name="Go on")).to_be_focused()
    expect(manager.page.locator("#overview")).to_have_attribute("data-hx-trigger", "never")


def test_filters_fold_and_open_by_keyboard_on_a_phone_too(open_page: Opener, auditor: Auditor) -> None:
    for script in (True, False):
        manager = Insights(open_page(viewport={"width": 320, "height": 640}, java_script_enabled=script))
        manager.enter()
        manager.open_overview("?device=phone")
        expect(manager.chip("Device: Phone")).to_be_visible()
        expect(manager.filter("Device")).to_be_hidden()
        manager.unfold("Filters")
        manager.filter("Device").select_option(label="Tablet")
        if not script:
            manager.page.get_by_role("button", name="Apply filters").click()
        expect(manager.chip("Device: Tablet")).to_be_visible()
        assert "device=tablet" in manager.page.url
        expect(manager.page.get_by_role("link", name="Recovery", exact=True)).to_be_hidden()
        manager.unfold("Pages")
        expect(manager.page.get_by_role("link", name="Recovery", exact=True)).to_be_visible()
        if script:
            auditor.audit(manager.page)


def test_filters_apply_themselves_and_the_focus_stays(open_page: Opener, auditor: Auditor) -> None:
    manager = Insights(open_page())
    manager.enter()
    manager.open_overview("?visitor=new")
    auditor.audit(manager.page)
    manager.unfold("Filters")
    people = manager.filter("People")
    people.focus()
    people.select_option(label="Real people")
    expect(manager.chip("People: Real people")).to_be_visible()
    expect(people).to_be_focused()
    expect(manager.page.locator("#status")).to_have_text("The filters are applied.")
    assert "people=real" in manager.page.url
    auditor.audit(manager.page)
    again = manager.page.context.new_page()
    again.goto(manager.page.url)
    expect(again.locator("#filter-people")).to_have_value("real")
    manager.chip("Visitor: New").click()
    expect(manager.chip("Visitor: New")).to_have_count(0)
    expect(manager.chip("People: Real people")).to_be_visible()
    manager.page.go_back()
    expect(manager.chip("Visitor: New")).to_be_visible()
    manager.open_overview("?from=2026-12-01&to=2026-01-01")
    expect(manager.page.locator("[aria-invalid=true]").first).to_be_visible()
    auditor.audit(manager.page)


def test_it_is_closed_to_shoppers_in_words_that_help(open_page: Opener, auditor: Auditor) -> None:
    page = open_page()
    page.goto("/insights")
    expect(page.locator("main")).to_contain_text("product manager")
    auditor.audit(page)

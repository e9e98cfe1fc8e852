"""Share a print, review another: whoever did the one is not asked again by the other."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.shop import Shop


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
def test_a_share_asks_once_and_a_review_not_again(
    open_page: Opener, auditor: Auditor, picture_file: Path, script: bool
) -> None:
    shop = Shop(open_page(java_script_enabled=script))
    shop.open_work()
    shop.share()
    shop.prompt.expect_open("Share this print")
    if script:
        shop.prompt.expect_focus_on_heading()
        auditor.audit(shop.page)
    shop.prompt.give_email(f"sharing-{script}@x.example")
    shop.prompt.give_name("Ada of the Dots")
    shop.prompt.give_picture(picture_file)
    shop.prompt.go_on()
    shop.page.wait_for_url("**/shares/**")
    expect(shop.page.locator("main")).to_contain_text("Ada of the Dots")
    expect(shop.page.locator("main")).not_to_contain_text("@x.example")
    if script:
        auditor.audit(shop.page)

    shop.open_work("fern-study")
    words = "Quiet, and better every week." if script else "Plain, and better every week."
    shop.write_review("4", words)
    review = shop.page.locator(".review", has_text=words)
    expect(review).to_be_visible()
    expect(review).to_contain_text("Ada of the Dots")
    if script:
        auditor.audit(shop.page)


def test_the_share_page_is_public(open_page: Opener, picture_file: Path) -> None:
    shop = Shop(open_page())
    shop.open_work("sunday-table")
    shop.share()
    shop.prompt.give_email("public@x.example")
    shop.prompt.give_name("Grace")
    shop.prompt.give_picture(picture_file)
    shop.prompt.go_on()
    shop.page.wait_for_url("**/shares/**")
    stranger = open_page()
    stranger.goto(shop.page.url)
    expect(stranger.locator("main")).to_contain_text("Grace")
    expect(stranger.locator("main")).not_to_contain_text("@x.example")


@pytest.mark.parametrize("name", ["Ｗ" * 40, "W" * 40, "Rindfleischetikettierungsüberwachungsaufg"[:40]])
def test_a_wide_name_fits_on_a_small_phone(open_page: Opener, picture_file: Path, name: str) -> None:
    shop = Shop(open_page(viewport={"width": 320, "height": 640}))
    shop.open_work("sunday-table")
    shop.share()
    shop.prompt.give_email(f"wide-{ord(name[0])}-{name[-1].lower()}@x.example")
    shop.prompt.give_name(name)
    shop.prompt.give_picture(picture_file)
    shop.prompt.go_on()
    shop.page.wait_for_url("**/shares/**")
    expect(shop.page.locator("main")).to_contain_text(name)
    assert_fits(shop.page)
    shop.open_work("fern-study")
    shop.write_review("4", "Wide, and better every week.")
    expect(shop.page.locator(".review", has_text=name).first).to_be_visible()
    assert_fits(shop.page)
    for path in ("/account", "/account/security", "/"):
        shop.page.goto(path)
        assert_fits(shop.page)


def assert_fits(page: Page) -> None:
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".map(e => e.outerHTML.slice(0, 90)).slice(0, 5)"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, wide


def test_a_review_that_is_cancelled_keeps_its_text(open_page: Opener) -> None:
    for script in (True, False):
        shop = Shop(open_page(java_script_enabled=script))
        shop.open_work("fern-study")
        shop.write_review("5", "Typed with care, not to be lost.")
        shop.prompt.expect_open("Post review")
        shop.prompt.cancel()
        expect(shop.prompt.section).to_have_count(0)
        expect(shop.page.locator(".review-form textarea")).to_have_value("Typed with care, not to be lost.")


def test_what_is_wrong_with_one_answer_costs_none_of_the_others(open_page: Opener, picture_file: Path) -> None:
    shop = Shop(open_page())
    shop.open_work()
    shop.share()
    shop.prompt.give_email("partly@x.example")
    shop.prompt.give_name("Ηalftone staff")  # with a Greek letter
    shop.prompt.give_picture(picture_file)
    shop.prompt.go_on()
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(shop.prompt.section.get_by_label("Picture")).to_have_count(0)
    shop.prompt.give_name("Ada")
    shop.prompt.go_on()
    shop.page.wait_for_url("**/shares/**")

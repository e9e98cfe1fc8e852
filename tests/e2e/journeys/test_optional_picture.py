"""A picture that is optional: skipped when sharing, not asked for there again, and added later from the account."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.shop import Shop


def remove_name(page: Page) -> None:
    page.goto("/account/fields/display_name/remove")
    page.locator("main form button").last.click()
    expect(page.locator(".flashes")).to_contain_text("removed")


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
def test_it_is_skipped_and_later_given_from_the_account(
    open_page: Opener, auditor: Auditor, picture_file: Path, script: bool
) -> None:
    shop = Shop(open_page(java_script_enabled=script))
    shop.open_work()
    shop.share()
    shop.prompt.expect_open("Share this print")
    expect(shop.prompt.section).to_contain_text("Picture (optional)")
    if script:
        auditor.audit(shop.page)
    shop.prompt.give_email(f"optional-{script}@x.example")
    shop.prompt.give_name("Ada of the Dots")
    shop.prompt.go_on()
    shop.page.wait_for_url("**/shares/**")
    expect(shop.page.locator("main")).to_contain_text("Ada of the Dots")
    expect(shop.page.locator("main img.avatar")).to_have_count(0)

    remove_name(shop.page)
    shop.open_work("sunday-table")
    shop.share()
    shop.prompt.expect_open("Share this print")
    expect(shop.prompt.section.get_by_label("Picture")).to_have_count(0)
    shop.prompt.give_name("Ada")
    shop.prompt.go_on()
    shop.page.wait_for_url("**/shares/**")
    shared = shop.page.url

    shop.page.goto("/account")
    shop.page.get_by_role("link", name=re.compile("Add.*Picture")).click()
    expect(shop.page.get_by_role("heading", name="Add: Picture", level=1)).to_be_visible()
    if script:
        auditor.audit(shop.page)
    shop.page.get_by_label("Picture", exact=True).set_input_files(picture_file)
    shop.page.get_by_role("button", name="Save").click()
    expect(shop.page.locator(".flashes")).to_contain_text("Picture: saved.")
    shop.page.goto(shared)
    expect(shop.page.locator("main img.avatar").first).to_be_visible()

    remove_name(shop.page)
    shop.open_work("fern-study")
    shop.write_review("4", f"Quiet, and better every week ({'with' if script else 'without'} a script).")
    shop.prompt.expect_open("Post review")
    expect(shop.prompt.section.get_by_label("Picture")).to_have_count(0)
    shop.prompt.give_name("Ada")
    shop.prompt.go_on()
    expect(shop.page.locator(".review", has_text="Quiet, and better").first).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
def test_a_file_that_is_no_picture_is_told_and_can_be_skipped(open_page: Opener, tmp_path: Path, script: bool) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 is no picture")
    shop = Shop(open_page(java_script_enabled=script))
    shop.open_work()
    shop.share()
    shop.prompt.give_email(f"no-picture-{script}@x.example")
    shop.prompt.give_name("Grace")
    shop.prompt.give_picture(letter)
    shop.prompt.go_on()
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(shop.prompt.section.get_by_label("Display name")).to_have_count(0)
    shop.prompt.section.get_by_role("button", name="Skip").click()
    shop.page.wait_for_url("**/shares/**")
    expect(shop.page.locator("main")).to_contain_text("Grace")

"""Your data: what is told at the question, seen, corrected, taken back and withdrawn on one page."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.shop import Shop

NEWS = "News of new works, by email"


def sharing(page: Page) -> Shop:
    """Somebody who is asked who they are, to share a print."""
    shop = Shop(page)
    shop.open_work()
    shop.share()
    shop.prompt.expect_open("Share this print")
    return shop


def shared(page: Page, address: str, picture_file: Path) -> Page:
    """Somebody who has told an address, a name and a picture, on the page of their data."""
    shop = sharing(page)
    shop.prompt.give_email(address)
    shop.prompt.give_name("Ada of the Dots")
    shop.prompt.give_picture(picture_file)
    shop.prompt.go_on()
    page.wait_for_url("**/shares/**")
    page.get_by_role("link", name="Account").click()
    page.get_by_role("link", name="Your data", exact=True).click()
    expect(page.get_by_role("heading", name="Your data", level=1, exact=True)).to_be_visible()
    return page


def test_the_notice_opens_at_the_question_and_gives_the_focus_back(open_page: Opener, auditor: Auditor) -> None:
    shop = sharing(open_page())
    section = shop.prompt.section
    expect(section).to_contain_text("For: Showing who shares or reviews a print. Kept for 24 months")
    shop.prompt.give_name("Half typed")
    link = section.get_by_role("link", name="How we handle this")
    for way in ("button", "escape"):
        link.click()
        expect(section.locator("[data-opened] [data-focus]")).to_be_focused()
        expect(section.locator("[data-opened]")).to_contain_text("everyone who sees the page")
        if way == "button":
            auditor.audit(shop.page)
            section.get_by_role("button", name="Close").click()
        else:
            shop.page.keyboard.press("Escape")
        expect(section.locator("[data-opened]")).to_have_count(0)
        expect(link).to_be_focused()
    expect(section.get_by_label("Display name")).to_have_value("Half typed")


def test_a_person_sees_corrects_and_removes_what_is_held(
    open_page: Opener, auditor: Auditor, picture_file: Path
) -> None:
    page = shared(open_page(), "seeing@x.example", picture_file)
    name = page.get_by_role("region", name="Display name")
    expect(name).to_contain_text("Ada of the Dots")
    expect(name).to_contain_text("you, at: Share this print")
    expect(page.locator("#records").locator("..")).to_contain_text("Prints that you share (1)")
    for summary in page.locator("summary").all():
        summary.click()
    auditor.audit(page)
    name.get_by_role("link", name="the wording at that time").click()
    expect(page.locator("main")).to_contain_text("These are the words of today.")
    auditor.audit(page)
    page.go_back()
    page.get_by_role("link", name="Change: Display name").click()
    page.get_by_role("textbox", name="Display name").fill("Ada L.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Display name")).to_contain_text("Ada L.")
    page.get_by_role("link", name="Remove: Display name").click()
    expect(page.locator("main")).to_contain_text("These will ask for it again: Share this print, Post review")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("region", name="Display name")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("Only asked by: Share this print, Post review")


@pytest.mark.in_the_loop
def test_a_consent_is_given_and_withdrawn_and_its_receipt_proves_it(
    open_page: Opener, auditor: Auditor, picture_file: Path, tmp_path: Path
) -> None:
    page = shared(open_page(), "consenting@x.example", picture_file)
    page.get_by_role("button", name=f"Allow: {NEWS}").click()
    page.get_by_role("button", name=f"Stop: {NEWS}").click()
    expect(page.get_by_role("button", name=f"Allow: {NEWS}")).to_be_visible()
    page.get_by_text(f"History: {NEWS}").click()
    expect(page.locator(".consent-events")).to_contain_text("You withdrew it")
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Download the receipt: {NEWS}").click()
    file = tmp_path / "receipt.json"
    download.value.save_as(file)
    stranger = open_page()
    for text, verdict in ((file.read_text("utf-8"), "Genuine"), (_altered(file), "Altered")):
        stranger.goto("/privacy/receipts/check")
        stranger.get_by_label("The receipt, as text").fill(text)
        stranger.get_by_role("button", name="Check it").click()
        expect(stranger.locator(".notice-title")).to_have_text(verdict)
        auditor.audit(stranger)


def test_without_javascript_rights_are_exercised_with_one_press(open_page: Opener, picture_file: Path) -> None:
    page = shared(open_page(java_script_enabled=False), "objecting@x.example", picture_file)
    for press, again in (("Do not measure me", "Measure me again"), ("Restrict my data", "Lift the restriction")):
        page.get_by_role("button", name=press).click()
        expect(page.get_by_role("button", name=again)).to_be_visible()
    page.get_by_role("button", name="Lift the restriction").click()
    expect(page.get_by_role("button", name="Restrict my data")).to_be_visible()


def _altered(file: Path) -> str:
    receipt = json.loads(file.read_text("utf-8"))
    receipt["events"][-1]["state"] = "consent given"
    return json.dumps(receipt)

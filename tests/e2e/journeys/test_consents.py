"""After a first order: asked in the background, answered in place, and changed on the account page."""

from playwright.sync_api import Page, expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.prompt import Background
from tests.e2e.pages.shop import Shop

HEADING = "May we write to you now and then?"
NEWS, RESTOCK = "News of new works, by email", "Word of prints that are back, by email"


def ordered(page: Page, address: str) -> Background:
    """The question on the page of this person's first order."""
    shop = Shop(page)
    shop.begin_order()
    shop.prompt.give_email(address)
    shop.prompt.go_on()
    shop.prompt.expect_open("Delivery address", "2 of 3")
    shop.prompt.give_address()
    shop.prompt.go_on()
    shop.prompt.expect_open("Payment method", "3 of 3")
    shop.pay()
    shop.expect_order_page()
    return Background(page)


def test_one_yes_is_one_yes_and_is_stopped_in_one_press(open_page: Opener, auditor: Auditor) -> None:
    asked = ordered(open_page(), "allowing@x.example")
    expect(asked.section.get_by_role("heading", name=HEADING)).to_be_visible()
    expect(asked.section.get_by_role("heading", name=HEADING)).not_to_be_focused()
    for label in (NEWS, RESTOCK):
        expect(asked.section.get_by_label(label)).not_to_be_checked()
    auditor.audit(asked.page)
    asked.section.get_by_label(RESTOCK).check()
    asked.press("Save")
    saved = "Saved, not in force yet"  # nobody has proved the address so far
    expect(asked.page.get_by_role("heading", name=saved)).to_be_focused()
    expect(asked.page.locator("#status")).to_have_text(saved)
    expect(asked.page.get_by_role("link", name="Verify your address")).to_be_visible()
    auditor.audit(asked.page)
    asked.page.get_by_role("link", name="Account", exact=True).first.click()
    expect(asked.page.get_by_text("Yes, not in force yet")).to_be_visible()
    auditor.audit(asked.page)
    asked.page.get_by_role("button", name=f"Stop: {RESTOCK}").click()
    expect(asked.page.get_by_role("button", name=f"Allow: {RESTOCK}")).to_be_visible()
    expect(asked.page.get_by_role("button", name=f"Allow: {NEWS}")).to_be_visible()


def test_without_javascript_a_refusal_is_heard_and_can_be_taken_back(open_page: Opener) -> None:
    asked = ordered(open_page(java_script_enabled=False), "refusing@x.example")
    where = asked.page.url
    asked.press("Do not ask again")
    expect(asked.page.get_by_text("We will not ask again.")).to_be_visible()
    assert asked.page.url == where
    expect(asked.section).to_have_count(0)
    asked.page.get_by_role("link", name="Account").click()
    asked.page.get_by_role("button", name=f"Ask me again: {NEWS}").click()
    expect(asked.page.get_by_role("button", name=f"Ask me again: {NEWS}")).to_have_count(0)
    expect(asked.page.get_by_role("button", name=f"Ask me again: {RESTOCK}")).to_be_visible()

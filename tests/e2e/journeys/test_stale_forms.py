"""Cookies that are gone or blocked, and forms that are older than their session: nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.shop import Shop


def test_in_place_it_is_said_and_the_next_press_goes_on(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    shop.begin_order()
    shop.prompt.give_email("stale@x.example")
    shop.page.context.clear_cookies()
    shop.prompt.go_on()
    expect(shop.page.get_by_role("alert")).to_contain_text("Allow cookies for localhost")
    expect(shop.prompt.section.get_by_label("Email address")).to_have_value("stale@x.example")
    auditor.audit(shop.page)
    shop.prompt.go_on()  # its cart was the other session's, but what was typed is not lost
    expect(shop.page.get_by_role("alert")).to_have_count(0)


def test_signed_out_in_another_tab_the_prompt_comes_back_filled_in(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.open_front()
    shop.sign_up("tabs@x.example")
    shop.begin_order()
    shop.prompt.expect_open("Delivery address", "2 of 3")
    shop.prompt.give_address()
    beside = Shop(shop.page.context.new_page())
    beside.page.goto("/account")
    beside.page.get_by_role("button", name="Sign out").click()
    expect(beside.page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    beside.fill_cart()
    shop.prompt.go_on()
    expect(shop.prompt.section.locator(".error-summary")).to_be_focused()
    expect(shop.prompt.section).to_contain_text("nothing was stored")
    shop.prompt.give_email("tabs2@x.example")  # which this session has not said yet
    shop.prompt.go_on()
    expect(shop.prompt.section.get_by_label("Street and number")).to_have_value("Ackerstrasse 12")


@pytest.mark.parametrize("blocked", [False, True], ids=["deleted", "blocked"])
def test_without_javascript_the_form_comes_back_to_be_sent_again(open_page: Opener, blocked: bool) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/ask/sign_up?next=/")
    page.get_by_label("Email address").fill(f"plain-{blocked}@x.example")
    page.context.clear_cookies()
    page.locator(".prompt-actions button").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cookies are blocked")
    if blocked:
        page.context.clear_cookies()
    page.get_by_role("button", name="Send it again").click()
    if blocked:
        expect(page.get_by_role("heading", level=1)).to_contain_text("Cookies are blocked")
    else:  # asked once more by this session, as it was filled in
        expect(page.get_by_label("Email address")).to_have_value(f"plain-{blocked}@x.example")
        page.locator(".prompt-actions button").first.click()
        expect(page.get_by_role("link", name="Account")).to_be_visible()

"""A passkey: offered after a code, added, used instead of the next code, named and removed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.security import Security
from tests.e2e.pages.shop import Shop


def sign_in(page: Page) -> None:
    page.goto("/account")
    page.goto("/sign-in/passkey?next=/account")
    expect(page.get_by_role("heading", name="Sign in with a passkey")).to_be_visible()


@pytest.mark.in_the_loop
def test_the_next_time_without_a_code(open_page: Opener, auditor: Auditor) -> None:
    ada = Security(open_page())
    ada.plug_in_device()
    ada.prove_address("passkey@x.example")
    page = ada.page
    expect(page.get_by_role("heading", name="Skip the code next time")).to_be_visible()
    auditor.audit(page)
    page.get_by_role("link", name="Add a passkey").click()
    auditor.audit(page)
    ada.make_passkey()
    assert len(ada.expect_codes()) == 8
    auditor.audit(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as text").click()
    assert ada.expect_codes()[0] in download.value.path().read_text("utf-8")
    ada.go_on_from_codes()
    expect(page.locator("main")).to_contain_text("not used yet")
    auditor.audit(page)

    ada.sign_out()
    sign_in(page)
    auditor.audit(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".flashes")).to_contain_text("You are signed in")
    expect(page.locator("main")).to_contain_text("passkey@x.example")
    expect(page.get_by_role("heading", name="Skip the code next time")).to_have_count(0)

    ada.open()
    expect(page.locator("main")).to_contain_text("last used")
    page.get_by_role("link", name=re.compile("^Rename: ")).click()
    auditor.audit(page)
    page.get_by_label("What you call it").fill("Kitchen laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove: Kitchen laptop").click()
    expect(page.locator("main")).to_contain_text("your last second factor")
    auditor.audit(page)
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator(".flashes")).to_contain_text("The passkey is removed")
    expect(page.get_by_role("heading", name="Recovery codes")).to_have_count(0)


def test_a_browser_without_passkeys_is_led_to_the_page_that_says_so(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.page.add_init_script("delete window.PublicKeyCredential")
    shop.begin_order()
    shop.page.get_by_role("button", name="Sign in with a passkey").click()
    shop.page.wait_for_url("**/sign-in/passkey?**")


def _with_passkey(open_page: Opener, address: str) -> Shop:
    """Signed out, with a passkey on the device."""
    ada = Security(open_page())
    ada.plug_in_device()
    ada.prove_address(address)
    ada.page.goto("/account/passkeys/new")
    ada.make_passkey()
    ada.expect_codes()
    ada.sign_out()
    return Shop(ada.page)


def test_in_a_prompt_one_press_signs_in_and_the_order_goes_on(open_page: Opener, auditor: Auditor) -> None:
    shop = _with_passkey(open_page, "one-press@x.example")
    shop.page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = undefined")
    shop.begin_order()
    shop.prompt.expect_open("Email address", "1 of 3")
    shop.page.get_by_role("button", name="Sign in with a passkey").click()
    shop.prompt.expect_open("Delivery address", "2 of 3")
    expect(shop.prompt.section).to_contain_text("You are signed in")
    auditor.audit(shop.page)


def test_a_passkey_is_chosen_from_the_list_beside_the_address(open_page: Opener) -> None:
    """Chromium's virtual device chooses by itself what a person would choose from the browser's own list."""
    shop = _with_passkey(open_page, "from-list@x.example")
    shop.page.goto("/sign-in?next=/account")
    expect(shop.page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(shop.page.locator("main")).to_contain_text("from-list@x.example")


def test_what_goes_wrong_is_said_beside_the_button(open_page: Opener, auditor: Auditor) -> None:
    ada = Security(open_page())
    ada.plug_in_device()
    ada.prove_address("goes-wrong@x.example")
    page = ada.page
    alert = page.locator("form[data-passkey] [role=alert]")
    page.goto("/account/passkeys/new")
    ada.know_person(known=False)
    ada.make_passkey()
    expect(alert).to_contain_text("Nothing was chosen")
    auditor.audit(page)
    ada.know_person(known=True)
    ada.make_passkey()
    ada.expect_codes()
    page.goto("/account/passkeys/new")
    ada.make_passkey()
    expect(alert).to_contain_text("has a passkey for your account already")
    page.goto("/sign-in/passkey")
    page.evaluate("() => { delete window.PublicKeyCredential }")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(alert).to_contain_text("This browser has no passkeys")


def test_a_browser_that_reads_no_json_of_passkeys_makes_and_shows_one(open_page: Opener) -> None:
    page = open_page()
    page.add_init_script(
        """
        delete PublicKeyCredential.parseCreationOptionsFromJSON;
        delete PublicKeyCredential.parseRequestOptionsFromJSON;
        delete PublicKeyCredential.prototype.toJSON;
        """
    )
    ada = Security(page)
    ada.plug_in_device()
    ada.prove_address("older@x.example")
    page.goto("/account/passkeys/new")
    ada.make_passkey()
    ada.expect_codes()
    ada.sign_out()
    page.goto("/sign-in/passkey")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".flashes")).to_contain_text("You are signed in")


def test_without_javascript_the_page_says_so_and_offers_another_way(open_page: Opener, auditor: Auditor) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/sign-in/passkey?next=/orders")
    expect(page.locator("main")).to_contain_text("Passkeys need JavaScript", use_inner_text=True)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    page.get_by_role("link", name="Sign in by email").click()
    expect(page.get_by_label("Email address")).to_be_visible()


def test_not_now_is_taken_for_an_answer(open_page: Opener) -> None:
    ada = Security(open_page())
    ada.prove_address("not-now@x.example")
    ada.page.get_by_role("button", name="Not now").click()
    ada.page.wait_for_load_state()
    expect(ada.page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(ada.page.get_by_role("heading", name="Skip the code next time")).to_have_count(0)

"""Export with the code from the mailbox; come back on a second browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.shop import Shop


def order(shop: Shop, address: str) -> None:
    shop.begin_order()
    shop.prompt.give_email(address)
    shop.prompt.go_on()
    shop.prompt.expect_open("Delivery address", "2 of 3")
    shop.prompt.give_address()
    shop.prompt.go_on()
    shop.prompt.expect_open("Payment method", "3 of 3")
    shop.pay()
    shop.expect_order_page()


def export(page: Page, shop: Shop, form: str) -> str:
    """Press the button, answer with the code; what was downloaded."""
    page.goto("/orders")
    page.get_by_role("link", name=form).click()
    shop.prompt.expect_open("Verified email address", "2 of 2")
    shop.prompt.give_code(shop.mailed_code())
    with page.expect_download() as download:
        shop.prompt.go_on()
    return download.value.path().read_text("utf-8-sig")


def test_the_history_comes_after_the_code(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    order(shop, "exporting@x.example")
    shop.page.goto("/orders")
    shop.page.get_by_role("link", name="CSV").click()
    shop.prompt.expect_open("Verified email address", "2 of 2")
    auditor.audit(shop.page)
    shop.prompt.give_code("000000")
    shop.prompt.go_on()
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    shop.prompt.give_code(shop.mailed_code())
    with shop.page.expect_download() as download:
        shop.prompt.go_on()
    assert "Late Sun, Low Hills" in download.value.path().read_text("utf-8-sig")
    expect(shop.page.get_by_role("heading", name="Thank you")).to_be_focused()
    auditor.audit(shop.page)
    with shop.page.expect_download():
        shop.page.get_by_role("link", name="Download it again").click()


def test_it_comes_as_json_too(open_page: Opener) -> None:
    shop = Shop(open_page())
    order(shop, "json@x.example")
    assert '"Late Sun, Low Hills"' in export(shop.page, shop, "JSON")


@pytest.mark.in_the_loop
def test_coming_back_on_a_second_browser(open_page: Opener, auditor: Auditor) -> None:
    first = Shop(open_page())
    order(first, "returning@x.example")
    export(first.page, first, "CSV")

    second = Shop(open_page())
    second.open_front()
    second.sign_up("returning@x.example")
    second.open_work("fern-study")
    second.add_to_cart()
    expect(second.page.locator("#added")).to_contain_text("cart")
    second.page.goto("/orders")
    expect(second.page.locator("main")).to_contain_text("No orders yet")
    second.page.goto("/account")
    second.page.get_by_role("link", name="Sign in", exact=True).click()
    second.prompt.expect_focus_on("The six digits of the code")
    second.prompt.give_code(second.mailed_code())
    second.prompt.go_on()
    expect(second.page.locator(".flashes")).to_contain_text("Your address is verified")
    expect(second.page.locator("main")).to_contain_text("Visa ending in 4242")
    auditor.audit(second.page)
    second.page.goto("/orders")
    expect(second.page.locator(".orders > li")).to_have_count(1)
    second.open_cart()
    expect(second.page.locator(".lines > li")).to_have_count(1)
    second.place_order()
    second.expect_order_page()  # all is held: nothing is asked


def test_returning_on_a_second_device_inside_the_checkout(open_page: Opener, auditor: Auditor) -> None:
    first = Shop(open_page())
    order(first, "second-device@x.example")
    export(first.page, first, "CSV")

    second = Shop(open_page())
    second.begin_order("fern-study")
    second.prompt.give_email("second-device@x.example")
    second.prompt.go_on()
    second.prompt.expect_open("Delivery address", "2 of 3")
    second.prompt.open_recognition("second-device@x.example")
    auditor.audit(second.page)
    second.prompt.give_code("000000")
    second.prompt.use_code()
    expect(second.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    auditor.audit(second.page)
    second.prompt.give_code(second.mailed_code())
    second.prompt.use_code()
    checkout = second.page.locator(".checkout")  # address and card are held: they are seen before anything is charged
    expect(checkout).to_contain_text("Visa ending in 4242")
    expect(second.page.locator(".flashes")).to_contain_text("Welcome back")
    auditor.audit(second.page)
    checkout.get_by_role("button", name="Order and pay").click()
    second.expect_order_page()
    second.page.goto("/orders")
    expect(second.page.locator(".orders > li")).to_have_count(2)


def test_signing_out_leaves_nothing_behind(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.open_front()
    shop.sign_up("leaving@x.example")
    shop.page.goto("/account")
    shop.page.get_by_role("button", name="Sign out").click()
    expect(shop.page.locator(".flashes")).to_contain_text("signed out")
    shop.page.goto("/account")
    expect(shop.page.locator("main")).to_contain_text("Nothing stored yet")


def test_a_field_is_changed_and_removed_on_the_account_page(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    order(shop, "changing@x.example")
    shop.page.goto("/account")
    auditor.audit(shop.page)
    shop.page.get_by_role("link", name="Change: Delivery address").click()
    auditor.audit(shop.page)
    shop.page.get_by_label("City").fill("Potsdam")
    shop.page.get_by_label("Postal code").fill("14467")
    shop.page.get_by_role("button", name="Save").click()
    expect(shop.page.locator("main")).to_contain_text("Potsdam")
    shop.page.get_by_role("link", name="Remove: Payment method").click()
    expect(shop.page.locator("main")).to_contain_text("Place order")
    shop.page.get_by_role("button", name="Remove").click()
    expect(shop.page.locator("main")).not_to_contain_text("Visa ending")

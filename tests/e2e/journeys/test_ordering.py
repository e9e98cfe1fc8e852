"""From a first visit to an order in one flow: with htmx, and with JavaScript off."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.shop import Shop


@pytest.mark.in_the_loop
def test_a_visitor_orders_in_place(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    shop.open_front()
    auditor.audit(shop.page)
    shop.open_work()
    auditor.audit(shop.page)
    shop.add_to_cart()
    expect(shop.page.locator("#added")).to_contain_text("cart")
    expect(shop.page.get_by_role("navigation", name="Main").get_by_role("link", name="Cart")).to_contain_text("1")
    shop.open_cart()
    auditor.audit(shop.page)
    total = shop.total()

    shop.place_order()
    shop.prompt.expect_open("Place order", "1 of 3")
    shop.prompt.expect_focus_on_heading()
    auditor.audit(shop.page)
    shop.prompt.give_email("nobody")
    shop.prompt.go_on()
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(shop.page).to_have_title(re.compile("^Error: "))
    expect(shop.prompt.section.get_by_label("E-mail address")).to_have_value("nobody")
    auditor.audit(shop.page)
    shop.prompt.give_email("ordering@x.example")
    shop.prompt.go_on()

    shop.prompt.expect_open("Place order", "2 of 3")
    expect(shop.page).not_to_have_title(re.compile("^Error"))
    shop.prompt.expect_focus_on_heading()
    auditor.audit(shop.page)
    shop.prompt.give_address()
    shop.prompt.go_on()
    shop.prompt.expect_open("Place order", "3 of 3")
    auditor.audit(shop.page)
    shop.pay("4000 0000 0000 0002")
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    auditor.audit(shop.page)
    shop.pay()

    shop.expect_order_page()
    assert shop.total() == total
    auditor.audit(shop.page)


def test_without_javascript_it_is_the_same_way(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page(java_script_enabled=False))
    shop.begin_order()
    shop.prompt.expect_open("Place order", "1 of 3")
    shop.prompt.give_email("plain@x.example")
    shop.prompt.go_on()
    shop.prompt.section.get_by_label("Country").select_option("GB")
    shop.page.get_by_role("button", name="Update the form").click()
    shop.prompt.section.get_by_label("Full name").fill("Ada")
    shop.prompt.section.get_by_label("Street and number").fill("10 Downing Street")
    shop.prompt.section.get_by_label("Town").fill("London")
    shop.prompt.section.get_by_label("Postcode").fill("nonsense")
    shop.prompt.go_on()
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(shop.prompt.section.get_by_label("Full name")).to_have_value("Ada")
    shop.prompt.section.get_by_label("Postcode").fill("SW1A 2AA")
    shop.prompt.go_on()
    shop.prompt.expect_open("Place order", "3 of 3")
    shop.pay()
    shop.expect_order_page()


def test_the_country_changes_the_form_in_place_and_keeps_what_was_typed(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    shop.begin_order()
    shop.prompt.give_email("abroad@x.example")
    shop.prompt.go_on()
    shop.prompt.expect_open("Place order", "2 of 3")
    shop.prompt.section.get_by_label("Full name").fill("Ada Lovelace")
    shop.prompt.section.get_by_label("Country").focus()
    shop.prompt.section.get_by_label("Country").select_option("US")
    expect(shop.prompt.section.get_by_label("State")).to_be_visible()
    expect(shop.prompt.section.get_by_label("Full name")).to_have_value("Ada Lovelace")
    expect(shop.prompt.section.get_by_label("Country")).to_be_focused()
    auditor.audit(shop.page)


def test_cancelling_goes_back_to_the_button_and_loses_nothing(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.begin_order()
    shop.prompt.expect_open("Place order")
    shop.prompt.cancel()
    expect(shop.prompt.section).to_have_count(0)
    expect(shop.page.get_by_role("button", name="Place order")).to_be_focused()
    shop.place_order()
    shop.prompt.expect_open("Place order", "1 of 3")


def test_a_cart_of_files_asks_for_no_address(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.open_front()
    shop.open_sort("Wallpapers")
    shop.open_first_work()
    shop.add_to_cart()
    expect(shop.page.locator("#added")).to_contain_text("cart")
    shop.open_cart()
    shop.place_order()
    shop.prompt.expect_open("Place order", "1 of 2")
    shop.prompt.give_email("files@x.example")
    shop.prompt.go_on()
    shop.prompt.expect_open("Place order", "2 of 2")
    shop.pay()
    shop.expect_order_page()


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])
def test_a_double_click_places_one_order(open_page: Opener, script: bool) -> None:
    shop = Shop(open_page(java_script_enabled=script))
    shop.begin_order()
    shop.prompt.give_email(f"double-{script}@x.example")
    shop.prompt.go_on()
    shop.prompt.expect_open("Place order", "2 of 3")
    shop.prompt.give_address()
    shop.prompt.go_on()
    shop.prompt.expect_open("Place order", "3 of 3")
    shop.prompt.section.get_by_label("Card number").fill("4242424242424242")
    shop.prompt.section.get_by_label("Expiry").fill("1230")
    shop.prompt.section.get_by_label("Security code").fill("123")
    shop.prompt.section.locator(".prompt-actions button").first.dblclick(no_wait_after=True)
    shop.expect_order_page()
    shop.page.goto("/orders")
    expect(shop.page.locator(".orders > li")).to_have_count(1)

"""The country at sign-up: left empty or given, it sets what delivery costs, and is changed on the account."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.shop import Shop


def expect_delivery(shop: Shop, price: str, words: str) -> None:
    summary = shop.page.locator(".summary div", has_text="Delivery")
    expect(summary.locator("dd")).to_have_text(price)
    expect(summary).to_contain_text(words)


@pytest.mark.in_the_loop
def test_whoever_gives_it_sees_its_delivery_price_next(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    shop.fill_cart()
    expect_delivery(shop, "€4.90", "Free from €80.00")
    shop.page.get_by_role("link", name="Delivery price for your country").click()
    expect(shop.prompt.section.get_by_text("(optional)")).to_be_visible()
    auditor.audit(shop.page)
    shop.prompt.give_email("country@x.example")
    shop.prompt.section.get_by_label("Country").select_option("AT")
    shop.prompt.go_on()
    shop.page.get_by_role("link", name="Continue on this browser only").click()
    shop.page.wait_for_url(re.compile("/cart$"))
    expect_delivery(shop, "€3.90", "To Austria, in 2 to 4 working days.")
    auditor.audit(shop.page)

    shop.page.get_by_role("link", name="Change the country").click()
    expect(shop.page.get_by_role("combobox", name="Country")).to_have_value("AT")
    shop.page.get_by_role("combobox", name="Country").select_option("DE")
    shop.page.get_by_role("button", name="Save").click()
    shop.page.wait_for_url(re.compile("/cart$"))
    expect_delivery(shop, "€2.90", "To Germany, in 1 to 2 working days.")


def test_without_javascript_it_may_stay_empty_and_be_given_later(open_page: Opener) -> None:
    shop = Shop(open_page(java_script_enabled=False))
    shop.fill_cart()
    shop.page.get_by_role("link", name="Delivery price for your country").click()
    shop.prompt.give_email("later@x.example")
    shop.prompt.go_on()
    shop.page.get_by_role("link", name="Continue on this browser only").click()
    expect(shop.page).to_have_url(re.compile("/cart$"))
    expect_delivery(shop, "€4.90", "Free from €80.00")
    shop.page.get_by_role("link", name="Delivery price for your country").click()
    shop.page.get_by_role("combobox", name="Country").select_option("AT")
    shop.page.get_by_role("button", name="Save").click()
    expect(shop.page).to_have_url(re.compile("/cart$"))
    expect_delivery(shop, "€3.90", "To Austria")

"""Somebody orders, then has everything erased; the receipt says what was done, and the officer can check it."""

from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.account import Account
from tests.e2e.pages.erasure import Erasing
from tests.e2e.pages.shop import Shop


def test_everything_goes_but_what_the_law_keeps(open_page: Opener, auditor: Auditor) -> None:
    page = open_page()
    person, shop, erasing = Account(page), Shop(page), Erasing(page)
    person.sign_up_and_prove("vanishing@x.example")
    shop.begin_order("moonrise")
    shop.pay()
    shop.expect_order_page()
    order = page.url
    erasing.look_at_the_plan()
    erasing.expect_planned("vanishing@x.example", "cannot be undone", "Keeping the books", "Coin Payments SE")
    auditor.audit(page)
    erasing.erase()
    auditor.audit(page)
    expect(page.locator("main")).not_to_contain_text("vanishing@x.example")
    receipt = erasing.receipt()
    assert "vanishing" not in receipt
    person.expect_signed_out()
    answer = page.goto(order)
    assert answer is not None
    assert answer.status == 404

    officer = Erasing(open_page())
    officer.look_around_as_the_officer()
    officer.check(receipt.replace('"rows": 1', '"rows": 2'))
    expect(officer.page.locator("main")).to_contain_text("Something in it was changed")
    auditor.audit(officer.page)
    officer.check(receipt)
    expect(officer.page.locator("main")).to_contain_text("Genuine")
    expect(officer.page.locator("main")).to_contain_text("This is its newest version")
    auditor.audit(officer.page)
    officer.page.goto("/officer/erasures")
    officer.page.get_by_role("button", name="Mark as told").first.click()
    expect(officer.page.locator(".flashes")).to_contain_text("the recipient knows")
    auditor.audit(officer.page)


def test_without_a_script_and_without_an_account(open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    shop, erasing = Shop(page), Erasing(page)
    shop.fill_cart()
    erasing.look_at_the_plan()
    erasing.expect_planned("What is in your cart", "Nothing that is yours")
    erasing.erase()
    shop.open_cart()
    expect(page.locator("main")).not_to_contain_text("Late Sun")

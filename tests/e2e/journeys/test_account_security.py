"""Sessions on two devices, another address, and what is on record of it."""

from playwright.sync_api import expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.account import Account


def test_one_device_signs_the_other_out(open_page: Opener, auditor: Auditor) -> None:
    laptop, phone = Account(open_page()), Account(open_page(viewport={"width": 390, "height": 800}))
    laptop.sign_up_and_prove("two.devices@x.example")
    phone.sign_up_and_prove("two.devices@x.example")
    laptop.open_security()
    auditor.audit(laptop.page)
    laptop.open_sessions()
    auditor.audit(laptop.page)
    expect(laptop.page.locator("main")).to_contain_text("This device")
    laptop.page.get_by_role("button", name="End the session").click()
    expect(laptop.page.locator(".flashes")).to_contain_text("That session is ended.")
    phone.expect_signed_out()
    laptop.page.goto("/account/activity")
    auditor.audit(laptop.page)
    expect(laptop.page.get_by_role("table")).to_contain_text("A session was ended from the list")


def test_another_address_is_proved_before_it_counts(open_page: Opener, auditor: Auditor) -> None:
    person = Account(open_page())
    person.sign_up_and_prove("before@x.example")
    person.page.get_by_role("link", name="Change: Email address").click()
    person.page.get_by_label("New email address").fill("not an address")
    person.page.get_by_role("button", name="Go on").click()
    expect(person.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    auditor.audit(person.page)
    person.page.get_by_label("New email address").fill("after@x.example")
    person.page.get_by_role("button", name="Go on").click()
    expect(person.page.locator("main")).to_contain_text("We sent a code to after@x.example")
    auditor.audit(person.page)
    person.type_code(person.shop.mailed_code())
    person.page.get_by_role("button", name="Change my address").click()
    expect(person.page.locator(".flashes")).to_contain_text("Your address is changed.")
    expect(person.page.locator("main")).to_contain_text("after@x.example")


def test_without_a_script_too(open_page: Opener) -> None:
    person = Account(open_page(java_script_enabled=False))
    person.sign_up_and_prove("no.script.before@x.example")
    person.page.get_by_role("link", name="Change: Email address").click()
    person.page.get_by_label("New email address").fill("no.script.after@x.example")
    person.page.get_by_role("button", name="Go on").click()
    person.type_code(person.shop.mailed_code())
    person.page.get_by_role("button", name="Change my address").click()
    expect(person.page.locator("main")).to_contain_text("no.script.after@x.example")


def test_the_administrator_reads_the_audit_trail(open_page: Opener, auditor: Auditor) -> None:
    page = open_page()
    page.goto("/demo/")
    page.get_by_role("button", name="Continue as Tove").click()
    expect(page.get_by_role("heading", name="Audit trail")).to_be_visible()
    auditor.audit(page)
    page.goto("/insights")
    expect(page.locator("main")).to_contain_text("The dashboard is for product managers")

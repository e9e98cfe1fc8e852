"""A phone beside a stronger factor: added where the security page offers it, used at the next sign-in, changed.

The stronger factor is a stand-in, so that these journeys are about the phone alone.
"""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from asklater.accounts.tables import Account
from asklater.database.access import Database
from asklater.messages.sealing import address_mark
from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.pages.phones import Phones
from tests.e2e.pages.shop import Shop
from tests.support.factors import protect


def give_stronger_factor(app: Flask, address: str) -> None:
    """As a passkey would be."""
    database: Database = app.extensions["asklater.database"]
    with app.app_context():
        its_own = Account.email_mark == address_mark(address)
        proved = select(Account.subject_id).where(its_own, Account.verified_at.is_not(None))
        number = database.reading().execute(proved).scalar_one()
        database.release()
    protect(app, number)


def prove(shop: Shop, address: str) -> None:
    shop.open_front()
    shop.sign_up(address)
    shop.page.goto("/account/bring-back")
    shop.prompt.give_code(shop.mailed_code())
    shop.prompt.go_on()
    expect(shop.page.locator(".flashes")).to_contain_text("Your address is verified")


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "no-script"])
def test_a_phone_is_added_changed_and_removed(
    open_page: Opener, halftone: Flask, auditor: Auditor, script: bool
) -> None:
    address = f"phoning-{script}@x.example".lower()
    shop = Shop(open_page(java_script_enabled=script))
    phones = Phones(shop.page)
    audit = auditor.audit if script else lambda _page: None
    prove(shop, address)
    phones.open_security()
    expect(shop.page.locator("main")).to_contain_text("a phone never protects an account alone")
    give_stronger_factor(halftone, address)

    phones.open_security()
    phones.follow("Add my phone")
    phones.follow("Stand-in")
    expect(shop.page.get_by_role("heading", name="Add your phone")).to_be_visible()
    audit(shop.page)
    phones.press("Go on")
    phones.prompt.expect_open("Phone number", "3 of 4")
    audit(shop.page)
    phones.give_number("+98 21 1234 5678")
    phones.prompt.go_on()
    expect(shop.page.get_by_role("textbox", name="Phone number")).to_have_attribute("aria-invalid", "true")
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    audit(shop.page)
    phones.give_number("01512 3456789" if script else "01512 3456780")
    phones.prompt.go_on()
    understood = "+49 1512 3456789" if script else "+49 1512 3456780"
    expect(shop.page.locator("main")).to_contain_text(f"We understood {understood}. Send the code there?")
    expect(shop.page.get_by_role("textbox", name="Phone number")).to_have_value(understood)
    phones.prompt.go_on()
    phones.prompt.expect_open("Proof of your phone number", "4 of 4")
    audit(shop.page)
    phones.give_code()
    phones.prompt.go_on()
    phones.expect_flash("Your phone protects your account")
    audit(shop.page)

    phones.follow("Change the number")
    audit(shop.page)
    phones.give_number("+44 7400 123456" if script else "+44 7400 123457")
    phones.press("Go on")
    expect(shop.page.locator("main")).to_contain_text("The old number works until you type it")
    audit(shop.page)
    phones.give_code()
    phones.press("Change my number")
    phones.expect_flash("Your phone number is changed")

    phones.open_security()
    phones.follow("Remove the phone")
    phones.press("Remove")
    phones.expect_flash("Phone number: removed")


def test_its_code_lets_one_in_on_a_second_device(open_page: Opener, halftone: Flask, auditor: Auditor) -> None:
    first = Shop(open_page())
    prove(first, "coming@x.example")
    give_stronger_factor(halftone, "coming@x.example")
    phones = Phones(first.page)
    first.page.goto("/account/phone/add")
    phones.follow("Stand-in")
    phones.press("Go on")
    phones.give_number("+49 1512 3456777")
    phones.prompt.go_on()
    phones.give_code()
    phones.prompt.go_on()
    phones.expect_flash("Your phone protects your account")

    second = Shop(open_page())
    second.open_front()
    second.sign_up("coming@x.example")
    second.page.goto("/account/bring-back")
    second.prompt.give_code(second.mailed_code())
    second.prompt.go_on()
    phones = Phones(second.page)
    phones.follow("A code by text message")
    expect(second.page.locator("main")).to_contain_text("ends in 77")
    auditor.audit(second.page)
    phones.press("Send me a code")
    expect(second.page.locator("main")).to_contain_text("It is good for 10 minutes")
    auditor.audit(second.page)
    phones.give_code()
    phones.press("Go on")
    phones.expect_flash("Your address is verified")
    second.page.goto("/messages/")
    auditor.audit(second.page)

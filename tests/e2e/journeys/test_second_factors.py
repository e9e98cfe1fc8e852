"""The authenticator app and recovery codes: added once, asked for in a second browser, and what was begun goes on."""

from playwright.sync_api import expect
from pyotp import TOTP

from asklater import clock
from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener
from tests.e2e.journeys.test_exporting_and_returning import order
from tests.e2e.pages.security import Security
from tests.e2e.pages.shop import Shop


def next_code(secret: str) -> str:
    """The code of the half minute to come: the present one was used to add the app."""
    return TOTP(secret).at(int(clock.now().timestamp()) + 30)


def export_up_to_the_factor(shop: Shop, address: str) -> None:
    """In a browser that is new here: order, press export, and type the code of the mail."""
    order(shop, address)
    shop.page.goto("/orders")
    shop.page.get_by_role("link", name="CSV").click()
    shop.prompt.expect_open("Verified email address", "2 of 2")
    shop.prompt.give_code(shop.mailed_code())
    shop.prompt.go_on()
    expect(shop.page.get_by_role("heading", name="Confirm it is you")).to_be_visible()


def test_the_app_is_asked_for_after_the_mail_and_the_export_goes_on(open_page: Opener, auditor: Auditor) -> None:
    ada = Security(open_page())
    ada.prove_address("app@x.example")
    ada.page.goto("/account/authenticator")
    auditor.audit(ada.page)
    secret = ada.add_app()
    assert len(ada.expect_codes()) == 8
    ada.go_on_from_codes()
    expect(ada.page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    shop = Shop(open_page())
    export_up_to_the_factor(shop, "app@x.example")
    auditor.audit(shop.page)
    shop.page.get_by_role("link", name="Use the authenticator app").click()
    shop.page.get_by_label("The six digits").fill("000000")
    shop.page.get_by_role("button", name="Go on").click()
    expect(shop.page.get_by_role("heading", name="There is a problem")).to_be_visible()
    auditor.audit(shop.page)
    shop.page.get_by_label("The six digits").fill(next_code(secret))
    with shop.page.expect_download() as download:
        shop.page.get_by_role("button", name="Go on").click()
    assert "Late Sun, Low Hills" in download.value.path().read_text("utf-8-sig")


def test_a_recovery_code_lets_in_who_lost_the_device(open_page: Opener, auditor: Auditor) -> None:
    ada = Security(open_page())
    ada.plug_in_device()
    ada.prove_address("lost@x.example")
    ada.page.goto("/account/passkeys/new")
    ada.make_passkey()
    codes = ada.expect_codes()

    shop = Shop(open_page())
    export_up_to_the_factor(shop, "lost@x.example")
    shop.page.get_by_role("link", name="Use a recovery code").click()
    shop.page.get_by_role("textbox", name="Recovery code").fill(codes[0].lower())
    shop.page.get_by_role("button", name="Go on").click()
    expect(shop.page.get_by_role("heading", name="You are signed in")).to_be_focused()
    expect(shop.page.locator(".codes code")).to_have_count(1)
    auditor.audit(shop.page)
    with shop.page.expect_download() as download:
        shop.page.get_by_role("link", name="I have saved it").click()
    assert "Late Sun, Low Hills" in download.value.path().read_text("utf-8-sig")
    shop.page.goto("/account/recovery-codes")
    shop.page.get_by_role("button", name="Make new codes").click()
    expect(shop.page.locator(".codes code")).to_have_count(8)


def test_a_passkey_is_a_second_factor_too(open_page: Opener) -> None:
    page = open_page()
    ada = Security(page)
    ada.plug_in_device()
    ada.prove_address("factor@x.example")
    page.goto("/account/passkeys/new")
    ada.make_passkey()
    ada.expect_codes()
    ada.sign_out()
    ada.answer_by_itself(answers=False)
    shop = Shop(page)
    export_up_to_the_factor(shop, "factor@x.example")
    page.get_by_role("link", name="Use a passkey").click()
    ada.answer_by_itself(answers=True)
    with page.expect_download():
        page.get_by_role("button", name="Show my passkey").click()


def test_without_javascript_the_app_is_added_all_the_same(open_page: Opener, auditor: Auditor) -> None:
    page = open_page(java_script_enabled=False)
    ada = Security(page)
    ada.prove_address("plain@x.example")
    ada.add_app()
    assert len(ada.expect_codes()) == 8
    ada.go_on_from_codes()
    page.get_by_role("link", name="Remove the authenticator app").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator(".flashes")).to_contain_text("The authenticator app is removed")

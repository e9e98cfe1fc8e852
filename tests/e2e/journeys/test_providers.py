"""Linked sign-in providers, end to end against the certified `oidc-provider`: from the sign-in page, and from inside
the checkout, back to what was interrupted."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener, opening, served, stocked
from tests.e2e.mounting import BELOW, mounted
from tests.e2e.pages.account import Account
from tests.e2e.pages.provider import Acme
from tests.e2e.pages.shop import Shop
from tests.e2e.provider.running import Absent, provider
from tests.support.applications import as_halftone, workshop_settings

SECRET = "known-to-the-shop-and-to-acme"
DECLARED = """
[providers.acme]
label = "Acme"
issuer = "{issuer}"
client_id = "halftone"
client_secret = "{secret}"
scopes = ["openid", "email", "profile"]
claims = {{ name = "display_name" }}
proves_email = true
"""
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])


@pytest.fixture(scope="module")
def shop_and_acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The addresses of a shop and of its provider, which know each other."""
    folder = tmp_path_factory.mktemp("provided")
    served_app: list[Any] = []

    def shop(environment: Any, start: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = served_app[0](environment, start)
        return answer

    with served(mounted(shop)) as origin:
        url = origin + BELOW
        try:
            with provider(f"{url}/sign-in/with/acme/return", SECRET) as issuer:
                file = folder / "providers.toml"
                file.write_text(DECLARED.format(issuer=issuer, secret=SECRET), "utf-8")
                settings = as_halftone(workshop_settings(f"sqlite:///{folder / 'shop.sqlite3'}", folder))
                served_app.append(stocked(replace(settings, providers=file)))
                yield url, issuer
        except Absent as absent:
            pytest.skip(str(absent))


@pytest.fixture
def open_page(browser: Browser, shop_and_acme: tuple[str, str]) -> Iterator[Opener]:
    yield from opening(browser, *shop_and_acme)


@SCRIPTS
def test_from_the_sign_in_page(open_page: Opener, auditor: Auditor, script: bool) -> None:
    shop = Shop(open_page(java_script_enabled=script))
    shop.open_front()
    shop.page.get_by_role("link", name="Sign in", exact=True).click()
    shop.prompt.expect_open("Continue with email")
    if script:
        auditor.audit(shop.page)
    shop.prompt.continue_with("Acme")
    name = f"signing-in-{script}".lower()
    Acme(shop.page).sign_in(name)
    expect(shop.page.get_by_role("navigation", name="Main").get_by_role("link", name="Account")).to_be_visible()
    shop.page.goto("/account")
    expect(shop.page.locator("main")).to_contain_text(f"{name}@x.example")
    expect(shop.page.locator("main")).to_contain_text("Verified by a provider")


@SCRIPTS
def test_from_inside_the_checkout_and_back(open_page: Opener, auditor: Auditor, script: bool) -> None:
    shop = Shop(open_page(java_script_enabled=script))
    shop.open_front()
    shop.open_sort("Wallpapers")
    shop.open_first_work()
    shop.add_to_cart()
    expect(shop.page.get_by_role("navigation", name="Main").get_by_role("link", name="Cart")).to_contain_text("1")
    shop.open_cart()
    shop.place_order()
    shop.prompt.expect_open("Email address", "1 of 2")
    shop.prompt.continue_with("Acme")
    Acme(shop.page).sign_in(f"ordering-{script}".lower())
    expect(shop.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    if script:
        auditor.audit(shop.page)
    shop.page.get_by_role("button", name="Continue").click()
    shop.prompt.expect_open("Payment method", "2 of 2")
    expect(shop.prompt.section.get_by_role("textbox", name="Email address")).to_have_count(0)
    shop.pay()
    shop.expect_order_page()


def test_known_again_on_another_device(open_page: Opener) -> None:
    for _device in ("laptop", "phone"):
        shop = Shop(open_page())
        shop.page.goto("/ask/share_print?next=/account")
        shop.prompt.continue_with("Acme")
        Acme(shop.page).sign_in("twice")
        expect(shop.prompt.section.get_by_label("Display name")).to_have_value("twice of Acme")
        expect(shop.prompt.section).to_contain_text("This is what Acme says.")
        shop.page.goto("/account/activity")
    expect(shop.page.get_by_role("table")).to_contain_text("Somebody signed in")


def test_an_address_that_is_not_proved_only_fills_the_prompt(open_page: Opener, auditor: Auditor) -> None:
    shop = Shop(open_page())
    shop.page.goto("/sign-in?next=/account")
    shop.prompt.continue_with("Acme")
    Acme(shop.page).sign_in("unproved")
    expect(shop.page.locator(".flashes")).to_contain_text("Acme does not verify addresses to us")
    expect(shop.prompt.section.get_by_label("Email address")).to_have_value("unproved@x.example")
    auditor.audit(shop.page)


@SCRIPTS
def test_linked_and_unlinked_on_the_security_page(open_page: Opener, auditor: Auditor, script: bool) -> None:
    person = Account(open_page(java_script_enabled=script))
    person.sign_up_and_prove(f"linking.{script}@x.example".lower())
    person.open_security()
    person.page.get_by_role("button", name="Link Acme").click()
    Acme(person.page).sign_in(f"linking-{script}".lower())
    expect(person.page.locator(".flashes")).to_contain_text("Acme is linked")
    if script:
        auditor.audit(person.page)
    person.page.get_by_role("button", name="Unlink: Acme").click()
    expect(person.page.locator(".flashes")).to_contain_text("It is unlinked")
    expect(person.page.get_by_role("button", name="Unlink: Acme")).to_have_count(0)

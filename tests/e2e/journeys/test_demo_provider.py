"""Continue with the demo's own provider: signing up by it, confirming what it says, and from inside the checkout."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from halftone.demo import cast, identity_provider
from halftone.demo.cli import SEED
from halftone.settings import DEMO_PROVIDER, DEMO_PROVIDERS
from tests.e2e.accessible import Auditor
from tests.e2e.conftest import Opener, opening, served, stocked
from tests.e2e.mounting import BELOW, mounted
from tests.e2e.pages.provider import DemoProvider
from tests.e2e.pages.shop import Shop
from tests.support.applications import as_halftone, workshop_settings

pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")  # the provider's own
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["htmx", "plain"])


class Later:
    """An application whose address has to be known before it is made."""

    def __init__(self) -> None:
        self.app: Any = None

    def __call__(self, environment: Any, start: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self.app(environment, start)
        return answer


@pytest.fixture
def shop_and_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The addresses of a shop where nobody has bought, and of the demo's provider beside it: as `serve` does."""
    folder = tmp_path_factory.mktemp("demo-provider")
    shop, provider = Later(), Later()
    people = cast.read(SEED / "people.toml").provider_people
    with served(mounted(shop)) as origin, served(provider) as issuer, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        environment.setenv(DEMO_PROVIDER, issuer)
        url = origin + BELOW
        provider.app = identity_provider.provider_app(issuer, url, "Halftone", people)
        settings = as_halftone(workshop_settings(f"sqlite:///{folder / 'shop.sqlite3'}", folder))
        shop.app = stocked(replace(settings, providers=DEMO_PROVIDERS))
        yield url, issuer


@pytest.fixture
def open_page(browser: Browser, shop_and_provider: tuple[str, str]) -> Iterator[Opener]:
    yield from opening(browser, *shop_and_provider)


@SCRIPTS
def test_signing_up_and_confirming_what_the_provider_says(open_page: Opener, auditor: Auditor, script: bool) -> None:
    shop = Shop(open_page(java_script_enabled=script))
    shop.page.goto("/ask/share_print?next=/account")
    shop.prompt.continue_with("Demo provider")
    provider = DemoProvider(shop.page)
    if script:
        auditor.audit(shop.page)
    provider.continue_as("Lena Brandt")
    expect(shop.prompt.section.get_by_label("Display name")).to_have_value("Lena Brandt")
    expect(shop.prompt.section).to_contain_text("This is what Demo provider says.")
    shop.page.goto("/account")
    expect(shop.page.locator("main")).to_contain_text("lena.brandt@post.example")
    expect(shop.page.locator("main")).to_contain_text("Verified by a provider")


@pytest.mark.in_the_loop
@SCRIPTS
def test_from_inside_the_checkout_and_back_with_the_cart_as_it_was(open_page: Opener, script: bool) -> None:
    shop = Shop(open_page(java_script_enabled=script))
    cart = shop.page.get_by_role("navigation", name="Main").get_by_role("link", name="Cart")
    shop.open_front()
    shop.open_sort("Wallpapers")
    shop.open_first_work()
    shop.add_to_cart()
    expect(cart).to_contain_text("1")
    shop.open_cart()
    shop.place_order()
    shop.prompt.expect_open("Email address", "1 of 2")
    shop.prompt.continue_with("Demo provider")
    DemoProvider(shop.page).continue_as("Lena Brandt")
    expect(shop.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    expect(cart).to_contain_text("1")
    shop.page.get_by_role("button", name="Continue").click()
    shop.prompt.expect_open("Payment method", "2 of 2")
    expect(shop.prompt.section.get_by_role("textbox", name="Email address")).to_have_count(0)
    shop.pay()
    shop.expect_order_page()


def test_an_address_that_the_provider_did_not_check_only_fills_the_prompt(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.page.goto("/sign-in?next=/account")
    shop.prompt.continue_with("Demo provider")
    DemoProvider(shop.page).continue_as("Omar Tanaka")
    expect(shop.page.locator(".flashes")).to_contain_text("Demo provider does not verify addresses to us")
    expect(shop.prompt.section.get_by_label("Email address")).to_have_value("omar.tanaka@mail.example")


@SCRIPTS
def test_cancelling_at_the_provider_leads_back(open_page: Opener, script: bool) -> None:
    shop = Shop(open_page(java_script_enabled=script))
    shop.page.goto("/sign-in?next=/account")
    shop.prompt.continue_with("Demo provider")
    DemoProvider(shop.page).cancel()
    expect(shop.page.locator(".flashes")).to_contain_text("You did not go on with Demo provider. Nothing was changed.")


def test_somebody_of_whom_it_tells_no_address_types_one(open_page: Opener) -> None:
    shop = Shop(open_page())
    shop.page.goto("/sign-in?next=/account")
    shop.prompt.continue_with("Demo provider")
    DemoProvider(shop.page).continue_as("Kofi Marlow")
    expect(shop.page.locator(".flashes")).to_contain_text("Demo provider told us no email address.")
    expect(shop.prompt.section.get_by_label("Email address")).to_have_value("")

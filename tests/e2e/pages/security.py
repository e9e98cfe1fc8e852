"""How one gets in: passkeys, the authenticator app and recovery codes, as their owner uses them."""

from playwright.sync_api import Page, expect
from pyotp import TOTP

from tests.e2e.pages.prompt import Prompt
from tests.e2e.pages.shop import Shop

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Security:
    """One person's browser, on the pages about getting in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.prompt = Prompt(page)
        self._debugger = page.context.new_cdp_session(page)
        self._device = ""

    def plug_in_device(self, *, knows_its_person: bool = True) -> None:
        """Chromium's virtual authenticator; it agrees by itself, unless it does not know its person."""
        self._debugger.send("WebAuthn.enable")
        options = {**DEVICE, "isUserVerified": knows_its_person}
        added = self._debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._device = added["authenticatorId"]

    def answer_by_itself(self, *, answers: bool) -> None:
        """Whether the device shows its passkey unasked, as browsers offer it beside an address."""
        told = {"authenticatorId": self._device, "enabled": answers}
        self._debugger.send("WebAuthn.setAutomaticPresenceSimulation", told)

    def know_person(self, *, known: bool) -> None:
        self._debugger.send("WebAuthn.setUserVerified", {"authenticatorId": self._device, "isUserVerified": known})

    def open(self) -> None:
        self.page.goto("/account/security")
        expect(self.page.get_by_role("heading", name="Sign-in and security")).to_be_visible()

    def prove_address(self, address: str) -> None:
        """Sign up, and prove the address by the code of the mail."""
        shop = Shop(self.page)
        shop.open_front()
        shop.sign_up(address)
        self.page.goto("/account")
        self.page.get_by_role("link", name="Sign in", exact=True).click()
        self.prompt.expect_open("Verified email address", "2 of 2")
        self.prompt.give_code(shop.mailed_code())
        self.prompt.go_on()
        expect(self.page.locator(".flashes")).to_contain_text("Your address is verified")

    def make_passkey(self) -> None:
        self.page.get_by_role("button", name="Make a passkey").click()

    def expect_codes(self) -> list[str]:
        """The recovery codes that are shown now."""
        expect(self.page.locator(".codes code").first).to_be_visible()
        return self.page.locator(".codes code").all_inner_texts()

    def go_on_from_codes(self) -> None:
        self.page.get_by_role("link", name="I have saved").click()

    def add_app(self) -> str:
        """Add an authenticator app by the secret that is shown; the secret."""
        self.page.goto("/account/authenticator")
        self.page.locator("summary", has_text="Or type it in").click()
        secret = self.page.locator(".secret code").inner_text().replace(" ", "")
        self.page.get_by_label("The six digits").fill(TOTP(secret).now())
        self.page.get_by_role("button", name="Add the app").click()
        return secret

    def sign_out(self) -> None:
        self.page.goto("/account")
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.locator(".flashes")).to_contain_text("signed out")

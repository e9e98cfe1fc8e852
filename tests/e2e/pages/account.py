"""How one gets into the account, as its person uses it."""

from playwright.sync_api import Page, expect

from tests.e2e.pages.shop import Shop


class Account:
    """The account's pages in one person's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.shop = Shop(page)

    def sign_up_and_prove(self, address: str) -> None:
        """Sign up, and prove the address by the code of the mail."""
        self.shop.open_front()
        self.shop.sign_up(address)
        self.prove()

    def prove(self) -> None:
        self.page.goto("/account")
        self.page.get_by_role("link", name="Sign in", exact=True).click()
        expect(self.page.get_by_label("The six digits of the code")).to_be_visible()  # by then it is on its way
        self.shop.prompt.give_code(self.shop.mailed_code())
        self.shop.prompt.go_on()
        expect(self.page.locator(".flashes")).to_contain_text("Your address is verified")

    def open_security(self) -> None:
        self.page.goto("/account/security")
        expect(self.page.get_by_role("heading", name="Sign-in and security")).to_be_visible()

    def open_sessions(self) -> None:
        self.open_security()
        self.page.get_by_role("link", name="Sessions").click()
        expect(self.page.get_by_role("heading", name="Sessions", level=1)).to_be_visible()

    def type_code(self, code: str) -> None:
        self.page.get_by_label("The six digits of the code").fill(code)

    def expect_signed_out(self) -> None:
        self.page.goto("/account")
        expect(self.page.locator("main")).to_contain_text("Nothing stored yet")

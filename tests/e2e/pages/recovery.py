"""Getting back into an account, as somebody does it who has lost their address."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.pages.shop import Shop


class Recovery:
    """Recovery in one person's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.shop = Shop(page)

    def add_second_address(self, address: str) -> None:
        """In an account whose own address is not proved yet."""
        self.page.goto("/account/recovery-address")
        self.shop.prompt.give_code(self.shop.mailed_code())
        self.shop.prompt.go_on()
        self.page.get_by_role("textbox", name="Second address").fill(address)
        self.shop.prompt.go_on()
        expect(self.page.locator("main")).to_contain_text(f"We sent a code to {address}")
        self.shop.prompt.give_code(self.shop.mailed_code())
        self.shop.prompt.go_on()
        expect(self.page.get_by_role("heading", name="Sign-in and security")).to_be_visible()

    def open_from_sign_in(self) -> None:
        self.page.goto("/sign-in")
        self.page.get_by_role("link", name="I cannot open my email").click()
        expect(self.page.get_by_role("heading", name="Recover your account")).to_be_visible()

    def choose_lost_mail(self) -> None:
        self.page.get_by_label("I cannot open my email").check()
        self.go_on("Go on")
        expect(self.page.get_by_role("heading", name="Which account is it?")).to_be_visible()

    def give_addresses(self, lost: str, new: str) -> None:
        self.page.get_by_label("The address of your account").fill(lost)
        self.page.get_by_label("An address that you can read now").fill(new)
        self.go_on("Go on")
        expect(self.page.get_by_role("heading", name="Is the new address yours?")).to_be_visible()

    def prove_new_address(self) -> None:
        self.page.get_by_label("The six digits of the code").fill(self.shop.mailed_code())
        self.go_on("Go on")
        expect(self.page.get_by_role("heading", name="What can you show?")).to_be_visible()

    def have_a_code_sent(self) -> None:
        self.page.get_by_role("button", name="Send a code to my second address").click()
        expect(self.page.locator("main")).to_contain_text("a code is on its way")

    def show_second_address(self, code: str) -> None:
        self.page.get_by_label("The code that came to your second address").fill(code)
        self.go_on("Recover account")

    def go_on(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def mailed_link(self, title: str, path: str) -> str:
        """The path of a link in the newest mail with that title."""
        beside = self.page.context.new_page()
        beside.goto("/mailbox/")
        beside.get_by_role("link", name=title).first.click()
        text = beside.locator(".mail").inner_text()
        beside.close()
        found = re.search(rf"{path}[\w-]+", text)
        assert found is not None, text
        return found.group(0)

"""A phone that protects an account, as its owner adds, changes and uses it."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.pages.prompt import Prompt


class Phones:
    """The pages about one person's phone, in one browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.prompt = Prompt(page)

    def open_security(self) -> None:
        self.page.goto("/account/security")

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def give_number(self, number: str) -> None:
        self.page.get_by_role("textbox", name=re.compile("[Pp]hone number")).fill(number)

    def give_code(self) -> None:
        """Type the newest code, once it is asked for."""
        expect(self.page.get_by_label("The six digits of the code")).to_be_visible()
        self.prompt.give_code(self.texted_code())

    def texted_code(self) -> str:
        """The newest code among the text messages, read in a tab beside."""
        beside = self.page.context.new_page()
        beside.goto("/messages/")
        found = re.search(r"(\d{6}) is your code", beside.locator("#messages").inner_text())
        beside.close()
        assert found is not None, "no code was sent"
        return found.group(1)

    def expect_flash(self, words: str) -> None:
        expect(self.page.locator(".flashes")).to_contain_text(words)

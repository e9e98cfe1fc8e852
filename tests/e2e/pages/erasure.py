"""Erasing oneself, as a person does it; and the privacy officer's look at it."""

import re

from playwright.sync_api import Page, expect


class Erasing:
    """The pages of erasure in one person's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def look_at_the_plan(self) -> None:
        """From the account page to what would go and what would stay."""
        self.page.goto("/account")
        self.page.get_by_role("link", name="Delete account").click()
        heading = re.compile("^Delete (account|this browser’s data)$")  # the second, of whom no address is proved
        expect(self.page.get_by_role("heading", name=heading, level=1)).to_be_visible()

    def expect_planned(self, *things: str) -> None:
        for thing in things:
            expect(self.page.locator("main")).to_contain_text(thing)

    def erase(self) -> None:
        self.page.get_by_role("button", name=re.compile("^Delete (my account|this browser’s data)$")).click()
        expect(self.page.get_by_role("heading", name="Erased", level=1)).to_be_visible()

    def receipt(self) -> str:
        """The receipt, as it is downloaded."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name="Download the receipt").click()
        return download.value.path().read_text("utf-8")

    def look_around_as_the_officer(self) -> None:
        self.page.goto("/demo/")
        self.page.get_by_role("button", name="Continue as Maren").click()
        self.page.get_by_role("navigation", name="Privacy").get_by_role("link", name="Erasures").click()
        expect(self.page.get_by_role("heading", name="Erasures", level=1)).to_be_visible()

    def check(self, receipt: str) -> None:
        """On the page that checks receipts, which the officer's page leads to."""
        self.page.goto("/officer/erasures")
        self.page.get_by_role("link", name="Check a receipt").click()
        self.page.get_by_label("The receipt, as text").fill(receipt)
        self.page.get_by_role("button", name="Check it").click()

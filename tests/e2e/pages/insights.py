"""The dashboard, as its reader uses it."""

from playwright.sync_api import Page, expect


class Insights:
    """The dashboard in the product manager's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def enter(self) -> None:
        """Look around as the product manager."""
        self.page.goto("/demo/")
        self.page.get_by_role("button", name="Continue as Noor").click()
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def open_overview(self, query: str = "") -> None:
        self.page.goto(f"/insights{query}")

    def fresh(self) -> str:
        """How many fresh asks are left out, in the page's words."""
        return self.page.locator("#overview .fresh").inner_text()

    def expect_other_than(self, words: str) -> None:
        """The overview follows every ten seconds."""
        expect(self.page.locator("#overview .fresh")).not_to_have_text(words)

    def open_live(self) -> None:
        self.page.goto("/insights/live")

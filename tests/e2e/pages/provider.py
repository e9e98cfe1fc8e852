"""The provider's own page, as a person meets it."""

from playwright.sync_api import Page, expect


class Acme:
    """The provider in one person's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def sign_in(self, name: str) -> None:
        """Say who one is there; the browser goes back by itself."""
        expect(self.page.get_by_role("heading", name="Acme", exact=True)).to_be_visible()
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_role("button", name="Sign in").click()


class DemoProvider:
    """The demo's own provider in one person's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        expect(page.get_by_role("heading", name="Continue to Halftone", exact=True)).to_be_visible()

    def continue_as(self, name: str) -> None:
        """Choose who one is there; the browser goes back by itself."""
        self.page.get_by_role("button", name=f"Continue as {name}", exact=True).click()

    def cancel(self) -> None:
        self.page.get_by_role("button", name="Cancel and go back to Halftone", exact=True).click()

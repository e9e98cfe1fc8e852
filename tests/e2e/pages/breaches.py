"""The register of breaches, as the privacy officer works through it."""

from datetime import datetime

from playwright.sync_api import Locator, Page, expect


class Breaches:
    """The pages of breaches in an officer's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open_as_the_officer(self) -> None:
        self.page.goto("/demo/")
        self.page.get_by_role("button", name="Continue as Maren").click()
        self.page.get_by_role("navigation", name="Privacy").get_by_role("link", name="Breaches").click()
        expect(self.page.get_by_role("heading", name="Breaches", level=1)).to_be_visible()

    def enter(self, title: str, noticed_at: datetime, happened: str) -> None:
        """Enter a breach; `noticed_at` is in UTC."""
        self.page.get_by_role("link", name="Enter a breach").click()
        self.page.get_by_label("What happened, in a few words").fill(title)
        self.page.get_by_label("When was it noticed?").fill(f"{noticed_at:%Y-%m-%dT%H:%M}")
        self.page.get_by_label("What happened", exact=True).fill(happened)
        self.page.get_by_role("button", name="Enter it").click()

    def step(self, title: str) -> Locator:
        """A step, unfolded."""
        found = self.page.locator("details").filter(has=self.page.locator("summary", has_text=title))
        if not found.get_by_role("button", name=title).is_visible():
            found.locator("summary").click()
        return found

    def take(self, title: str) -> None:
        self.step(title).get_by_role("button", name=title).click()

    def decide(self, title: str, choice: str, why: str) -> None:
        """Choose one of the options of a step, and say why."""
        found = self.step(title)
        found.get_by_label(choice).check()
        found.get_by_label("Why", exact=True).fill(why)
        self.take(title)

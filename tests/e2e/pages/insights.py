"""The dashboard, as its reader uses it."""

from playwright.sync_api import Locator, Page, expect


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

    def chip(self, words: str) -> Locator:
        """A filter that is set; pressed, it is taken off."""
        return self.page.locator(".chip-set", has_text=words)

    def filter(self, label: str) -> Locator:
        """One control of the filters."""
        return self.page.locator("form.filterbar").get_by_label(label, exact=True)

    def unfold(self, words: str) -> None:
        """Open a fold by the keyboard."""
        summary = self.page.locator("details.fold > summary", has_text=words).first
        summary.focus()
        self.page.keyboard.press("Enter")

    def fresh(self) -> str:
        """How many fresh asks are left out, in the page's words."""
        return self.page.locator("#overview .fresh").inner_text()

    def expect_other_than(self, words: str) -> None:
        """The overview follows every ten seconds."""
        expect(self.page.locator("#overview .fresh")).not_to_have_text(words)

    def open_live(self, query: str = "") -> None:
        self.page.goto(f"/insights/live{query}")

    def open_page(self, address: str) -> None:
        self.page.goto(f"/insights/{address}")

    def set_mark(self, day: str, text: str) -> None:
        self.page.get_by_label("Day", exact=True).fill(day)
        self.page.get_by_label("What changed").fill(text)
        self.page.get_by_role("button", name="Add the mark").click()

    def set_goal(self, field: str, context: str, rate: str, due: str, owner: str) -> None:
        self.page.get_by_label("Field", exact=True).select_option(label=field)
        self.page.get_by_label("Context", exact=True).select_option(label=context)
        self.page.get_by_label("Wanted completion rate in percent").fill(rate)
        self.page.get_by_label("By", exact=True).fill(due)
        self.page.get_by_label("Owner").fill(owner)
        self.page.get_by_role("button", name="Set the goal").click()

    def make_link(self, name: str) -> str:
        """Where the link leads, which is shown this once."""
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.get_by_role("button", name="Make the link").click()
        expect(self.page.get_by_role("heading", name="The link is made")).to_be_visible()
        return self.page.locator("main code").inner_text()

    def row(self, text: str) -> Locator:
        """The row of a table that says this."""
        return self.page.locator("main tbody tr", has_text=text)

    def expect_problem(self) -> None:
        expect(self.page.get_by_role("heading", name="There is a problem")).to_be_visible()

"""The privacy officer's day: a letter entered, a person searched for, a request dealt with."""

from playwright.sync_api import Locator, Page, expect


class Officer:
    """The officer's pages in one browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.locator("main")

    def open_page(self, name: str) -> None:
        """Go to a page of the bar; the first time by way of the demo's persona."""
        bar = self.page.get_by_role("navigation", name="Privacy")
        if not bar.is_visible():
            self.page.goto("/demo/")
            self.page.get_by_role("button", name="Continue as Maren").click()
        bar.get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    def open_entry(self) -> None:
        self.main.get_by_role("link", name="Enter a request").first.click()
        expect(self.page.get_by_role("heading", name="Enter a request", level=1)).to_be_visible()

    def enter_letter(self, kind: str, person: str, day: str, identity: str, message: str) -> None:
        """The form of a request that came by letter, filled in and sent."""
        self.page.get_by_label(kind, exact=True).check()
        self.page.get_by_label("Whose request it is").fill(person)
        self.page.get_by_label("by letter").check()
        self.page.get_by_label("When was it received?").fill(day)
        self.page.get_by_label("How you checked who it is").fill(identity)
        self.page.get_by_label("Message").fill(message)
        self.page.get_by_role("button", name="Enter it").click()

    def search(self, whom: str, why: str) -> None:
        self.page.get_by_label("Who are you looking for?").fill(whom)
        self.page.get_by_label("Why?").fill(why)
        self.main.get_by_role("button", name="Search").click()
        expect(self.page.get_by_role("heading", name="Found", level=1)).to_be_visible()

    def take_step(self, step: str) -> Locator:
        """Unfold a step of the request, and return its form."""
        form = self.page.locator("details", has=self.page.locator("summary", has_text=step))
        form.locator("summary").click()
        return form

    def take_down(self, cause: str, reason: str) -> None:
        """Take down the first public thing of the person who was found."""
        self.main.get_by_role("link", name="Delete page").first.click()
        self.page.get_by_label(cause).check()
        self.page.get_by_label("The reason").fill(reason)
        self.page.get_by_role("button", name="Delete page").click()
        expect(self.page.get_by_role("heading", name="Taken down", level=1)).to_be_visible()

    def put_back(self, reason: str) -> None:
        """Put back the thing that was taken down last."""
        self.page.locator(".requests").get_by_role("link").first.click()
        form = self.take_step("Restore")
        form.get_by_label("Why it is put back").fill(reason)
        form.get_by_role("button", name="Restore").click()
        expect(self.page.locator(".flashes")).to_contain_text("It is public again.")

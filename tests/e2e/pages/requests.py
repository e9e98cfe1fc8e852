"""Asking about one's data, as a person does it; and the privacy officer's queue."""

from playwright.sync_api import Page, expect


class Requests:
    """The pages of requests in one person's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def ask_from_outside(self, kind: str, address: str, message: str) -> None:
        """Say what one asks for without signing in, up to the code."""
        self.page.goto("/privacy")
        self.page.get_by_role("contentinfo").get_by_role("link", name="Make a request about your data").click()
        self.page.get_by_label(kind, exact=True).check()
        self.page.get_by_label("The email address that it is about").fill(address)
        self.page.get_by_label("Your message").fill(message)
        self.page.get_by_role("button", name="Send me the code").click()
        expect(self.page.get_by_label("The six digits of the code")).to_be_visible()

    def type_code(self, code: str) -> None:
        self.page.get_by_label("The six digits of the code").fill(code)
        self.page.get_by_role("button", name="Send my request").click()
        expect(self.page.locator(".flashes")).to_contain_text("Your request has arrived")

    def open_queue_as_the_officer(self) -> None:
        self.page.goto("/demo/")
        self.page.get_by_role("button", name="Continue as Maren").click()
        self.page.get_by_role("navigation", name="Privacy").get_by_role("link", name="Requests").click()
        expect(self.page.get_by_role("heading", name="Requests", level=1)).to_be_visible()

    def open_first(self, kind: str) -> None:
        self.page.locator(".requests").get_by_role("link", name=kind).first.click()
        expect(self.page.get_by_role("heading", name=kind, level=1)).to_be_visible()

    def unfold(self, step: str) -> None:
        self.page.locator("summary", has_text=step).click()

    def take_more_time(self, how_much: str, reason: str) -> None:
        """The form of the extension, filled in and sent."""
        step = self.page.locator("details", has_text="Take more time")
        if not step.get_by_role("button", name="Take more time").is_visible():
            self.unfold("Take more time")
        step.get_by_label(how_much).check()
        step.get_by_label("The reason").fill(reason)
        step.get_by_role("button", name="Take more time").click()

    def complete(self, outcome: str) -> None:
        """Complete the request in this way."""
        step = self.page.locator("details", has_text="Complete it")
        if not step.get_by_role("button", name="Complete it").is_visible():
            self.unfold("Complete it")
        step.get_by_label(outcome).check()
        step.get_by_role("button", name="Complete it").click()

    def erase(self) -> None:
        self.unfold("Complete it")
        self.page.get_by_label("Erase the person").check()
        self.page.get_by_role("button", name="Complete it").click()
        self.page.get_by_role("button", name="Erase for good").click()

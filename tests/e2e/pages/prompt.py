"""The prompt, as a person meets it: in place or as a page of its own."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

CARD = "4242 4242 4242 4242"


class Prompt:
    """The one open prompt of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.section: Locator = page.locator("section.prompt")

    def expect_open(self, heading: str, step: str = "") -> None:
        """By the heading of its step, or of its only one; `step` as in "2 of 3"."""
        expect(self.section.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        if step:
            expect(self.section).to_contain_text(step)

    def expect_focus_on_heading(self) -> None:
        expect(self.section.locator(".prompt-heading")).to_be_focused()

    def expect_focus_on(self, label: str) -> None:
        expect(self.section.get_by_label(label)).to_be_focused()

    def change(self, label: str) -> None:
        """Press "Change" beside an earlier step."""
        self.section.get_by_role("button", name=f"Change: {label}").click()

    def give_email(self, address: str) -> None:
        self.section.get_by_label("Email address").fill(address)

    def give_address(self, name: str = "Ada Lovelace", country: str = "DE") -> None:
        if country != "DE":
            self.section.get_by_label("Country").select_option(country)
        self.section.get_by_label("Full name").fill(name)
        self.section.get_by_label("Street and number").fill("Ackerstrasse 12")
        self.section.get_by_label("Postal code").fill("10115")
        self.section.get_by_label("City").fill("Berlin")

    def give_name(self, name: str) -> None:
        self.section.get_by_label("Display name").fill(name)

    def give_picture(self, file: Path) -> None:
        self.section.get_by_label("Picture").set_input_files(file)

    def give_code(self, code: str) -> None:
        self.section.get_by_label("The six digits of the code").fill(code)

    def open_recognition(self, address: str) -> None:
        """Open what is offered to those who were here before."""
        self.section.get_by_role("button", name="Been here before?").click()
        expect(self.section).to_contain_text(f"We sent a code to {address}")

    def use_code(self) -> None:
        self.section.get_by_role("button", name="Continue with the code").click()

    def continue_with(self, provider: str) -> None:
        """Go to a provider instead of typing."""
        self.section.get_by_role("button", name=f"Continue with {provider}").click()

    def go_on(self) -> None:
        """Press the button that answers, whatever it is called."""
        self.section.locator(".prompt-actions button").first.click()

    def cancel(self) -> None:
        self.section.get_by_role("button", name="Cancel").click()


class Background:
    """What a page asks in the background, beside what it is about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.section: Locator = page.locator("section.background")

    def press(self, button: str) -> None:
        self.section.get_by_role("button", name=button, exact=True).click()

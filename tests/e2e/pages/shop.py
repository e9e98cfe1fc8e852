"""The shop as a person uses it: methods are what one wants to do."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.pages.prompt import Prompt

PRINT = "late-sun"


class Shop:
    """The shop in one person's browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.prompt = Prompt(page)

    def open_front(self) -> None:
        self.page.goto("/")
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def look_for(self, words: str) -> None:
        self.page.get_by_role("searchbox").fill(words)
        self.page.get_by_role("button", name="Search").click()

    def open_sort(self, name: str) -> None:
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()

    def open_first_work(self) -> str:
        """Open the first work of the list; its title."""
        link = self.page.locator("main .grid a").first
        link.click()
        self.page.wait_for_url("**/products/**")
        return self.page.get_by_role("heading", level=1).inner_text()

    def open_work(self, slug: str = PRINT) -> None:
        self.page.goto(f"/products/{slug}")

    def add_to_cart(self) -> None:
        self.page.get_by_role("button", name="Add to cart").click()

    def fill_cart(self, slug: str = PRINT) -> None:
        """Put one thing into the cart, and look at it."""
        self.open_work(slug)
        self.add_to_cart()
        expect(self.page.locator("#added, main .lines").first).not_to_be_empty()
        self.open_cart()

    def open_cart(self) -> None:
        self.page.goto("/cart")
        expect(self.page.get_by_role("heading", name="Cart", level=1)).to_be_visible()

    def place_order(self) -> None:
        """Press the cart's own button, which asks for what is lacking or orders at once."""
        self.page.locator(".checkout").get_by_role(
            "button", name=re.compile("^(Place order|Order and pay)")
        ).first.click()

    def begin_order(self, slug: str = PRINT) -> None:
        """From the work's page to the first question of its order."""
        self.fill_cart(slug)
        self.place_order()

    def change_quantity(self, quantity: str) -> None:
        """Type another quantity of the cart's first line, and leave the input."""
        typed = self.page.locator(".lines").get_by_label("Quantity").first
        typed.fill(quantity)
        typed.blur()

    def total(self) -> str:
        return self.page.locator(".summary .total").inner_text().split("\n")[-1].strip()

    def pay(self, number: str = "4242 4242 4242 4242") -> None:
        section = self.prompt.section
        section.get_by_label("Card number").fill(number)
        section.get_by_label("Expiry").fill("12 / 30")
        section.get_by_label("Security code").fill("123")
        self.prompt.go_on()

    def expect_order_page(self) -> None:
        self.page.wait_for_url(re.compile(r"/orders/[\w-]{10,}$"))
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Order")

    def share(self) -> None:
        self.page.get_by_role("button", name="Share this print").click()

    def write_review(self, rating: str, text: str) -> None:
        self.page.locator("summary", has_text="review").click()
        form = self.page.locator(".review-form")
        form.get_by_label(rating, exact=False).first.check()
        form.get_by_role("textbox").fill(text)
        form.get_by_role("button", name=re.compile("Post review|Save changes")).click()

    def sign_up(self, address: str) -> None:
        self.page.get_by_role("link", name="Sign in", exact=True).click()
        self.prompt.give_email(address)
        self.prompt.go_on()
        expect(self.page.get_by_role("link", name="Account")).to_be_visible()

    def mailed_code(self) -> str:
        """The newest code in the mailbox, read in a tab beside."""
        beside = self.page.context.new_page()
        beside.goto("/mailbox/")
        found = re.search(r"(\d{6}) is your code", beside.locator("#mailbox").inner_text())
        beside.close()
        assert found is not None, "no code was mailed"
        return found.group(1)

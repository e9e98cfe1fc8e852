"""A shopper: a browser that knows its way around the shop."""

from typing import Any

from sqlalchemy import text
from werkzeug.test import TestResponse

from asklater.database.access import TABLE_PREFIX, Database
from tests.support.browsing import Browser, went_to
from tests.support.records import in_plain

EMAIL = {"answer.email": "ada@x.example"}
ADDRESS = {
    "answer.shipping_address.country": "DE",
    "answer.shipping_address.name": "Ada Lovelace",
    "answer.shipping_address.street_address": "Weg 1",
    "answer.shipping_address.city": "Berlin",
    "answer.shipping_address.postal_code": "10115",
}
CARD = {
    "answer.payment_method.number": "4242 4242 4242 4242",
    "answer.payment_method.expiry": "08 / 44",
    "answer.payment_method.code": "123",
}
PRINT, OTHER_PRINT, WALLPAPER = "late-sun", "undertow", "moonrise"


class Shopper(Browser):
    """One person in the shop. Methods are what the person means to do; each answers with the last response."""

    def put(self, product: str = PRINT, quantity: int | str = 1) -> TestResponse:
        return self.post("/cart", {"product": product, "quantity": str(quantity)})

    def cart_form(self) -> dict[str, str]:
        """The hidden inputs of the cart's checkout form, as the cart page shows it now."""
        self.page = self.client.get("/cart")
        return next(hidden for action, hidden in self.forms() if action == "/checkout")

    def order(self, form: dict[str, str] | None = None) -> TestResponse:
        """Press "Place order" on the cart page (or on one that was opened earlier)."""
        filled = form or self.cart_form()
        self.page = self.client.post("/checkout", data=filled, headers=self._headers({}))
        return self.page

    def supply(self, *answers: dict[str, str]) -> TestResponse:
        """Answer one prompt after the other."""
        for answer in answers:
            self.answer(answer)
        assert self.page is not None
        return self.page

    def buy(self, *products: str) -> str:
        """Order these as somebody of whom nothing is held; the address of the order's page."""
        for product in products or (PRINT,):
            self.put(product)
        self.order()
        self.supply(EMAIL, *([ADDRESS] if set(products) != {WALLPAPER} else []), CARD)
        return self.went_to()

    def went_to(self) -> str:
        """Where the last answer sends the browser, "" when it stays."""
        assert self.page is not None
        return went_to(self.page)

    def rows(self, table: str) -> list[Any]:
        """What is in a table, in the order of its ids, or else of its first column."""
        database: Database = self.app.extensions["asklater.database"]
        with database.engine.connect() as connection:
            every = connection.execute(text(f"SELECT * FROM {table}")).all()  # a name of our own
        found = sorted(every, key=lambda row: getattr(row, "id", row[0]))
        return in_plain(self.app, table.removeprefix(TABLE_PREFIX), found)

    def run(self, statement: str) -> None:
        """Change something behind the shop's back."""
        database: Database = self.app.extensions["asklater.database"]
        with database.engine.begin() as connection:
            connection.execute(text(statement))

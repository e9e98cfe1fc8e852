"""The shop as its visitors find it: a stocked catalogue, and what tests of its public pages do again and again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import Connection, event, select
from werkzeug.test import TestResponse

from tests.browsing import Browser
from webapp import create_app
from webapp.config import ROOT, Settings
from webapp.db import Database
from webapp.house import House
from webapp.profiling.kinds.text import Text
from webapp.shop import catalogue
from webapp.shop.publications import reviews, shares

ROOMS = ("webapp.mail.room", "webapp.accounts.room", "tests.integration.shop.browsing_fixtures", "webapp.shop.room")


class NoPayment(Text):
    """Stands in for the payment kind where the shop brings none; what the shop registers itself replaces it."""

    name = "payment"


def join(_app: Flask, house: House) -> None:
    """Stand in for what checkout declares; nothing here is bought."""
    house.engine.register_kind(NoPayment())
    house.engine.register_condition("cart_has_physical_goods", lambda _subject: False)


@pytest.fixture
def halftone(settings: Settings) -> Iterator[Flask]:
    """The shop with its own manifest and catalogue. No context is open: each request has its own."""
    own = replace(settings, manifest=ROOT / "webapp" / "manifest.toml", brand="Halftone")
    app = create_app(own, ROOMS)
    app.testing = True
    database: Database = app.extensions["database"]
    with app.app_context(), database.unit_of_work():
        catalogue.stock(ROOT / "seed_data" / "products.toml")
    yield app
    database.engine.dispose()


@pytest.fixture(params=["page", "htmx"])
def visitor(halftone: Flask, request: pytest.FixtureRequest) -> Browser:
    """A visitor, once without JavaScript and once with htmx."""
    return Browser(halftone, htmx=request.param == "htmx")


@pytest.fixture
def another(halftone: Flask) -> Callable[[], Browser]:
    """Makes further visitors, without JavaScript."""
    return lambda: Browser(halftone)


def picture(colour: str = "tomato") -> tuple[BytesIO, str]:
    """A picture as a browser sends it."""
    file = BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "PNG")
    file.seek(0)
    return file, "me.png"


def profile(name: str = "Ada", email: str = "ada@x.example") -> dict[str, Any]:
    """What sharing and reviewing ask for."""
    return {"answer.email": email, "answer.display_name": name, "answer.picture": picture()}


def went_to(response: TestResponse) -> str:
    """Where an answer sends the browser, whichever way; "" when it sends it nowhere."""
    return response.headers.get("HX-Redirect") or response.headers.get("Location", "")


def shared(browser: Browser, slug: str = "late-sun", **who: str) -> str:
    """Share a product, answering what is asked; the address of the page."""
    page = browser.post(f"/products/{slug}/share")
    if not went_to(page):
        page = browser.answer(profile(**who))
    assert went_to(page).startswith("/shares/"), page.text
    return went_to(page)


def reviewed(browser: Browser, slug: str = "late-sun", text: str = "It glows across the room.", **who: str) -> None:
    """Post a review, answering what is asked."""
    page = browser.post(f"/products/{slug}/reviews", {"rating": "4", "text": text})
    if not went_to(page) and 'id="reviews"' not in page.text:
        page = browser.answer(profile(**who))
    assert page.status_code < 400, page.text


def withdraw(app: Flask, slug: str) -> None:
    """Take a product out of the shop."""
    with app.app_context(), app.extensions["database"].unit_of_work():
        row = (
            app.extensions["database"]
            .session()
            .scalar(select(catalogue.ProductRow).where(catalogue.ProductRow.slug == slug))
        )
        row.withdrawn_at = catalogue.clock.now()


def stored(app: Flask, table: str) -> list[dict[str, Any]]:
    """All rows of `share` or `review`."""
    database: Database = app.extensions["database"]
    with database.engine.connect() as connection:
        return [
            dict(row) for row in connection.execute(select({"share": shares, "review": reviews}[table])).mappings()
        ]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the database is asked inside the block."""
    statements: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)

"""What tests of shares and reviews do again and again: publish, answering what is asked, and look beneath."""

from typing import Any

from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from asklater import clock
from asklater.database.access import Database
from halftone.tables import ProductRow, reviews, shares
from tests.support.answers import picture
from tests.support.browsing import Browser, went_to
from tests.support.records import rows


def profile(name: str = "Ada", email: str = "ada@x.example") -> dict[str, Any]:
    """What sharing and reviewing ask for."""
    return {"answer.email": email, "answer.display_name": name, "answer.picture": (picture(), "me.png")}


def shared(browser: Browser, slug: str = "late-sun", **who: str) -> str:
    """Share a product, answering what is asked; the address of the page."""
    page = browser.post(f"/products/{slug}/share")
    if not went_to(page):
        page = browser.answer(profile(**who))
    assert went_to(page).startswith("/shares/"), page.text
    return went_to(page)


def reviewed(
    browser: Browser, slug: str = "late-sun", text: str = "It glows across the room.", **who: str
) -> TestResponse:
    """Post a review, answering what is asked."""
    page = browser.post(f"/products/{slug}/reviews", {"rating": "4", "text": text})
    if not went_to(page) and 'id="reviews"' not in page.text:
        page = browser.answer(profile(**who))
    assert page.status_code < 400, page.text
    return page


def withdraw(app: Flask, slug: str) -> None:
    """Take a product out of the shop."""
    database: Database = app.extensions["asklater.database"]
    with database.unit_of_work():
        gone = update(ProductRow).where(ProductRow.slug == slug).values(withdrawn_at=clock.now())
        assert database.writing().execute(gone).rowcount == 1


def stored(app: Flask, table: str) -> list[dict[str, Any]]:
    """All rows of `share` or `review`."""
    return [dict(row._mapping) for row in rows(app, {"share": shares, "review": reviews}[table])]

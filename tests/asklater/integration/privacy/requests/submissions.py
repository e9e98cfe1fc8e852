"""How people submit requests, for the tests of requests."""

import re

from flask import Flask

from asklater.messages.tables import OutgoingMail
from asklater.privacy.exports.orders import SETTLE_JOB
from asklater.privacy.tables import privacy_request, privacy_request_event
from tests.support.browsing import Browser, went_to
from tests.support.exports import build
from tests.support.records import rows

MAILS = OutgoingMail.__table__


def ask_for(browser: Browser, kind: str, **given: str) -> str:
    """Ask for it as a signed-in person; the path of what came of it."""
    assert browser.get(f"/account/requests/ask/{kind}").status_code == 200
    return went_to(browser.answer(given))


def ask_from_outside(app: Flask, address: str, kind: str = "erasure", message: str = "") -> tuple[Browser, str]:
    """Ask without signing in, code and all; the browser, and the name of the request."""
    browser = Browser(app)
    browser.get("/privacy/request")
    assert went_to(browser.answer({"kind": kind, "address": address, "message": message})) == "/privacy/request/code"
    browser.get("/privacy/request/code")
    path = went_to(browser.answer({"code": code_to(app, address)}))
    assert path.startswith("/privacy/requests/")
    return browser, path.rpartition("/")[2]


def code_to(app: Flask, address: str) -> str:
    """The newest code that was mailed there."""
    titles = [mail.title for mail in rows(app, MAILS) if mail.recipient == address]
    found = [match for title in titles if (match := re.match(r"[0-9]{6}", title))]
    return found[-1].group()


def mails_to(app: Flask, address: str) -> list[str]:
    """The texts of the emails about requests that were written to the address."""
    mails = rows(app, MAILS)
    return [mail.text for mail in mails if mail.recipient == address and "/privacy/requests/" in mail.text]


def states(app: Flask) -> list[tuple[str, str, str]]:
    """(kind, state, outcome) of every request."""
    return [(row.kind, row.state, row.outcome) for row in rows(app, privacy_request)]


def prepared(app: Flask) -> None:
    """What the worker does with exports that requests wait for."""
    build(app)
    app.extensions["asklater.jobs"].runs[SETTLE_JOB]()


def trail(app: Flask) -> list[tuple[str, str]]:
    """(event, role) of every step."""
    return [(row.event, row.role) for row in rows(app, privacy_request_event)]

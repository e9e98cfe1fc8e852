"""What people do with their factors, in a test's browser."""

import re
from typing import Any

from flask import Flask
from pyotp import TOTP
from werkzeug.test import TestResponse

from asklater import clock
from asklater.accounts.tables import AccountEvent
from asklater.messages.tables import OutgoingMail
from tests.support.authenticator import Authenticator, options_on
from tests.support.browsing import Browser
from tests.support.records import rows

NEW = "/account/passkeys/new"
SIGN_IN = "/sign-in/passkey"
CODES = re.compile(r"<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>")


def add_passkey(browser: Browser, device: Authenticator, **changed: Any) -> TestResponse:
    asked = options_on(browser.get(NEW).text)
    return browser.answer({"credential": device.make(asked, **changed)})


def sign_in(browser: Browser, device: Authenticator, url: str = SIGN_IN, **changed: Any) -> TestResponse:
    asked = options_on(browser.get(url).text)
    return browser.answer({"credential": device.show(asked, **changed)})


def add_app(browser: Browser) -> str:
    """Add an authenticator app; its secret."""
    secret = secret_on(browser.get("/account/authenticator").text)
    assert browser.answer({"code": code_of(secret)}).status_code < 400
    return secret


def secret_on(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page)
    assert found is not None, "the page shows no secret"
    return found.group(1).replace(" ", "")


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes from now."""
    return TOTP(secret).at(int(clock.now().timestamp()) + 30 * steps)


def codes_on(page: str) -> list[str]:
    return CODES.findall(page)


def events(app: Flask) -> list[str]:
    return [row.event for row in rows(app, AccountEvent.__table__)]


def mails(app: Flask) -> list[str]:
    return [row.title for row in rows(app, OutgoingMail.__table__)]

"""A browser without a screen: keeps cookies, sends the hidden inputs of the form it was given last."""

import re
import secrets
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from tests.support.markup import markup_faults

VOID_FORM = "there is no form on the page"


class _Forms(HTMLParser):
    """The hidden inputs and the actions of a page's forms."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
            self._open = True
        elif tag == "input" and given.get("type") == "hidden" and self._open:
            self.forms[-1][1][given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


def forms_of(text: str) -> list[tuple[str, dict[str, str]]]:
    """(action, hidden inputs) of each form in `text`, which has at least one."""
    parser = _Forms()
    parser.feed(text)
    assert parser.forms, VOID_FORM
    return parser.forms


def went_to(response: TestResponse) -> str:
    """Where an answer sends the browser, whichever way; "" when it sends it nowhere."""
    return response.headers.get("HX-Redirect") or response.headers.get("Location", "")


def sound(page: TestResponse) -> TestResponse:
    """The page, if its markup has none of the faults that every page must be free of."""
    if page.mimetype == "text/html" and not page.is_streamed:
        assert markup_faults(page.text) == []
    return page


class Browser:
    """One person's browser. With `htmx` it asks for fragments, as the page's own script would."""

    def __init__(self, app: Flask, *, htmx: bool = False) -> None:
        self.app = app
        self.client = app.test_client()
        self.htmx = htmx
        self.page: TestResponse | None = None

    def get(self, url: str, **more: Any) -> TestResponse:
        self.page = sound(self.client.get(url, headers=self._headers(more), **more))
        return self.page

    def post(self, url: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """POST with a valid cross-site token, as a form of this site would."""
        filled = {"csrf_token": self.csrf_token(), **(data or {})}
        self.page = sound(self.client.post(url, data=filled, headers=self._headers(more), **more))
        return self.page

    def answer(self, data: dict[str, Any], *, form: int = -1) -> TestResponse:
        """Fill in and send a form of the page that came last (by default its last one)."""
        action, hidden = self.forms()[form]
        self.page = sound(self.client.post(action, data={**hidden, **data}, headers=self._headers({})))
        return self.page

    def forms(self) -> list[tuple[str, dict[str, str]]]:
        """(action, hidden inputs) of each form on the page that came last."""
        assert self.page is not None
        return forms_of(self.page.text)

    def csrf_token(self) -> str:
        """A token that is good for this browser's session, as any form of the site would hold."""
        with self.client.session_transaction() as session:
            kept = session.setdefault("csrf_token", secrets.token_hex(20))
        return str(URLSafeTimedSerializer(str(self.app.secret_key), salt="wtf-csrf-token").dumps(kept))

    @property
    def cookies(self) -> list[tuple[str, str]]:
        """What it keeps, by name. Set to what it was, answers since then were lost on their way."""
        return [(cookie.key, cookie.value) for cookie in (self.client._cookies or {}).values()]

    @cookies.setter
    def cookies(self, kept: list[tuple[str, str]]) -> None:
        for name, _value in self.cookies:
            self.client.delete_cookie(name)
        for name, value in kept:
            self.client.set_cookie(name, value)

    def mailed_code(self) -> str:
        """Run the worker once and read the newest code in the mailbox."""
        return self._sent_code("deliver_mail", "/mailbox/")

    def texted_code(self) -> str:
        """The same for the newest code among the text messages."""
        return self._sent_code("deliver_texts", "/messages/")

    def _sent_code(self, job: str, page: str) -> str:
        self.app.extensions["asklater.jobs"].runs[job]()
        found = re.search(r"(\d{6}) is your code", self.client.get(page).text)
        assert found is not None, "no code was sent"
        return found.group(1)

    def _headers(self, more: dict[str, Any]) -> dict[str, str]:
        return {**({"HX-Request": "true"} if self.htmx else {}), **more.pop("headers", {})}

"""PRIVACY 14: a visitor's way through the shop sets the session's cookie alone, and reaches nobody else's server."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask, Response, request_finished

from tests.support.browsing import Browser

LOADED = {"src", "srcset", "poster", "data", "action", "formaction", "data-hx-get", "data-hx-post"}
"""Attributes by which a page reaches for something by itself, or sends something."""
NOT_FOLLOWED = ("mailto:", "data:", "#")
MOST = 300


class References(HTMLParser):
    """`links` are where a person may go, `loaded` what the browser fetches or sends without asking."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in LOADED or name == "href":
                self.loaded.append(value or "")


def elsewhere(url: str) -> bool:
    parts = urlsplit(url)
    return parts.netloc not in {"", "localhost"} or parts.scheme not in {"", "http", "data"}


def crawl(browser: Browser) -> dict[str, References]:
    """Every page and style sheet that links lead to, one for each path; the cookies stay in the browser."""
    waiting, found = ["/"], dict[str, References]()
    while waiting and len(found) < MOST:
        path = urlsplit(waiting.pop()).path
        if path in found:
            continue
        answer = browser.get(path, follow_redirects=True)
        text = answer.text if answer.mimetype in {"text/html", "text/css"} else ""
        found[path] = References(text)
        found[path].loaded += re.findall(r"url\(\"?([^)\"]+)", text) if answer.mimetype == "text/css" else []
        links = [*found[path].links, *(url for url in found[path].loaded if url.endswith(".css"))]
        waiting += [link for link in links if not link.startswith(NOT_FOLLOWED) and not elsewhere(link)]
    return found


@pytest.mark.thorough
def test_a_visitors_crawl(shop: Flask) -> None:
    browser, set_cookies = Browser(shop), set[str]()

    def note(_app: Flask, response: Response) -> None:
        set_cookies.update(response.headers.getlist("Set-Cookie"))

    with request_finished.connected_to(note, shop):
        found = crawl(browser)
    assert set_cookies
    assert {"/", "/privacy", "/cart"} <= found.keys()
    assert len(found) > 30
    reached = {url for references in found.values() for url in references.loaded if elsewhere(url)}
    assert reached == set()
    assert {cookie.partition("=")[0] for cookie in set_cookies} <= {"asklater", "demo_steps"}


def test_a_third_party_would_be_noticed() -> None:
    page = (
        '<img src="https://count.example/x.gif"><a href="https://else.example">go</a><script src="//cdn.example/a.js">'
    )
    assert [url for url in References(page).loaded if elsewhere(url)] == [
        "https://count.example/x.gif",
        "//cdn.example/a.js",
    ]
    assert not elsewhere("/static/js/app.js")


def test_measurement_is_a_purpose_of_its_own_and_the_notice_tells_it(shop: Flask) -> None:
    page = Browser(shop).get("/privacy").text
    told = page[page.index("Measuring how our questions are answered") :]
    assert "a legitimate interest (Art. 6(1)(f) GDPR)" in told
    for words in ("never a value or an address", "you can object", "Prompts that you were shown"):
        assert words in told
    assert "dpo@halftone.example" in page
    assert "Datenschutz- und Transparenzbeauftragte" in page

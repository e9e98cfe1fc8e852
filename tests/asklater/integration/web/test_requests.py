"""What every answer carries, and which writes are believed to come from a page of this site."""

from dataclasses import replace

import pytest
from flask import Flask, request

from asklater.settings import Settings
from tests.conftest import running
from tests.support.applications import create_app
from tests.support.browsing import Browser
from tests.support.workshop import WORKSHOP_FEATURES


def test_the_policy_stands_on_every_answer(visitor: Browser) -> None:
    for url in ("/ask/publish", "/nowhere", "/healthz", "/static/css/base.css"):
        headers = visitor.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert len(headers["X-Request-ID"]) == 12
        assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "https://localhost"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site", "HX-Request": "true"},
        {"Sec-Fetch-Site": "cross-site", "Accept": "application/json"},
    ],
)
def test_a_write_from_another_site_is_refused(visitor: Browser, headers: dict[str, str]) -> None:
    refused = visitor.post("/look", headers=headers)
    assert refused.status_code == 403
    assert "another site" in refused.text


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}]
)
def test_a_write_from_here_is_accepted(visitor: Browser, headers: dict[str, str]) -> None:
    assert visitor.post("/look", headers=headers).text == "looked"


@pytest.mark.parametrize("token", ["", "forged", "IjEyMyI.x.y"])
def test_a_write_needs_its_token(visitor: Browser, token: str) -> None:
    visitor.csrf_token()
    refused = visitor.post("/look", {"csrf_token": token})
    assert refused.status_code == 400
    assert "has expired" in refused.text


def test_another_visitors_token_is_worth_nothing(workshop: Flask, visitor: Browser) -> None:
    foreign = Browser(workshop).csrf_token()
    visitor.csrf_token()
    assert visitor.post("/look", {"csrf_token": foreign}).status_code == 400


def test_a_client_of_json_without_a_session_needs_no_token(workshop: Flask, visitor: Browser) -> None:
    headers = {"Accept": "application/json"}
    assert workshop.test_client().post("/look", headers=headers).text == "looked"
    visitor.csrf_token()
    assert visitor.client.post("/look", headers=headers).status_code == 400


@pytest.mark.parametrize("spoil", [lambda value: value[:-4] + "AAAA", lambda _value: "x", lambda value: value[::-1]])
def test_a_tampered_cookie_is_a_new_visitor(visitor: Browser, spoil: object) -> None:
    visitor.post("/publish")
    visitor.answer({"answer.email": "ada@x.example", "answer.display_name": "Ada"})
    assert "ada@x.example" in visitor.get("/account").text
    cookie = visitor.client.get_cookie("asklater")
    assert cookie is not None
    visitor.client.set_cookie("asklater", spoil(cookie.value))  # type: ignore[operator]
    page = visitor.get("/account")
    assert page.status_code == 200
    assert "ada@x.example" not in page.text
    assert visitor.post("/look").text == "looked"


def test_production_cookies_and_headers(settings: Settings) -> None:
    production = replace(
        settings, mode="production", smtp_url="smtp://localhost", public_url="https://workshop.example"
    )
    for app in running(create_app(production, [*WORKSHOP_FEATURES, "tests.support.workshop"])):
        answer = app.test_client().get("/ask/publish", base_url="https://workshop.example")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-asklater=")
        assert all(mark in cookie for mark in ("Secure;", "HttpOnly;", "SameSite=Lax", "Path=/"))
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        assert app.test_client().get("/mailbox/").status_code == 404


def test_an_address_is_believed_from_configured_proxies_only(settings: Settings) -> None:
    for proxies, expected in ((0, "127.0.0.1"), (1, "203.0.113.9")):
        behind = replace(settings, proxies=proxies)
        for app in running(create_app(behind, [*WORKSHOP_FEATURES, "tests.support.workshop"])):
            app.add_url_rule("/who", "who", lambda: request.remote_addr or "")
            assert app.test_client().get("/who", headers={"X-Forwarded-For": "203.0.113.9"}).text == expected


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
@pytest.mark.parametrize("sent", ["http://[", "http://[::1", "http://localhost:nowhere/", "//", ""])
def test_a_page_that_names_itself_badly_is_answered_all_the_same(visitor: Browser, header: str, sent: str) -> None:
    assert visitor.get("/sign-in", headers={header: sent}).status_code == 303
    assert visitor.post("/publish", headers={header: sent}).status_code == 200


@pytest.mark.parametrize("head", ['form-data; name="a', "form-data", 'form-data; filename="a.png"'])
def test_a_part_without_a_name_is_no_form(visitor: Browser, head: str) -> None:
    body = f"--x\r\nContent-Disposition: {head}\r\n\r\nb\r\n--x--\r\n"
    headers = {"X-CSRFToken": visitor.csrf_token()}
    kind = "multipart/form-data; boundary=x"
    refused = visitor.client.post("/publish", data=body, content_type=kind, headers=headers)
    assert refused.status_code == 400

"""The engine serves another application than ours, with one call and one decorator."""

import hashlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, url_for
from werkzeug.test import TestResponse

from asklater.layout import Link, add_footer_links, add_links
from asklater.testing import ProfilingClient
from tests.asklater.contracts import small_application
from tests.conftest import running
from tests.support.browsing import forms_of
from tests.support.paths import ROOT


def client_of(app: Flask) -> ProfilingClient:
    return ProfilingClient(app, app.response_class, use_cookies=True)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[ProfilingClient]:
    for app in running(small_application.create_app(f"sqlite:///{tmp_path / 'small.sqlite3'}", tmp_path)):
        yield client_of(app)


@pytest.fixture
def framed(tmp_path: Path) -> Iterator[ProfilingClient]:
    """The same with a template asklater/layout.html of its own."""
    folder = Path(__file__).parent / "small_templates"
    for app in running(
        small_application.create_app(f"sqlite:///{tmp_path / 'framed.sqlite3'}", tmp_path, str(folder))
    ):
        yield client_of(app)


def send(client: ProfilingClient, **answers: str) -> TestResponse:
    """Post a letter with a token, as a form would."""
    _action, hidden = forms_of(client.get("/ask/send_letter").text)[-1]
    return client.post("/letters", data={"csrf_token": hidden["csrf_token"], **answers})


def test_it_is_small() -> None:
    lines = [line for line in inspect.getsource(small_application).splitlines() if line.strip()]
    assert len(lines) <= 30
    assert not any("accounts" in line or "shop" in line for line in lines if "import" in line)


@pytest.mark.thorough
def test_it_asks_and_then_goes_on(client: ProfilingClient) -> None:
    asked = send(client, text="Dear Ada")
    assert asked.status_code == 200
    assert "So that people see who wrote." in asked.text
    assert client.answer(asked, display_name="Bo").text == "Sent: Dear Ada"


@pytest.mark.thorough
def test_what_is_held_is_not_asked_again(client: ProfilingClient) -> None:
    asked = send(client, text="one")
    client.answer(asked, display_name="Bo")
    token = forms_of(asked.text)[-1][1]["csrf_token"]
    assert client.post("/letters", data={"csrf_token": token, "text": "two"}).text == "Sent: two"


@pytest.mark.thorough
def test_a_wrong_answer_is_explained_and_the_letter_kept(client: ProfilingClient) -> None:
    refused = client.answer(send(client, text="Dear Ada"), display_name="")
    prompt = client.prompt(refused)
    assert refused.status_code == 422
    assert prompt is not None
    assert prompt.hidden["text"] == "Dear Ada"


@pytest.mark.thorough
def test_a_client_of_json_is_told_what_is_missing(client: ProfilingClient) -> None:
    token = forms_of(client.get("/ask/send_letter").text)[-1][1]["csrf_token"]
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    problem = client.post("/letters", data={"text": "x"}, headers=headers)
    assert problem.status_code == 403
    assert problem.content_type == "application/problem+json"
    assert [missing["field"] for missing in problem.get_json()["missing"]] == ["display_name"]


@pytest.mark.thorough
def test_the_prompt_stands_in_a_whole_page(client: ProfilingClient) -> None:
    page = send(client, text="Dear Ada").text
    assert page.startswith("<!doctype html>")
    assert '<html lang="en" dir="ltr">' in page
    assert "<title>Send the letter · The letter office</title>" in page
    assert page.count("<main ") == page.count("<header ") == page.count("<footer ") == page.count('role="status"') == 1
    assert '<a class="skip" href="#main">' in page


@pytest.mark.thorough
def test_what_the_page_needs_is_served(client: ProfilingClient) -> None:
    page = send(client, text="Dear Ada").text
    linked = re.findall(r'(?:<link rel="stylesheet" href|<script src)="([^"]+)"', page)
    assert [url.partition("?")[0] for url in linked] == [
        "/asklater/static/css/base.css",
        "/asklater/static/css/components.css",
        "/asklater/static/vendor/htmx-4.0.1.min.js",
        "/asklater/static/js/app.js",
    ]
    for url in linked:
        with client.get(url) as answer:
            assert answer.status_code == 200
            assert f"?v={hashlib.sha256(answer.data).hexdigest()[:10]}" in url


@pytest.mark.thorough
def test_nothing_of_the_demo_is_named(client: ProfilingClient) -> None:
    assert not re.search("halftone|shop|demo", send(client, text="Dear Ada").text, re.IGNORECASE)


@pytest.mark.thorough
def test_a_frame_of_its_own_comes_first(framed: ProfilingClient) -> None:
    asked = send(framed, text="Dear Ada")
    assert 'class="small"' in asked.text
    assert "Send the letter · small" in asked.text
    assert '<link rel="stylesheet" href="/asklater/static/css/components.css?v=' in asked.text
    assert asked.text.count('role="status"') == 1
    assert framed.answer(asked, display_name="Bo").text == "Sent: Dear Ada"


@pytest.mark.thorough
def test_what_it_gives_its_templates_itself_comes_first(client: ProfilingClient) -> None:
    app = client.application
    app.context_processor(lambda: {"brand": "Ink", "language": "ar", "direction": "rtl"})
    add_links(app, 1, lambda: [Link("Letters & parcels", "/letters")])
    add_footer_links(app, 1, lambda: [Link("Imprint", "/imprint")])
    page = send(client, text="Dear Ada").text
    assert "Send the letter · Ink</title>" in page
    assert '<html lang="ar" dir="rtl">' in page
    assert '<a href="/letters" aria-current="page"><span>Letters &amp; parcels</span>' in page
    assert '<a href="/imprint">Imprint</a>' in page


@pytest.mark.thorough
def test_it_flashes_messages(client: ProfilingClient) -> None:
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "Your letter waits.")]
    assert "Your letter waits." in client.get("/ask/send_letter").text


@pytest.mark.thorough
def test_below_a_path_prefix_everything_is_found(client: ProfilingClient) -> None:
    add_links(client.application, 1, lambda: [Link("Write", url_for("profiling.ask", action="send_letter"))])
    page = client.get("/ask/send_letter", base_url="http://localhost/office").text
    addresses = re.findall(r'(?:href|src|action|data-hx-post)="(/[^"]*)"', page)
    assert "/office/" in addresses
    assert [url for url in addresses if not url.startswith("/office/")] == []
    assert '<a href="/office/ask/send_letter" aria-current="page">' in page


@pytest.mark.thorough
def test_what_carries_too_much_is_refused_before_anything_reads_it(client: ProfilingClient) -> None:
    """Its cross-site protection, for one, reads the form before the gate does."""
    form = "application/x-www-form-urlencoded"
    refused = client.post("/letters", data=b"a&" * 100_000, content_type=form)
    assert refused.status_code == 413
    assert "too many fields" in refused.text
    assert client.get("/ask/send_letter?" + "a&" * 300).status_code == 414
    assert client.post("/static/nothing", data=b"a&" * 2_000, content_type=form).status_code == 405
    token = forms_of(client.get("/ask/send_letter").text)[-1][1]["csrf_token"]
    carried = {"csrf_token": token, **{f"n{number}": "x" for number in range(300)}}
    assert client.post("/letters", data=carried).status_code == 413


@pytest.mark.thorough
def test_any_template_gives_way_to_the_applications_own_and_no_other_does(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "asklater" / "components" / "button.html"
    own.parent.mkdir(parents=True)
    shipped = (ROOT / "webapp/asklater/templates/asklater/components/button.html").read_text("utf-8")
    own.write_text(shipped.replace('class="button', 'class="their-own button'), "utf-8")
    url = f"sqlite:///{tmp_path / 'small.sqlite3'}"
    for app in running(small_application.create_app(url, tmp_path, str(tmp_path / "templates"))):
        page = send(app.test_client(), text="Dear Ada").text
        assert page.count('class="their-own button') == page.count('class="their-own') > 1
        assert '<div class="field' in page

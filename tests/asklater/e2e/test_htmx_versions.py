"""A gated form works in a page with htmx 4, in one with htmx 2, in one without htmx, and without JavaScript; with the
library's style sheets and script, or without them.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, render_template_string, request
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from asklater import Profiling, gate
from tests.asklater.contracts.adopted import MANIFEST, adopter
from tests.running.programs import QUIET
from tests.support.applications import in_tests
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.enable_socket, pytest.mark.thorough]
VENDOR = Path(__file__).parent / "vendor"
HTMX_2 = "htmx-2.0.11.min.js"
CONFIG_OF_HTMX_2 = (
    '{"responseHandling": [{"code": "204", "swap": false}, {"code": "[23]..", "swap": true}, '
    '{"code": "422", "swap": true}, {"code": "[45]..", "swap": false, "error": true}]}'
)
"""As the chapter "Getting started" has it."""
META_OF_HTMX_2 = f"<meta name='htmx-config' content='{CONFIG_OF_HTMX_2}'>"
SCRIPT = """<script src="{{ asset('js/app.js') }}" defer></script>"""
HEADS = {
    "htmx 4": '{% include "asklater/_head.html" %}',
    "htmx 2": f"{META_OF_HTMX_2}<script src='/htmx-2' defer></script>",
    "htmx 2 with the script": f"{META_OF_HTMX_2}<script src='/htmx-2' defer></script>{SCRIPT}",
    "no htmx": "",
    "no JavaScript": "",
}
PAGE = """<!doctype html>
<html lang="en">
<head><title>Letters</title>HEAD</head>
<body>
{% include "asklater/_status.html" %}
<form method="post" action="/letters" data-hx-post="/letters" data-hx-target="#slot" data-hx-swap="innerHTML">
  <label>Letter <input name="text"></label>
  <button type="submit">Send it</button>
</form>
<div id="slot"></div>
</body>
</html>"""


@pytest.fixture(autouse=True)
def _time_of_the_test() -> None:
    """Here it is the real one, which the server has too."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium where there is one, else the one that Playwright brought."""
    chosen = os.environ.get("CHROMIUM", shutil.which("chromium"))
    return {"args": QUIET, **({"executable_path": chosen} if chosen else {})}


def letters(folder: Path, head: str) -> Flask:
    """An application whose page has this head."""
    app = adopter(folder, ASKLATER_DATABASE_URL=f"sqlite:///{folder / 'letters.sqlite3'}")
    profiling = Profiling(app, manifest=MANIFEST)
    profiling.create_tables()

    @app.get("/")
    def front() -> str:
        return render_template_string(PAGE.replace("HEAD", head))

    @app.get("/htmx-2")
    def htmx_2() -> Response:
        return Response((VENDOR / HTMX_2).read_bytes(), mimetype="text/javascript")

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        return f"Sent: {request.form['text']}"

    return app


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Where the application is, until the block ends."""
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


@contextmanager
def opened(browser: Browser, folder: Path, sort: str) -> Iterator[Page]:
    app = letters(folder, HEADS[sort])
    with in_tests(app), serving(app) as url:
        context = browser.new_context(base_url=url, java_script_enabled=sort != "no JavaScript")
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto("/")
        yield page
        assert wrong == []
        context.close()


@pytest.mark.parametrize("sort", HEADS)
def test_a_prompt_is_asked_corrected_and_completed(browser: Browser, tmp_path: Path, sort: str) -> None:
    with opened(browser, tmp_path, sort) as page:
        if sort.startswith("htmx"):
            assert page.evaluate("htmx.version").startswith(sort.removeprefix("htmx ")[0])
        page.get_by_label("Letter").fill("Dear Ada")
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_text("So that people see who wrote.")).to_be_visible()
        page.get_by_label("Display name").fill("")
        page.get_by_role("button", name="Send the letter").click()
        expect(page.locator(".error-summary")).to_be_visible()
        page.get_by_label("Display name").fill("Bo")
        page.get_by_role("button", name="Send the letter").click()
        expect(page.get_by_text("Sent: Dear Ada")).to_be_visible()
        left = page.get_by_role("button", name="Send it")  # a fragment leaves the page where it is
        expect(left).to_have_count(1 if sort.startswith("htmx") else 0)


@pytest.mark.parametrize("sort", HEADS)
def test_a_prompt_that_is_cancelled_leaves_its_person_where_they_were(
    browser: Browser, tmp_path: Path, sort: str
) -> None:
    with opened(browser, tmp_path, sort) as page:
        page.get_by_label("Letter").fill("Dear Ada")
        page.get_by_role("button", name="Send it").click()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("So that people see who wrote.")).to_have_count(0)
        expect(page.get_by_role("button", name="Send it")).to_be_visible()


WITH_SCRIPT = [sort for sort, head in HEADS.items() if SCRIPT in head or "_head" in head]


@pytest.mark.parametrize("sort", WITH_SCRIPT)
def test_with_the_script_focus_goes_to_what_is_new(browser: Browser, tmp_path: Path, sort: str) -> None:
    with opened(browser, tmp_path, sort) as page:
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_label("Display name")).to_be_focused()
        page.get_by_label("Display name").fill("")
        page.get_by_role("button", name="Send the letter").click()
        expect(page.locator(".error-summary")).to_be_focused()


@pytest.mark.parametrize("sort", WITH_SCRIPT)
def test_with_the_script_a_lost_answer_is_told_beside_the_form(browser: Browser, tmp_path: Path, sort: str) -> None:
    with opened(browser, tmp_path, sort) as page:
        page.route("**/letters", lambda route: route.abort())
        page.get_by_label("Letter").fill("Dear Ada")
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("Letter")).to_have_value("Dear Ada")
        page.unroute("**/letters")
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_label("Display name")).to_be_focused()
        expect(page.get_by_role("alert")).to_have_count(0)

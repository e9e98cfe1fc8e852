"""A real server and a real browser: one of each per test worker."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete
from werkzeug.serving import make_server

from asklater.database.access import Database
from asklater.jobs.service import Jobs
from asklater.settings import Settings
from asklater.tables import rate_allowance
from halftone import FEATURES, create_app
from halftone.schema import upgrade
from tests.e2e.accessible import Auditor
from tests.e2e.mounting import BELOW, mounted, paths_of_journeys, told_of_path
from tests.running.programs import QUIET
from tests.support.answers import picture
from tests.support.applications import as_halftone, workshop_settings
from tests.support.waiting import PATIENCE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

__all__ = ["paths_of_journeys"]

expect.set_options(timeout=PATIENCE * 1000)
SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of each area one journey is in the loop; the others are thorough."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and not item.get_closest_marker("in_the_loop"):
            item.add_marker("thorough")


@pytest.fixture(autouse=True)
def _time_of_the_test() -> None:
    """Here it is the real one, which the server has too."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium where there is one, else the one that Playwright brought."""
    found = next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)
    chosen = os.environ.get("CHROMIUM", found)
    return {"args": QUIET, **({"executable_path": chosen} if chosen else {})}


@pytest.fixture(scope="session")
def halftone(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The whole application with the demo's people and products, without its history."""
    folder = tmp_path_factory.mktemp("halftone")
    return stocked(as_halftone(workshop_settings(f"sqlite:///{folder / 'shop.sqlite3'}", folder)))


def stocked(settings: Settings) -> Flask:
    """The application of these settings with the demo's people and products."""
    features = [*FEATURES, "tests.support.factors"]  # which nobody holds unless a journey says so
    app = create_app(told_of_path(settings), features)
    app.testing = True
    database: Database = app.extensions["asklater.database"]
    upgrade(database)
    jobs: Jobs = app.extensions["asklater.jobs"]
    jobs.huey.immediate = True  # mail arrives with the request that posts it
    outcome = app.test_cli_runner().invoke(args=["demo", "load", "--without-history"])
    assert outcome.exit_code == 0, outcome.output
    return app


@pytest.fixture(scope="session")
def base_url(halftone: Flask) -> Iterator[str]:
    with served(mounted(halftone)) as url:
        yield url + BELOW


@pytest.fixture(autouse=True)
def _allowances(request: pytest.FixtureRequest) -> None:
    """What one journey has used up is no limit of the next one, which comes from the same network."""
    if "base_url" in request.fixturenames:
        app: Flask = request.getfixturevalue("halftone")
        database: Database = app.extensions["asklater.database"]
        with app.app_context(), database.unit_of_work():
            database.writing().execute(delete(rate_allowance))


@contextmanager
def served(app: "WSGIApplication") -> Iterator[str]:
    """Where the application is, until the block ends."""
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join(PATIENCE)


Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, base_url: str) -> Iterator[Opener]:
    """Opens pages of further people: each call is a browser of its own, with nothing kept."""
    yield from opening(browser, base_url)


def opening(browser: Browser, base_url: str, *also: str) -> Iterator[Opener]:
    """The same for another address; requests may go to `also` too, and nowhere else."""
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        contexts.append(browser.new_context(base_url=base_url, **options))
        contexts[-1].set_default_timeout(PATIENCE * 1000)
        page = contexts[-1].new_page()
        page.on("console", _complain)
        page.on("pageerror", _fail)
        page.on("request", lambda request: _only_here(request.url, (base_url, *also)))
        return page

    yield opened
    for context in contexts:
        context.close()
    problems, TROUBLE[:] = list(TROUBLE), []
    assert problems == []


TROUBLE: list[str] = []
"""What the pages of the running test complained about: errors in the console, requests to third parties."""


def _complain(message: Any) -> None:
    refused = "Failed to load resource: the server responded with a status of 4"
    if message.type == "error" and refused not in message.text:
        TROUBLE.append(message.text)


def _fail(error: Any) -> None:
    TROUBLE.append(str(error))


def _only_here(url: str, allowed: tuple[str, ...]) -> None:
    if not url.startswith((*allowed, "data:", "blob:")):
        TROUBLE.append(f"a request to a third party: {url}")


@pytest.fixture(scope="session")
def auditor() -> Auditor:
    return Auditor()


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """These tests talk to a server on this machine."""


@pytest.fixture(scope="session")
def picture_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture that a person would choose."""
    file = tmp_path_factory.mktemp("pictures") / "me.png"
    file.write_bytes(picture((640, 480)).getvalue())
    return file

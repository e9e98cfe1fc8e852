"""Below which path the journeys find the demo: at the root of its host, or where the environment says.

`E2E_BELOW=/app` mounts it there as a server does that tells the path by SCRIPT_NAME; with `E2E_PROXY=yes` a proxy in
front takes the path off and tells it by X-Forwarded-Prefix.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, Response
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from asklater.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BELOW = os.environ.get("E2E_BELOW", "")
BY_PROXY = bool(BELOW) and "E2E_PROXY" in os.environ


def mounted(app: "WSGIApplication") -> "WSGIApplication":
    """The application below that path, with nothing beside it."""
    if not BELOW:
        return app
    return DispatcherMiddleware(NotFound(), {BELOW: _forwarded(app) if BY_PROXY else app})


def told_of_path(settings: Settings) -> Settings:
    """Settings that say so, and believe the proxy, where there is one."""
    return replace(settings, public_url=settings.public_url + BELOW, proxies=int(BY_PROXY))


@pytest.fixture(scope="session", autouse=True)
def paths_of_journeys() -> Iterator[None]:
    """What a journey goes to by a path lies below it; what the application says has to lead there by itself."""
    goto = Page.goto

    def below(page: Page, url: str, **options: Any) -> Response | None:
        return goto(page, BELOW + url.replace("next=/", f"next={BELOW}/") if url.startswith("/") else url, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Page, "goto", below)
        yield


def _forwarded(app: "WSGIApplication") -> "WSGIApplication":
    """Tells the path as a proxy does."""

    def serve(environment: dict[str, Any], start: Any) -> Any:
        environment["HTTP_X_FORWARDED_PREFIX"] = environment.pop("SCRIPT_NAME")
        return app(environment, start)

    return serve

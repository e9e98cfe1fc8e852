"""The shop on a local port for scanners: each request seems to come from a network of its own, so no limit stops them.

`python -m tests.faults.scanned` prints the address, a cookie that is signed in for each role, and a service token.
Ctrl-C ends it, and nothing of it stays.
"""

import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from werkzeug.serving import run_simple

from asklater.accounts.roles import ROLES
from asklater.api.tokens import DAYS, SCOPES, make_token
from asklater.database.access import Database
from asklater.schema import upgrade
from tests.support.applications import create_app, workshop_settings
from tests.support.browsing import Browser
from tests.support.demo import EVERYTHING, HISTORIES, WHOLE_MANIFEST
from tests.support.people import settle

Wsgi = Callable[..., Iterable[bytes]]


def shop_to_scan(folder: Path, port: int) -> Flask:
    """The whole shop with its personas, on an empty database in `folder`."""
    settings = workshop_settings(f"sqlite:///{folder / 'scanned.sqlite3'}", folder)
    known = replace(settings, manifest=WHOLE_MANIFEST, public_url=f"http://localhost:{port}")
    app = create_app(known, [*EVERYTHING, "tests.support.people"])
    for history in HISTORIES:
        upgrade(app.extensions["asklater.database"], history)
    app.test_cli_runner().invoke(args=["demo", "load", "--without-history"])
    return app


def from_anywhere(serve: Wsgi) -> Wsgi:
    chance = Random()

    def elsewhere(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
        return serve(environ, start_response)

    return elsewhere


def cookies(app: Flask) -> dict[str, str]:
    """By role: the session of somebody who has just shown everything."""
    found = {}
    for role in ("customer", *ROLES):
        browser = Browser(app)
        number = settle(app, f"{role}@y.example", "" if role == "customer" else role)
        browser.get(f"/door/{number}?proved&factor")
        cookie = browser.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
        if cookie is not None:
            found[role] = f"{cookie.key}={cookie.value}"
    return found


def token(app: Flask) -> str:
    """One that may do all that a service may."""
    database: Database = app.extensions["asklater.database"]
    with database.unit_of_work():
        return make_token(database, "scanner", SCOPES, DAYS[0])[1]


def main(port: int) -> None:
    with tempfile.TemporaryDirectory(prefix="asklater-scanned-") as name:
        app = shop_to_scan(Path(name), port)
        lines = [f"http://localhost:{port}/", *(f"{role}: {cookie}" for role, cookie in cookies(app).items())]
        lines.append(f"service: {token(app)}")
        print("\n".join(lines), flush=True)
        run_simple("127.0.0.1", port, from_anywhere(app.wsgi_app), threaded=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8099)

"""An application of somebody else's, before Asklater joins it."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, request, session
from flask_login import LoginManager, UserMixin, login_user, logout_user
from flask_wtf import CSRFProtect

from asklater import current_engine, gate
from tests.support.applications import in_tests

MANIFEST = Path(__file__).parent / "small_manifest.toml"


def adopter(folder: Path, *, csrf: bool = True, **config: Any) -> Flask:
    """It has its secrets, an SQLite file in `folder`, and cross-site protection that asks for no token."""
    app = Flask("adopter", instance_path=str(folder))
    app.config.update(
        SECRET_KEY="a secret of somebody else's application",
        ASKLATER_MASTER_KEY=sha256(b"somebody else's application").hexdigest(),
        WTF_CSRF_ENABLED=False,
        **config,
    )
    if csrf:
        CSRFProtect(app)
    return app


@contextmanager
def served(app: Flask) -> Iterator[Flask]:
    """What the application opened is closed at the end; what its views raise reaches the test."""
    with in_tests(app):
        yield app


class Member(UserMixin):
    """A user of the application, whom Flask-Login knows."""

    def __init__(self, name: str) -> None:
        self.id = name


def with_members(app: Flask) -> None:
    """Let people sign in by their name, and out again, as Flask-Login does it; letters are gated."""
    manager = LoginManager(app)
    manager.user_loader(Member)

    @app.post("/sign-in/<name>")
    def sign_in(name: str) -> str:
        if "fresh" in request.args:
            session.clear()
        login_user(Member(name))
        return name

    @app.post("/sign-out")
    def sign_out() -> str:
        logout_user()
        return "out"

    @app.post("/letters")
    @gate("send_letter")
    def send_letter() -> str:
        subject = current_engine().people.subject()
        assert subject is not None
        return f"by {current_engine().answers.read(subject.id)['display_name']}"

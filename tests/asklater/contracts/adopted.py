"""An application of somebody else's, before Asklater joins it."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, request, session
from flask_login import LoginManager, UserMixin, login_user, logout_user
from flask_wtf import CSRFProtect

from asklater import Services, current_engine, gate
from tests.support.applications import in_tests

MANIFEST = Path(__file__).parent / "small_manifest.toml"
MORE = """
[purposes.telling_news]
label = "Telling news"
basis = "consent"

[fields.birthday]
kind = "date"
label = "Birthday"
reason = "So that a card comes."
purpose = "publishing"
retention = "P24M"
readers = ["owner"]
sensitivity = "personal"
if_wrong = "The card comes on another day."

[fields.news]
kind = "consent"
label = "News"
reason = "So that you hear of new stamps."
purpose = "telling_news"
retention = "P24M"
readers = ["owner"]
sensitivity = "personal"
if_wrong = "It is put right at once."

[fields.gifts]
kind = "boolean"
label = "Gifts"
reason = "So that we wrap it."
purpose = "publishing"
retention = "P24M"
readers = ["owner"]
sensitivity = "personal"
if_wrong = "It is wrapped again."

[actions.send_card]
label = "Send a card"
reason = "A card comes on a day."
requires = ["display_name", { field = "birthday", when = "likes_cards" }, "gifts"]

[prompts.tell_news]
label = "News"
fields = ["news"]
placement = "desk"
cooldown = "P10D"
impressions = 2
"""
"""A card, which asks for a day, a yes or a no, and beside it for a consent. It needs the feature `Cards`."""


def adopter(folder: Path, *, csrf: bool = True, **config: Any) -> Flask:
    """It has its secrets, an SQLite file in `folder`, and cross-site protection that asks for no token."""
    app = Flask("adopter", root_path=str(folder), instance_path=str(folder))
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


class Cards:
    """What the application brings for the manifest with cards."""

    def init_app(self, app: Flask, services: Services) -> None:
        services.engine.registry.register_placement("desk", lambda: "Desk")
        services.engine.registry.register_condition("likes_cards", lambda _subject: "cards" in app.extensions)


def larger_manifest(folder: Path) -> Path:
    """The small manifest with cards."""
    file = folder / "manifest.toml"
    file.write_text(MANIFEST.read_text("utf-8") + MORE, "utf-8")
    return file


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

"""An application of somebody else's, before Asklater joins it."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect

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

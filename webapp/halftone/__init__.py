"""Halftone, the demo: a print shop made with Asklater, as any application would be.

Begin at `create_app`; the shop's own pages join in `shop.py`, its simulated customers in `demo`, its command line is
`python -m halftone`.
"""

from collections.abc import MutableMapping, Sequence
from importlib import import_module
from typing import Any

from flask import Flask
from flask.templating import Environment
from flask_babel import gettext
from flask_compress import Compress
from jinja2 import StrictUndefined

from asklater import Profiling, Settings, assets, errors, health, security
from halftone.settings import ROOT, from_environment

FEATURES = (
    "asklater.messages",
    "asklater.accounts",
    "asklater.privacy",
    "asklater.insights",
    "asklater.api",
    "asklater.api.webhooks",
    "asklater.imports",
    "asklater.security_txt",
    "halftone.shop",
)
"""Joined in this order; deleting one and its line takes it out of the application."""


class _Templates(Environment):
    """Jinja's, where all templates share their globals. Each could have some of its own, by which a name that is
    looked up, or a template that is imported, costs several times as much; ours have none."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def create_app(settings: Settings | None = None, features: Sequence[str] = FEATURES) -> Flask:
    """The application. Raises ConfigurationError and ManifestError with everything that is wrong."""
    settings = settings or from_environment()
    app = Flask("halftone", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.jinja_environment = _Templates
    app.secret_key = settings.secret_key
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    Compress(app)
    for part in (security, errors):
        part.init_app(app, settings)
    assets.init_app(app)
    app.context_processor(lambda: _frame(settings))
    app.register_blueprint(health.blueprint)
    Profiling(app, settings=settings, features=[import_module(feature) for feature in features])
    return app


def _frame(settings: Settings) -> dict[str, object]:
    """What the shop's own layout needs beside what the library gives every template."""
    notice = gettext("A demonstration: nothing is sold, no card is charged.") if settings.demo else ""
    return {"brand": settings.brand, "demo_notice": notice}

"""`Profiling`: what an application creates to have the library, with its translations and its background jobs."""

from collections.abc import Iterable
from functools import lru_cache, partial
from gettext import NullTranslations
from pathlib import Path
from typing import Any, Protocol

from flask import Flask, g, has_app_context
from flask_babel import Babel, get_domain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from asklater import i18n, layout, rate_limits
from asklater.asking.routes import background_blueprint, blueprint
from asklater.cli import register_commands
from asklater.db import Database
from asklater.engine import Engine
from asklater.jobs import Jobs
from asklater.keys.service import service_of
from asklater.manifest.declarations import Manifest
from asklater.records import retention
from asklater.rights import forget_what_closed
from asklater.services import Services
from asklater.settings import Settings, from_config


def translate(string: str, **variables: object) -> str:
    """The request's translation. Outside of one, as written."""
    translated = _found(string)
    return translated % variables if variables else translated


def init_translations(app: Flask) -> None:
    """Let templates translate by it too: a page has hundreds of sentences, and Babel looks up each one's catalogue."""
    app.jinja_env.globals.update(_=_in_templates, gettext=_in_templates)


@pass_eval_context
def _in_templates(here: EvalContext, string: str, /, **variables: object) -> str:
    """Always a format, so that "%%" is a percent sign, whatever is filled in. Variables are escaped as elsewhere."""
    translated = Markup(_found(string)) if here.autoescape else _found(string)  # noqa: S704 - words of templates
    return translated % variables if variables or "%" in translated else translated


def _found(string: str) -> str:
    if not has_app_context():
        return string
    kept = g._get_current_object()  # noqa: SLF001 - werkzeug's own way, for whoever asks hundreds of times
    catalogue = kept.get("asklater_words")
    if catalogue is None:
        catalogue = kept.asklater_words = get_domain().get_translations()
    return _kept(catalogue, string)


@lru_cache(maxsize=10_000)
def _kept(catalogue: NullTranslations, string: str) -> str:
    """What a catalogue says never changes, and a page asks it hundreds of times."""
    return catalogue.gettext(string)


class Joinable(Protocol):
    """A feature: a module or an object that joins an application by `init_app`."""

    def init_app(self, app: Flask, services: Services) -> None: ...


class Profiling:
    """Progressive profiling in a Flask application.

    `Profiling(app, manifest="manifest.toml")` is all that a small application needs: it reads the settings from
    `app.config` (`ASKLATER_...`), joins the `features` in their order, then reads and checks the manifest, by default
    the one that the settings name. Raises ConfigurationError and ManifestError, each with everything that is wrong.
    """

    services: Services

    def __init__(self, app: Flask | None = None, **options: Any) -> None:
        if app is not None:
            self.init_app(app, **options)

    def init_app(
        self,
        app: Flask,
        *,
        manifest: Path | str | Manifest | None = None,
        features: Iterable[Joinable] = (),
        settings: Settings | None = None,
    ) -> None:
        """Join `app`: the unit of work of each request, routes, templates (the application's own come first), words,
        commands and background jobs. What is registered on `services.engine.registry` by `features` is known to the
        manifest."""
        settings = settings or from_config(app)
        app.extensions["asklater.settings"] = settings
        database = Database(settings.database_url)
        database.init_app(app)
        if "babel" not in app.extensions:
            Babel(app)
        init_translations(app)
        i18n.install(translate)
        engine = Engine(app, database, service_of(settings))
        layout.init_app(app, lambda: settings.brand or engine.manifest.controller.name)
        app.extensions["asklater.engine"] = engine
        jobs = Jobs(app, settings, database)
        self.services = Services(settings, database, jobs, engine, register_commands(app))
        app.register_blueprint(blueprint)
        app.register_blueprint(background_blueprint)
        for feature in features:
            feature.init_app(app, self.services)
        engine.start(Path(app.root_path, manifest) if isinstance(manifest, str) else manifest or settings.manifest)
        register_jobs(engine, jobs)

    @property
    def engine(self) -> Engine:
        return self.services.engine


def register_jobs(engine: Engine, jobs: Jobs) -> None:
    """Register the engine's jobs; it must have started."""
    jobs.register("abandon_prompts", engine.episodes.abandon, every_minutes=5)
    jobs.register("forget_what_closed", partial(forget_what_closed, engine), every_minutes=5)
    expire = partial(retention.expire, engine.database)
    jobs.register("expire_answers", expire, every_minutes=retention.EVERY_MINUTES, one_unit=False)
    jobs.register("expire_suggestions", engine.suggestions.expire, every_minutes=60)
    jobs.register("forget_limits", partial(rate_limits.delete_unused, engine.database), every_minutes=60)
    jobs.register("expire_detours", engine.suspended_requests.expire, every_minutes=30)

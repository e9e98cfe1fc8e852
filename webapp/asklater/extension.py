"""`Profiling`: what an application creates to have the library, with its translations and its background jobs."""

from functools import lru_cache, partial
from gettext import NullTranslations
from pathlib import Path

from flask import Flask, g, has_app_context
from flask_babel import Babel, get_domain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from asklater import i18n, rate_limits
from asklater.asking import routes
from asklater.asking.routes import blueprint
from asklater.db import Database
from asklater.engine import Engine
from asklater.jobs import Jobs
from asklater.keys.service import KeyService
from asklater.manifest.declarations import Manifest
from asklater.records import retention
from asklater.rights import forget_what_closed


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


class Profiling(Engine):
    """The engine, joined to `app`: its routes, its templates (an application's own ones come first), its words.

    Given `manifest`, it starts at once, which is all that a small application needs. Otherwise rooms register
    what they bring, and `start` follows. Raises ManifestError.
    """

    def __init__(
        self,
        app: Flask,
        database: Database,
        master_key: bytes | KeyService,
        *,
        manifest: Path | Manifest | None = None,
    ) -> None:
        super().__init__(app, database, master_key)
        app.extensions["profiling"] = self
        if "database" not in app.extensions:
            database.init_app(app)
        if "babel" not in app.extensions:
            Babel(app)
        app.register_blueprint(blueprint)
        app.register_blueprint(routes.background_blueprint)
        i18n.install(translate)
        if manifest is not None:
            self.start(manifest)


def register_jobs(engine: Engine, jobs: Jobs) -> None:
    """Register the engine's jobs; it must have started."""
    jobs.register("abandon_prompts", engine.episodes.abandon, every_minutes=5)
    jobs.register("forget_what_closed", partial(forget_what_closed, engine), every_minutes=5)
    expire = partial(retention.expire, engine.database)
    jobs.register("expire_answers", expire, every_minutes=retention.EVERY_MINUTES, one_unit=False)
    jobs.register("expire_suggestions", engine.suggestions.expire, every_minutes=60)
    jobs.register("forget_limits", partial(rate_limits.delete_unused, engine.database), every_minutes=60)
    jobs.register("expire_detours", engine.suspended_requests.expire, every_minutes=30)

"""What is looked at once an application is complete, which is when its first request comes."""

from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue

from asklater.checks.manifest import ManifestError
from asklater.engine import Engine
from asklater.segments import APPLICATION
from asklater.settings import ConfigurationError, configured
from asklater.view_checks import never_asking, wrong_with_views

NO_CROSS_SITE_PROTECTION = (
    "The application has no cross-site protection, which the prompts' forms need: call CSRFProtect(app), from "
    'flask_wtf, and put <input type="hidden" name="csrf_token" value="{{ csrf_token() }}"> into your own forms.'
)
UNTOLD_SEGMENT = (
    "The manifest says that the application tells the segment {0!r}: call profiling.segment({0!r}, ...) where the "
    "application is made."
)
SET_LATE = "{} was set after Asklater had joined the application, and has no effect: set it before Profiling(app)."


def check_at_first_request(app: Flask, engine: Engine) -> None:
    """Refuse every request with a sentence, as long as the application is set up in a way that cannot work."""
    preprocess, settings = app.preprocess_request, _settings_of(app)

    def after_a_look() -> ResponseReturnValue | None:
        _look_at(app, engine, settings)
        app.preprocess_request = preprocess  # type: ignore[method-assign] # nothing changes from now on
        return preprocess()

    app.preprocess_request = after_a_look  # type: ignore[method-assign]


def _look_at(app: Flask, engine: Engine, settings: dict[str, Any]) -> None:
    """Raises ConfigurationError and ManifestError."""
    now = _settings_of(app)
    late = sorted(name for name in {*settings, *now} if settings.get(name) != now.get(name))
    if late:
        raise ConfigurationError(SET_LATE.format(" and ".join(late)))
    found = wrong_with_views(app.view_functions, engine.manifest.actions)
    found += never_asking(app.view_functions, app.url_map.iter_rules())
    if found:
        raise ManifestError(found)
    told = engine.manifest.segments_by.items()
    untold = [key for key, it in told if it.tells == (APPLICATION,) and key not in engine.registry.segment_reads]
    if untold:
        raise ConfigurationError(UNTOLD_SEGMENT.format(untold[0]))
    if "csrf_token" not in app.jinja_env.globals:
        raise ConfigurationError(NO_CROSS_SITE_PROTECTION)


def _settings_of(app: Flask) -> dict[str, Any]:
    return {**configured(app), "SECRET_KEY": app.secret_key}

"""Translation on the web: the catalogue of a request's language is looked up once, for code and templates alike."""

from functools import lru_cache
from gettext import NullTranslations

from flask import Flask, g, has_app_context
from flask_babel import get_domain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def translate(string: str, **variables: object) -> str:
    """The request's translation. Outside of one, as written."""
    translated = _found(string)
    return translated % variables if variables else translated


def join(app: Flask) -> None:
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

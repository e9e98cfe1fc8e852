"""The request's language: Flask-Babel's where that is installed, else the one in which the library is written."""

from functools import lru_cache
from gettext import NullTranslations
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from flask import Flask, current_app, g
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from asklater import i18n
from asklater.flask_proxies import unproxied

EXTENSION = "babel"
"""Where Flask-Babel keeps itself; without it, there is nothing."""
AS_WRITTEN = NullTranslations()


class Language(Protocol):
    """What is asked of a Babel locale, whose `str` is its code: pt_BR."""

    @property
    def text_direction(self) -> str:
        """`ltr` or `rtl`."""

    def __hash__(self) -> int: ...


def init_app(app: Flask) -> None:
    """Translate what the library says, here and in templates.

    An application that has set up Flask-Babel itself keeps its own; one that has not installed it stays in English.
    """
    if EXTENSION not in app.extensions and find_spec("flask_babel") is not None:
        _flask_babel().Babel(app)
    if EXTENSION not in app.extensions:
        app.jinja_env.globals["ngettext"] = i18n.ngettext
    # a page has hundreds of sentences, and Babel looks up each one's catalogue
    app.jinja_env.globals.update(_=_in_templates, gettext=_in_templates)
    i18n.install(translate, translate_plural)


def language() -> Language | None:
    """The language of this request, None where there is no choice."""
    chosen: Language | None = _flask_babel().get_locale() if EXTENSION in current_app.extensions else None
    return chosen


def language_tag() -> str:
    """The same as HTML writes it, pt-BR; "" where there is no choice."""
    chosen = language()
    return _tag_and_direction(chosen)[0] if chosen else ""


def tag_and_direction() -> tuple[str, str]:
    """What a page says of its language: its tag and where lines begin, ("ar", "rtl"); ("en", "ltr") for no choice."""
    chosen = language()
    return _tag_and_direction(chosen) if chosen else ("en", "ltr")


@lru_cache(maxsize=200)
def _tag_and_direction(chosen: Language) -> tuple[str, str]:
    """Babel works both out anew, whenever it is asked."""
    return str(chosen).replace("_", "-"), chosen.text_direction


def translate(string: str, **variables: object) -> str:
    """The request's translation. Outside of one, as written."""
    translated = _kept(_catalogue(), string)
    return translated % variables if variables else translated


def translate_plural(singular: str, plural: str, num: int, **variables: object) -> str:
    """The same of a sentence that counts: `%(num)s` is the number."""
    return _catalogue().ngettext(singular, plural, num) % {"num": num, **variables}


@pass_eval_context
def _in_templates(here: EvalContext, string: str, /, **variables: object) -> str:
    """Always a format, so that "%%" is a percent sign, whatever is filled in. Variables are escaped as elsewhere."""
    translated = _kept(_catalogue(), string)
    if here.autoescape:
        translated = Markup(translated)  # noqa: S704 - words of templates
    return translated % variables if variables or "%" in translated else translated


def _catalogue() -> NullTranslations:
    try:
        kept = unproxied(g)
    except RuntimeError:  # nobody's: there is no application
        return AS_WRITTEN
    catalogue: NullTranslations | None = kept.__dict__.get("asklater_words")
    if catalogue is None:
        chosen = _flask_babel().get_domain().get_translations() if EXTENSION in current_app.extensions else AS_WRITTEN
        catalogue = kept.asklater_words = chosen
    return catalogue


@lru_cache(maxsize=10_000)
def _kept(catalogue: NullTranslations, string: str) -> str:
    """What a catalogue says never changes, and a page asks it hundreds of times."""
    return catalogue.gettext(string)


def _flask_babel() -> Any:
    """It is imported where it is used, so that the library works without it."""
    return import_module("flask_babel")

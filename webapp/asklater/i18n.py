"""Translation for the engine's core, which knows no web framework.

The core marks its sentences with `gettext`; the web layer installs the translator of the request once,
at start-up. Without one, sentences come out as they are written.
"""

from typing import Protocol


class Translator(Protocol):
    def __call__(self, string: str, **variables: object) -> str: ...


class PluralTranslator(Protocol):
    def __call__(self, singular: str, plural: str, num: int, **variables: object) -> str: ...


def _as_written(string: str, **variables: object) -> str:
    return string % variables if variables else string


def _plural_as_written(singular: str, plural: str, num: int, **variables: object) -> str:
    return (singular if num == 1 else plural) % {"num": num, **variables}


_translator: Translator = _as_written
_plural_translator: PluralTranslator = _plural_as_written


def install(translator: Translator, plural_translator: PluralTranslator = _plural_as_written) -> None:
    """Make these the ones that every later `gettext` and `ngettext` asks."""
    global _translator, _plural_translator
    _translator, _plural_translator = translator, plural_translator


def gettext(string: str, **variables: object) -> str:
    """The sentence in the reader's language; `%(name)s` in it is filled from `variables`."""
    return _translator(string, **variables)


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """The one of two sentences that fits the number, which is `%(num)s` in it."""
    return _plural_translator(singular, plural, num, **variables)

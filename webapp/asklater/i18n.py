"""Translation for the engine's core, which knows no web framework.

The core marks its sentences with `gettext`; the web layer installs the translator of the request once,
at start-up. Without one, sentences come out as they are written.
"""

from typing import Protocol


class Translator(Protocol):
    def __call__(self, string: str, **variables: object) -> str: ...


def _as_written(string: str, **variables: object) -> str:
    return string % variables if variables else string


_translator: Translator = _as_written


def install(translator: Translator) -> None:
    """Make `translator` the one that every later `gettext` asks."""
    global _translator  # noqa: PLW0603 - one translator per process, set by the web layer
    _translator = translator


def gettext(string: str, **variables: object) -> str:
    """The sentence in the reader's language; `%(name)s` in it is filled from `variables`."""
    return _translator(string, **variables)

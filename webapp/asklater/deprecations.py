"""What is deprecated: it works for a release more, and warns whoever still uses it by a `DeprecationWarning`."""

import warnings
from dataclasses import dataclass


@dataclass(frozen=True)
class Deprecation:
    """Something that goes with the release `gone_in`, a version such as "0.3"; `instead` says what to do."""

    what: str
    instead: str
    gone_in: str

    def __str__(self) -> str:
        return f"{self.what} goes with Asklater {self.gone_in}: {self.instead}"


FORMER_INPUTS = Deprecation(
    "A prompt's input whose name is `prompt` or begins with `prompt.`",
    "a template of yours draws it; call it `_asklater`, or `_asklater.cancel` and so on, as the library's do.",
    gone_in="0.3",
)
DEPRECATED = (FORMER_INPUTS,)
"""Everything that is. A test fails as soon as the version is there with which it goes."""


def warn_of(deprecation: Deprecation, *, stacklevel: int = 2) -> None:
    """Warn of what was used. `stacklevel` counts from the caller, which is 1, as `warnings.warn` does."""
    warnings.warn(str(deprecation), DeprecationWarning, stacklevel=stacklevel + 1)

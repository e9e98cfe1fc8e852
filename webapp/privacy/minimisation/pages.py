"""The page object of the minimisation linter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MinimisationPage:
    """What the linter finds: pairs of a line of the manifest and what is wrong with it; pairs of a field that is held
    for nothing and of how many accounts. `counted` says as of when, "" before the first count."""

    declared: tuple[tuple[str, str], ...]
    unused: tuple[tuple[str, str], ...]
    counted: str
    rules: tuple[str, ...]

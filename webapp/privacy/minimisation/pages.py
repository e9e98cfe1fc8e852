"""The page object of the minimisation linter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MinimisationPage:
    """What the linter finds. `declared` are pairs of a line of the manifest and what is wrong with it, `unused` pairs of
    a field and of how many accounts it is held for nothing; `counted` says as of when, "" before the first count."""

    declared: tuple[tuple[str, str], ...]
    unused: tuple[tuple[str, str], ...]
    counted: str
    rules: tuple[str, ...]

"""Checks of a field's `settings`: what a kind allows there, and sentences for what it does not."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from asklater.manifest.declarations import Field

Rule = Callable[[Any], bool]
Rules = Mapping[str, tuple[Rule, str]]
"""For each setting: does this value do, and what to say of one that does not ("must be ...")."""


def findings(declared: Field, rules: Rules, required: tuple[str, ...] = ()) -> Iterator[str]:
    """One sentence for each setting that is unknown, unfit or lacking."""
    for key in required:
        if key not in declared.settings:
            yield f"settings.{key}: is missing"
    for key, value in sorted(declared.settings.items()):
        if key not in rules:
            yield f"settings.{key}: this kind has no such setting"
        elif not rules[key][0](value):
            yield f"settings.{key}: {rules[key][1]}"


def whole(least: int, most: int) -> tuple[Rule, str]:
    """A whole number from `least` to `most`."""
    return (
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most,
        f"must be a whole number from {least} to {most}",
    )


def number(most: float) -> tuple[Rule, str]:
    """A number above nothing and up to `most`."""
    return (
        lambda value: isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= most,
        f"must be a number above 0 and at most {most:g}",
    )


def one_of(*offered: str) -> tuple[Rule, str]:
    """One of these words."""
    return lambda value: isinstance(value, str) and value in offered, f"must be one of {', '.join(offered)}"


FLAG: tuple[Rule, str] = (lambda value: isinstance(value, bool), "must be true or false")
SENTENCE: tuple[Rule, str] = (
    lambda value: isinstance(value, str) and 0 < len(value.strip()) <= 300,
    "must be a text of at most 300 characters",
)

SENTENCES: tuple[Rule, str] = (
    lambda value: isinstance(value, (tuple, list)) and all(SENTENCE[0](each) for each in value),
    'must be a list of texts, such as ["a", "b"]',
)


def _labelled(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(text, str) and text.strip() for pair in value.items() for text in pair)
    )


OPTIONS: tuple[Rule, str] = (_labelled, 'must be a table of the values and their labels, such as { a = "First" }')

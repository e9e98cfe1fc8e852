"""What rooms register for background prompts: the spots of their pages, and what people do there."""

from collections.abc import Callable
from dataclasses import dataclass

Label = Callable[[], str]
"""A name in the reader's language, asked for when it is drawn."""


@dataclass(frozen=True)
class Placement:
    """A spot of the interface in which a background prompt may appear. Its key is a context of the figures."""

    key: str
    label: Label


@dataclass(frozen=True)
class Signal:
    """Something that a person does, reached once it has happened `times` times."""

    key: str
    label: Label
    times: int = 1

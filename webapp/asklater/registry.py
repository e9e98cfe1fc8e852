"""What features and applications register with the engine, and in which form."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

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


class Alternative(Protocol):
    """One other way. A prompt shows it as a button; its person comes back to what was interrupted."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str:
        """What the button says, in the reader's language."""

    def supplies(self, fields: Collection[str]) -> bool:
        """Whether it helps with any of the fields that a prompt asks."""

    def reach(self) -> None:
        """Find out whether it answers, before anything is written: waiting would keep others from writing.

        Raises Unable.
        """

    def begin(self, action: str, onward: str) -> str:
        """Where to send the browser now; `onward` is the path on this site where it goes on. Raises Unable."""


class Traces(Protocol):
    """Takes away what leads to a person by something else than their number: what was mailed to their address."""

    def hold(self, subject_id: int) -> None:
        """Wait for whoever decides about the same thing, before the subject itself is held."""

    def erase(self, subject_id: int) -> Mapping[str, int]:
        """Delete the traces, while the subject's own rows are still there; how many rows of which table."""


@dataclass(frozen=True)
class Disclosure:
    """Somebody outside who was given something of people (Art. 19 GDPR).

    `references` are the names by which they know what they hold of a subject: theirs, or ones that both sides
    have. Nothing else is ever told to them of an erasure.
    """

    recipient: str
    """A key, of letters and underscores."""
    label: Callable[[], str]
    references: Callable[[int], Collection[str]]

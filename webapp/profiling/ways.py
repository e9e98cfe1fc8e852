"""Other ways than typing: what a room offers beside a prompt's inputs, such as a provider that knows the answer."""

from collections.abc import Collection
from typing import Protocol


class Way(Protocol):
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

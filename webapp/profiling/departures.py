"""What an erasure has to know from the rooms beyond their tables: traces elsewhere, and who outside was told."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol


class Sweep(Protocol):
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

"""The page objects of recovery."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class WarningPanel:
    """A recovery that stands, for the owner who did not ask for it. `new_email` is "" where the address stays."""

    asked_at: datetime
    opens_at: datetime
    new_email: str
    cancel_url: str


@dataclass(frozen=True)
class LossLine:
    """What opens the account after one loss: a line for each way, none where nothing would."""

    name: str
    ways: tuple[str, ...]


@dataclass(frozen=True)
class GainLine:
    """What one more piece of evidence would do, a sentence for each loss that it helps with, and where to add it."""

    label: str
    sentences: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class WaysPanel:
    """Which ways back are open, and what one more field would add. `second_address` is "" where there is none."""

    losses: tuple[LossLine, ...]
    gains: tuple[GainLine, ...]
    second_address: str

"""The page objects of the providers' panel."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class LinkedLine:
    """One identity that opens the account."""

    number: int
    label: str
    linked_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class ProvidersPanel:
    """What is linked, and what else can be: (key, label) of each provider."""

    linked: tuple[LinkedLine, ...]
    offered: tuple[tuple[str, str], ...]

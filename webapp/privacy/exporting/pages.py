"""The page objects of one's own export."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ExportPanel:
    """How far an export has come. `state` is none, nobody, building, ready or failed."""

    state: str
    number: int = 0
    done: int = 0
    total: int = 0
    size: str = ""
    unopened: int = 0
    expires_at: datetime | None = None
    says: str = ""
    """For those who hear the page: what has become of it."""


@dataclass(frozen=True)
class ExportPage:
    """The panel, what the document holds, and where to write."""

    panel: ExportPanel
    fields: int
    tables: int
    contact: str

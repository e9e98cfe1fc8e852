"""The page objects of recovery codes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CodesPage:
    """Codes that are shown this once; `file_url` is the same as a text file, which comes with the page."""

    title: str
    text: str
    codes: tuple[str, ...]
    file_url: str
    file_name: str
    onward_url: str


@dataclass(frozen=True)
class CodesPanel:
    """How many codes are good, and since when the newest of them."""

    count: int
    made_at: datetime | None

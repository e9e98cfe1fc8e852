"""The page objects of the record of processing."""

from dataclasses import dataclass
from datetime import datetime

from webapp.privacy.record_of_processing.record import Record


@dataclass(frozen=True)
class RecordPage:
    """A record, live or as it was: `says` tells which. The files are of the same; the live one has no `live_url`."""

    says: str
    record: Record
    json_url: str
    csv_url: str
    live_url: str


@dataclass(frozen=True)
class VersionLine:
    """A version that was recorded, and its changes as sentences. `says` stands where there are none."""

    number: int
    at: datetime
    url: str
    says: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Chosen:
    """What the form of a comparison holds: numbers of versions, and what is wrong with them."""

    old: str
    new: str
    error: str


@dataclass(frozen=True)
class VersionsPage:
    """The newest versions, the newest first, and the differences between the two that were chosen, if any were."""

    versions: tuple[VersionLine, ...]
    chosen: Chosen
    result_title: str
    result: tuple[str, ...]

"""The page object of Your data and its parts."""

from dataclasses import dataclass
from datetime import datetime

from webapp.accounts.pages import HeldField
from webapp.privacy.consents.pages import ConsentRecord
from webapp.privacy.notices.pages import ComparedLine


@dataclass(frozen=True)
class DataField:
    """One held field with all that is to be known of it. A `folded` value is shown at a press.

    `told_url` leads to what was told when it was given, "" where those words are not on record; `changed` is what
    became of them since.
    """

    held: HeldField
    folded: bool
    purpose: str
    basis: str
    source: str
    recipients: str
    used_at: datetime
    told_url: str
    changed: tuple[ComparedLine, ...]


@dataclass(frozen=True)
class FieldNotHeld:
    """A field that is not held, what it would be for, and what would ask for it."""

    label: str
    purpose: str
    asked_by: str


@dataclass(frozen=True)
class Right:
    """Something that one press turns on or off; `since` is None while it is off."""

    label: str
    text: str
    since: datetime | None
    post_url: str
    press: str


@dataclass(frozen=True)
class Cell:
    """One value of a row: a moment, or text."""

    text: str
    at: datetime | None = None


@dataclass(frozen=True)
class RecordGroup:
    """What one table holds of the person. `rows` are the newest, as many as are shown."""

    key: str
    label: str
    count: int
    purpose: str
    basis: str
    source: str
    retention: str
    law: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class DataPage:
    """Everything of one person; empty for a visitor of whom nothing is recorded."""

    known: bool
    email: str
    links: tuple[tuple[str, str], ...]
    fields: tuple[DataField, ...]
    consents: tuple[ConsentRecord, ...]
    rights: tuple[Right, ...]
    records: tuple[RecordGroup, ...]
    not_held: tuple[FieldNotHeld, ...]

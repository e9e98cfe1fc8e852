"""The page object of the notice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoticeField:
    """One declared field, in the words of the notice."""

    key: str
    label: str
    reason: str
    purpose: str
    basis: str
    kept: str
    readers: str
    recipients: str
    transfers: str
    asked_by: str
    version: str


@dataclass(frozen=True)
class NoticeRecords:
    """A purpose that records serve, on what basis, and pairs of each table and of how long it is kept."""

    purpose: str
    basis: str
    ground: str
    tables: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NoticePage:
    """The notice: who answers for the data, every field that may be asked, and what else is kept.

    `officer` is how the data protection officer is reached, `authority` to whom one can complain; "" where neither is
    declared.
    """

    controller: str
    contact: str
    officer: str
    authority: str
    fields: tuple[NoticeField, ...]
    records: tuple[NoticeRecords, ...]

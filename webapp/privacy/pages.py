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
class NoticePage:
    """The notice: who answers for the data, and every field that may be asked."""

    controller: str
    contact: str
    fields: tuple[NoticeField, ...]

"""The page objects of the notice in its versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Change = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Line:
    """One question of the notice with its answer; `key` is the same in every version and language."""

    key: str
    question: str
    answer: str


@dataclass(frozen=True)
class Piece:
    """A run of words that both versions have, or one of them."""

    text: str
    change: Change


@dataclass(frozen=True)
class ComparedLine:
    """One question with what became of its answer."""

    question: str
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        return any(piece.change != "same" for piece in self.pieces)


@dataclass(frozen=True)
class FieldNotice:
    """What is told of one field, in full."""

    key: str
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PartPage:
    """The notice of the fields that a prompt asks."""

    fields: tuple[FieldNotice, ...]
    notice_url: str


@dataclass(frozen=True)
class VersionPage:
    """The exact words of one version; `changed` is what became of them since, empty where they are today's."""

    label: str
    version: str
    first_at: datetime | None
    live: bool
    lines: tuple[Line, ...]
    changed: tuple[ComparedLine, ...]


@dataclass(frozen=True)
class NoticeVersion:
    """One version in the officer's list. `answers` tells how many it has; `changed` since the one before."""

    version: str
    url: str
    live: bool
    first_at: datetime | None
    answers: str
    changed: tuple[ComparedLine, ...]


@dataclass(frozen=True)
class FieldVersions:
    """All versions of one field's notice, the one of today first."""

    key: str
    label: str
    versions: tuple[NoticeVersion, ...]


@dataclass(frozen=True)
class NoticesPage:
    """Every field that is or was asked."""

    fields: tuple[FieldVersions, ...]

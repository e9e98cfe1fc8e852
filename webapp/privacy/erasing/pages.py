"""Page objects of erasure: the plan, the receipt, and what the privacy officer sees."""

from dataclasses import dataclass
from datetime import datetime

from webapp.profiling.inputs import Input, InputError


@dataclass(frozen=True)
class GoingLine:
    """One sort of thing that goes: so many of it."""

    label: str
    rows: int


@dataclass(frozen=True)
class StayingLine:
    """One sort of thing that stays: why, on which basis, until when at the latest."""

    label: str
    rows: int
    purpose: str
    basis: str
    until: datetime


@dataclass(frozen=True)
class PlanPage:
    """What an erasure will do, before it is done. `obstacle` says why it cannot be, "" where it can.

    `told` are the recipients outside who will be told; `trouble` says what was wrong with the press.
    """

    name: str
    going: tuple[GoingLine, ...]
    staying: tuple[StayingLine, ...]
    told: tuple[str, ...]
    obstacle: str
    trouble: str
    post_url: str
    back_url: str

    @property
    def empty(self) -> bool:
        return not self.going and not self.staying


@dataclass(frozen=True)
class ReceiptPage:
    """What was done. It says nothing of whom."""

    id: str
    erased_at: datetime
    by: str
    going: tuple[GoingLine, ...]
    staying: tuple[StayingLine, ...]
    told: tuple[str, ...]
    download_url: str


@dataclass(frozen=True)
class NoticeLine:
    """What one recipient is told of one erasure, and how far that is. `references` are there while it is not told."""

    recipient: str
    state: str
    references: tuple[str, ...]
    told_url: str


@dataclass(frozen=True)
class ErasureLine:
    """One erasure, as the privacy officer sees it."""

    id: str
    url: str
    erased_at: datetime
    by: str
    rows: int
    kept: int
    notices: tuple[NoticeLine, ...]


@dataclass(frozen=True)
class ErasuresPage:
    """The newest erasures, how many there were by whom, and the form that checks a receipt with its verdict."""

    total: int
    by: tuple[tuple[str, int], ...]
    waiting: int
    unscrubbed: int
    erasures: tuple[ErasureLine, ...]
    older_url: str
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]
    verdict: str
    verdict_url: str

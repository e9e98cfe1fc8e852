"""The page objects of consents and their receipts."""

from dataclasses import dataclass
from datetime import datetime

from webapp.accounts.pages import ConsentLine
from webapp.privacy.consents.checking import Verdict
from webapp.profiling.inputs import Input, InputError


@dataclass(frozen=True)
class EventLine:
    """One event of a consent in words; `notice_url` leads to what its person was told, "" where nothing was."""

    at: datetime
    text: str
    place: str
    language: str
    notice_url: str


@dataclass(frozen=True)
class ConsentRecord:
    """One consent with all that became of it, the latest first; `receipt_url` is "" where nothing was said yet."""

    key: str
    line: ConsentLine
    events: tuple[EventLine, ...]
    receipt_url: str


@dataclass(frozen=True)
class CheckPage:
    """The form that takes a receipt, and what came of the one that it was given.

    `facts` are pairs of what a genuine one says, `text` is all of it.
    """

    paste: Input
    file: Input
    errors: tuple[InputError, ...]
    verdict: Verdict | None
    heading: str
    says: str
    facts: tuple[tuple[str, str], ...]
    text: str

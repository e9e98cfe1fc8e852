"""The page objects of this room."""

from dataclasses import dataclass
from datetime import datetime

from webapp.insights.filing import Files
from webapp.insights.reviewing import State
from webapp.profiling.inputs import Input, InputError


@dataclass(frozen=True)
class SignupField:
    """One field of the form. `justification`, `owner` and `review` are words, also where nothing was declared."""

    key: str
    label: str
    justification: str
    owner: str
    review: str
    state: State
    cost: str


@dataclass(frozen=True)
class ChangeLine:
    """One change of the form. `before` and `after` are "" where there was, or is, nothing."""

    at: datetime
    label: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class AuditPage:
    """The sign-up form under audit. `owes` says what a second field would owe, or what each one owes."""

    says: str
    fields: tuple[SignupField, ...]
    owes_title: str
    owes: tuple[str, ...]
    cost_says: str
    price_url: str
    files: Files
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True)
class Column:
    """One column of the chart; heights and places are percent of its frame. `low` to `high` is the range assumed."""

    label: str
    left: float
    height: float
    low: float
    high: float
    chosen: bool


@dataclass(frozen=True)
class PriceResult:
    """What the assumptions come to. `evidence` says where the figures come from."""

    says: str
    evidence: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    files: Files


@dataclass(frozen=True)
class PricePage:
    """The calculator; no result where an input has an error. With `summary`, errors are listed above the form too."""

    title: str
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]
    summary: bool
    result: PriceResult | None
    news: str
    audit_url: str


@dataclass(frozen=True)
class Question:
    """One declared field as the protocol tells it: pairs of a question and its answer."""

    key: str
    label: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Protocol:
    """Every declared field. `made` is the day as of which it is told."""

    controller: str
    made: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class WhatIfPage:
    """A manifest that is not live, and what it would do. `errors` are one for each input that has some."""

    title: str
    text: Input
    file: Input
    errors: tuple[InputError, ...]
    result: "WhatIfResult | None"


@dataclass(frozen=True)
class WhatIfResult:
    """What would change. Rows of the tables are words; `notes` are warnings, and changes that stop nobody."""

    says: str
    stopped: tuple[tuple[str, ...], ...]
    unneeded: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

"""The page objects of requests."""

from dataclasses import dataclass
from datetime import date, datetime

from webapp.profiling.inputs import Input, InputError


@dataclass(frozen=True)
class StepLine:
    """One step of the trail. `note` is its reason where the reader may see it, else ""."""

    at: datetime
    text: str
    who: str
    note: str


@dataclass(frozen=True)
class RequestLine:
    """A request in a list. `when` says in words how much time is left, or when it was closed."""

    url: str
    kind: str
    state: str
    received_at: datetime
    due_on: date
    when: str
    overdue: bool
    runs: bool


@dataclass(frozen=True)
class Offer:
    """One thing that can be asked for."""

    label: str
    text: str
    url: str


@dataclass(frozen=True)
class OwnPage:
    """What a person asked for, newest first, and what they can ask for."""

    offers: tuple[Offer, ...]
    requests: tuple[RequestLine, ...]


@dataclass(frozen=True)
class RequestPage:
    """One request, for its person. `withdraw_url` and `receipt_url` are "" where there is nothing to press."""

    line: RequestLine
    done: str
    message: str
    steps: tuple[StepLine, ...]
    links: tuple[tuple[str, str], ...]
    withdraw_url: str
    receipt_url: str
    complaint: str


@dataclass(frozen=True)
class QueuePage:
    """The officer's queue, what is overdue first. `older_url` is "" at its end."""

    running: int
    overdue: int
    soon: int
    filters: tuple[Input, ...]
    requests: tuple[RequestLine, ...]
    older_url: str


@dataclass(frozen=True)
class StepForm:
    """A form of one of the officer's steps. It stands open where it shows an error."""

    key: str
    title: str
    text: str
    post_url: str
    label: str
    look: str = "secondary"
    inputs: tuple[Input, ...] = ()

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


@dataclass(frozen=True)
class Shown:
    """Values on this one answer: (label, text) each. `picture` is a data address of an image, "" for none."""

    lines: tuple[tuple[str, str], ...]
    picture: str = ""


@dataclass(frozen=True)
class OfficerRequestPage:
    """One request, for the officer: no value, but in `shown`, once one was asked for."""

    line: RequestLine
    facts: tuple[tuple[str, str], ...]
    steps: tuple[StepLine, ...]
    forms: tuple[StepForm, ...]
    trouble: str
    shown: Shown | None
    receipt_url: str

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(error for form in self.forms for error in form.errors)


@dataclass(frozen=True)
class ConfirmPage:
    """Erasing somebody, before it is done. `obstacle` says why it cannot be, "" where it can."""

    post_url: str
    back_url: str
    obstacle: str

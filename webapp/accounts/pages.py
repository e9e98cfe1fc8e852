"""The page objects of the account's pages."""

from dataclasses import dataclass
from datetime import datetime

from webapp.profiling.inputs import Input, InputError


@dataclass(frozen=True)
class HeldField:
    """One field that is held: its value for its owner, why, since when, from which action, until when."""

    key: str
    label: str
    value: str
    picture_url: str
    reason: str
    kept: str
    readers: str
    origin: str
    given_at: datetime
    expires_at: datetime
    change_url: str
    remove_url: str


@dataclass(frozen=True)
class NotHeld:
    """A field that is not held, and the actions that would ask for it."""

    label: str
    asked_by: str


@dataclass(frozen=True)
class AccountPage:
    """Everything that is held of the person who looks."""

    title: str
    email: str
    proved: bool
    fields: tuple[HeldField, ...]
    not_held: tuple[NotHeld, ...]
    links: tuple[tuple[str, str], ...]
    panels: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class ChangePage:
    """The form that changes one field."""

    key: str
    label: str
    reason: str
    kept: str
    post_url: str
    back_url: str
    multipart: bool
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]


@dataclass(frozen=True)
class RemovePage:
    """What removing a field means, before it is done."""

    label: str
    post_url: str
    back_url: str
    asked_by: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True)
class ConsentLine:
    """One consent: whether it is given, in words and as a fact, and where one press turns it round."""

    label: str
    reason: str
    kept: str
    state: str
    given: bool
    post_url: str


@dataclass(frozen=True)
class PreferencesPanel:
    """What its person allows. `unasked` are (label, where to take it back) of what is not to be asked again."""

    consents: tuple[ConsentLine, ...]
    unasked: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SessionLine:
    """One session of the list."""

    number: int
    device: str
    began_at: datetime
    seen_at: datetime
    here: bool


@dataclass(frozen=True)
class SessionsPage:
    """The sessions that work, the one of this request first."""

    sessions: tuple[SessionLine, ...]


@dataclass(frozen=True)
class EventLine:
    """One line of the audit trail. `subject` is "" where it is everybody's own."""

    at: datetime
    sentence: str
    way: str
    device: str
    subject: str = ""


@dataclass(frozen=True)
class ActivityPage:
    """What happened to one account, newest first."""

    events: tuple[EventLine, ...]


@dataclass(frozen=True)
class StaffEventsPage:
    """What happened to all accounts, newest first; `older_url` is "" at the end, `event` the chosen one or ""."""

    events: tuple[EventLine, ...]
    choices: tuple[tuple[str, str], ...]
    event: str
    older_url: str


@dataclass(frozen=True)
class FormPage:
    """A page with one form: what it is for, its inputs, its button and where it leads back to.

    `hidden` are (name, value), `buttons` further ones as (name, value, label), `links` other ways as (label, url);
    `trouble` says what does not work right now.
    """

    title: str
    text: str
    post_url: str
    submit_label: str
    inputs: tuple[Input, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    buttons: tuple[tuple[str, str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    links_title: str = ""
    back_url: str = ""
    trouble: str = ""
    look: str = "primary"

    @property
    def errors(self) -> tuple[InputError, ...]:
        return tuple(InputError(control.id, error) for control in self.inputs for error in control.errors)


@dataclass(frozen=True)
class FactorPage:
    """Choosing a second factor: (label, url) of each that the account can show, best first."""

    factors: tuple[tuple[str, str], ...]
    lost_url: str


@dataclass(frozen=True)
class SecurityPage:
    """How one gets into the account. Each panel is a part of the room: its template, and what it shows.

    Those in `urgent` stand above everything else.
    """

    email: str
    proved: bool
    sessions: int
    urgent: tuple[tuple[str, object], ...]
    panels: tuple[tuple[str, object], ...]

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

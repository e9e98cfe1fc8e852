"""The page objects of the account's pages, and how they are filled from what the engine holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from asklater.accounts.panels import ACCOUNT_PANELS, panels_of
from asklater.accounts.sessions import ActiveSession
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import Given, Input, InputError, Kind, with_every_error
from asklater.manifest.notice import kept
from asklater.records.answers import Held
from asklater.records.people import Subject


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
class SessionsPage:
    """The sessions that work, the one of this request first."""

    sessions: tuple[ActiveSession, ...]


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


def account_page(engine: Engine, subject: Subject | None, links: tuple[tuple[str, str], ...]) -> AccountPage:
    """Every field that is held, newest declarations applied; empty for a visitor of whom nothing is held."""
    values = engine.answers.read(subject.id) if subject else {}
    held = engine.answers.held(subject.id) if subject else []
    return AccountPage(
        title=gettext("Your account"),
        email=str(values.get("email", "")),
        proved=subject is not None and "verified_email" in subject.held,
        fields=tuple(held_field(engine, entry, values[entry.field]) for entry in held),
        not_held=tuple(
            NotHeld(gettext(engine.field(key).label), ", ".join(asked_by(engine, key)))
            for key in engine.manifest.fields
            if key not in values
        ),
        links=links,
        panels=panels_of(subject.id, ACCOUNT_PANELS) if subject else (),
    )


def change_page(engine: Engine, key: str, given: Given, errors: Mapping[str, str], back: str) -> ChangePage:
    """The form of one field, holding `given`; it leads `back` in the end."""
    declared, kind = engine.field(key), engine.kind_of(key)
    inputs = with_every_error(kind.inputs(declared, given, errors), errors)
    return ChangePage(
        key=key,
        label=gettext(declared.label),
        reason=gettext(declared.reason),
        kept=kept(declared),
        post_url=url_for("accounts.change", field=key, back=back),
        back_url=back,
        multipart=kind.multipart,
        inputs=inputs,
        errors=tuple(InputError(control.id, error) for control in inputs for error in control.errors),
    )


def remove_page(engine: Engine, key: str, back: str) -> RemovePage:
    """What removing the field means; it leads `back` in the end."""
    also = [gettext(field.label) for field in engine.manifest.fields.values() if key in field.after]
    return RemovePage(
        label=gettext(engine.field(key).label),
        post_url=url_for("accounts.remove", field=key, back=back),
        back_url=back,
        asked_by=tuple(asked_by(engine, key)),
        also=tuple(also),
    )


def asked_by(engine: Engine, key: str) -> list[str]:
    """The labels of the actions that require the field, and of the background prompts that ask for it."""
    actions = [gettext(action.label) for action in engine.manifest.asking(key)]
    return [*actions, *(gettext(prompt.label) for prompt in engine.manifest.prompting(key))]


def held_field(engine: Engine, held: Held, value: object, back: str = "") -> HeldField:
    """One held field for its owner; who changes or removes it is led `back` there, else to the account."""
    declared, kind = engine.field(held.field), engine.kind_of(held.field)
    return HeldField(
        key=held.field,
        label=gettext(declared.label),
        value=kind.show(declared, value),
        picture_url=url_for("accounts.picture", field=held.field) if isinstance(value, bytes) else "",
        reason=gettext(declared.reason),
        kept=kept(declared),
        readers=", ".join(gettext(reader) for reader in declared.readers),
        origin=origin_of(engine, held.action),
        given_at=held.given_at,
        expires_at=held.expires_at,
        change_url=_change_url(kind, held.field, back),
        remove_url=url_for("accounts.confirm_remove", field=held.field, back=back or None),
    )


def origin_of(engine: Engine, context: str) -> str:
    """Where an answer came from: an action, a placement, or one of the engine's own ways."""
    if context in engine.manifest.actions:
        return gettext(engine.manifest.actions[context].label)
    if context in engine.registry.placements:
        return engine.registry.placements[context].label()
    ways = {"settings": gettext("this page"), "import": gettext("an import"), "expiry": gettext("its term")}
    return ways.get(context, context)


def _change_url(kind: Kind, field: str, back: str) -> str:
    """Where the field is changed: by its own inputs, on a page of its kind's, or "" for nowhere."""
    if kind.change_endpoint:
        return url_for(kind.change_endpoint)
    return url_for("accounts.change", field=field, back=back or None) if kind.editable else ""

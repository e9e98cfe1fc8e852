"""The page objects of the account's pages, and how they are filled from what the engine holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from asklater.accounts.active_sessions import ActiveSession
from asklater.accounts.panels import ACCOUNT_PANELS, panels_of
from asklater.endpoints import url_for
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.kinds.base import Given, Input, InputError, with_every_error
from asklater.manifest.notice import asked_by, kept, told_beside_input
from asklater.records.people import Subject
from asklater.subjects.held_fields import ConsentLine, HeldField, can_be_added, deletion_sentence, held_field


@dataclass(frozen=True)
class NotHeld:
    """A field that is not held, and the actions that would ask for it. `add_url` is where it can be given unasked, ""
    for nowhere."""

    label: str
    asked_by: str
    add_url: str = ""


@dataclass(frozen=True)
class AccountPage:
    """Everything that is held of the person who looks."""

    title: str
    email: str
    proved: bool
    fields: tuple[HeldField, ...]
    not_held: tuple[NotHeld, ...]
    panels: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class ChangePage:
    """The form that changes one field, or adds it; `told` are sentences on who sees it and who may give it."""

    key: str
    title: str
    label: str
    reason: str
    told: tuple[str, ...]
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
class PreferencesPanel:
    """What its person allows. `declined` are (label, where to take it back) of what is not to be asked again."""

    consents: tuple[ConsentLine, ...]
    declined: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SessionsPage:
    """The sessions that work, the one of this request first."""

    sessions: tuple[ActiveSession, ...]


@dataclass(frozen=True)
class EventLine:
    """One line of the audit trail. `subject` is "" where it is everybody's own."""

    at: datetime
    sentence: str
    method: str
    device: str
    subject: str = ""


@dataclass(frozen=True)
class ActivityPage:
    """What happened to one account, newest first."""

    events: tuple[EventLine, ...]


@dataclass(frozen=True)
class StaffEventsPage:
    """What happened to all accounts, newest first; `older_url` is "" at the end, `event` the chosen one or "".

    `figures` are numbers in words, each with what it counts. `simulated` says that simulated people are among them.
    """

    figures: tuple[tuple[str, str], ...]
    events: tuple[EventLine, ...]
    choices: tuple[tuple[str, str], ...]
    event: str
    simulated: bool
    older_url: str


@dataclass(frozen=True)
class FactorPage:
    """Choosing a second factor: (label, url) of each that the account can show, best first."""

    factors: tuple[tuple[str, str], ...]
    lost_url: str


@dataclass(frozen=True)
class SecurityPage:
    """How one gets into the account. Each panel is a feature's part of it: its template, and what it shows.

    Those in `urgent` stand above everything else.
    """

    email: str
    proved: bool
    sessions: int
    urgent: tuple[tuple[str, object], ...]
    panels: tuple[tuple[str, object], ...]


def account_page(engine: Engine, subject: Subject | None) -> AccountPage:
    """Every field that is held, newest declarations applied; empty for a visitor of whom nothing is held."""
    values = engine.answers.read(subject.id) if subject else {}
    held = engine.answers.held(subject.id) if subject else []
    return AccountPage(
        title=gettext("Your account"),
        email=str(values.get("email", "")),
        proved=subject is not None and "verified_email" in subject.held,
        fields=tuple(held_field(engine, entry, values[entry.field]) for entry in held),
        not_held=tuple(
            NotHeld(
                gettext(engine.field(key).label),
                ", ".join(asked_by(engine.manifest, key)),
                url_for("accounts.change", field=key) if can_be_added(engine, subject, key) else "",
            )
            for key in engine.manifest.fields
            if key not in values
        ),
        panels=panels_of(subject.id, ACCOUNT_PANELS) if subject else (),
    )


def change_page(
    engine: Engine, key: str, given: Given, errors: Mapping[str, str], back: str, *, held: bool
) -> ChangePage:
    """The form of one field, holding `given`; it leads `back` in the end. What is not `held` yet is added."""
    declared, kind = engine.field(key), engine.kind_of(key)
    label = gettext(declared.label)
    inputs = with_every_error(kind.inputs(declared, given, errors), errors)
    return ChangePage(
        key=key,
        title=gettext("Change: %(label)s", label=label) if held else gettext("Add: %(label)s", label=label),
        label=label,
        reason=gettext(declared.reason),
        told=(*told_beside_input(declared), *filter(None, [deletion_sentence(engine, key)])),
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
        asked_by=tuple(asked_by(engine.manifest, key)),
        also=tuple(also),
    )

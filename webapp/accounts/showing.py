"""Putting the account's pages together from what the engine holds."""

from collections.abc import Mapping

from flask import url_for

from webapp.accounts.pages import AccountPage, ChangePage, HeldField, NotHeld, RemovePage
from webapp.accounts.panels import ACCOUNT, panels_of
from webapp.profiling.answers import Held
from webapp.profiling.engine import Engine
from webapp.profiling.inputs import InputError, with_every_error
from webapp.profiling.kinds.base import Given, Kind
from webapp.profiling.notice import kept
from webapp.profiling.people import Subject
from webapp.profiling.words import gettext


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
        panels=panels_of(subject.id, ACCOUNT) if subject else (),
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
    if context in engine.placements:
        return engine.placements[context].label()
    ways = {"settings": gettext("this page"), "import": gettext("an import"), "expiry": gettext("its term")}
    return ways.get(context, context)


def _change_url(kind: Kind, field: str, back: str) -> str:
    """Where the field is changed: by its own inputs, on a page of its kind's, or "" for nowhere."""
    if kind.change_endpoint:
        return url_for(kind.change_endpoint)
    return url_for("accounts.change", field=field, back=back or None) if kind.editable else ""

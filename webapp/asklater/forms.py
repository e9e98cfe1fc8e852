"""Forms: the page with one of them, inputs that several have in common, and WTForms fields as inputs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from flask import Response, current_app, has_request_context
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields import BooleanField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.form import BaseForm

from asklater import http
from asklater.endpoints import endpoint_of, url_for
from asklater.i18n import gettext
from asklater.kinds.base import Input, InputError, Invalid, Option, Unable
from asklater.kinds.typed_text import echo

LONGEST_CODE = 400
"""Characters that the input of a code takes: the message that brings it may be pasted as a whole."""


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF brings no types
    """A form whose cross-site token is checked where every request's is, not once more here."""

    class Meta:
        csrf = False


def inputs_of(form: BaseForm, name: str) -> tuple[Input, ...]:
    """Every field of `form`; `name` sets the ids apart from those of other forms on the page.

    A field's `description` becomes the hint, its `render_kw` may hold autocomplete, inputmode and width.
    """
    return tuple(input_of(field, f"{name}-{field.short_name.replace('_', '-')}") for field in form)


def input_of(field: Field, element_id: str) -> Input:
    """One field as an input: what was typed, fit to be shown again, and what is wrong with it."""
    more = field.render_kw or {}
    kind = _type_of(field)
    return Input(
        name=field.name,
        id=element_id,
        label=str(field.label.text),
        type=kind,
        values=_values(field, multiline=kind == "textarea"),
        options=_options(field),
        hint=str(field.description),
        errors=tuple(str(error) for error in field.errors),
        autocomplete=more.get("autocomplete", ""),
        inputmode=more.get("inputmode", ""),
        width=more.get("width", "full"),
        optional=bool(field.flags.optional),
        maxlength=field.flags.maxlength,
    )


def errors_of(inputs: Iterable[Input]) -> tuple[InputError, ...]:
    """The lines of the summary that leads to each input with an error."""
    return tuple(InputError(control.id, error) for control in inputs for error in control.errors)


def _type_of(field: Field) -> str:
    for kind, name in (
        (RadioField, "radios"),
        (SelectMultipleField, "checkboxes"),
        (SelectField, "select"),
        (TextAreaField, "textarea"),
        (BooleanField, "checkbox"),
    ):
        if isinstance(field, kind):
            return name
    return str(getattr(field.widget, "input_type", "text"))


def _options(field: Field) -> tuple[Option, ...]:
    if isinstance(field, BooleanField):
        return (Option("y", str(field.label.text)),)
    if isinstance(field, SelectField):  # radios and checkboxes are selects too
        return tuple(Option(str(value), str(label)) for value, label, *_ in field.iter_choices())
    return ()


def _values(field: Field, *, multiline: bool) -> tuple[str, ...]:
    """What was sent, where something was; otherwise what the form was filled with."""
    if isinstance(field, BooleanField):
        return ("y",) if field.data else ()
    sent = field.raw_data if field.raw_data is not None else _held(field)
    shown = [echo(str(value), multiline=multiline) for value in sent if value is not None]
    return tuple(shown if isinstance(field, SelectMultipleField) else shown[:1])


def _held(field: Field) -> list[object]:
    return list(field.data or []) if isinstance(field, SelectMultipleField) else [field.data]


# A page with one form


@dataclass(frozen=True)
class FormPage:
    """A page with one form: what it is for, its inputs, its button and where it leads back to.

    `hidden` are (name, value), `buttons` further ones as (name, value, label), `links` other ways as (label, url);
    `error` says what does not work right now.
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
    error: str = ""
    style: str = "primary"

    @property
    def errors(self) -> tuple[InputError, ...]:
        return errors_of(self.inputs)


def render_form_page(page: FormPage, *, retry_after: int = 0) -> Response:
    """The page; 422 when it shows errors, 429 when one has to wait first."""
    status = 429 if retry_after else 422 if page.errors or page.error else 200
    response = http.fragment_or_page("asklater/accounts/_form.html", "asklater/accounts/form.html", status, page=page)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def seconds_to_wait(refused: Invalid | Unable) -> int:
    """The seconds that a refusal wants one to wait; 0 for none."""
    return refused.retry_after if isinstance(refused, Unable) else 0


def error_text(refused: Invalid | Unable) -> str:
    """A refusal as one sentence for the person."""
    return refused.reason if isinstance(refused, Unable) else " ".join(refused.errors.values())


Sent = Literal["mail", "text", ""]
"""How a code came; "" for one that the person's own device makes."""


def code_input(typed: str = "", error: str = "", label: str = "", sent: Sent = "mail") -> Input:
    """The input of a code of six digits."""
    return Input(
        name="code",
        id="code",
        label=label or gettext("The six digits of the code"),
        type="code",
        values=(echo(typed, most=LONGEST_CODE),) if typed else (),
        errors=(error,) if error else (),
        autocomplete="one-time-code",
        inputmode="numeric",
        maxlength=LONGEST_CODE,
        width="short",
        link=_demo_inbox(sent) if sent else None,
    )


def _demo_inbox(sent: str) -> tuple[str, str] | None:
    """Where the demo shows what it sent; None where it is really sent."""
    endpoint = {"mail": "mailbox.mailbox", "text": "messages.messages"}[sent]
    if not has_request_context() or endpoint_of(endpoint) not in current_app.view_functions:
        return None
    label = gettext("Open the demo mailbox (new tab)") if sent == "mail" else gettext("Open the demo phone (new tab)")
    return label, url_for(endpoint)


def email_input(name: str, label: str, typed: str = "", error: str = "") -> Input:
    """The input of an address."""
    return Input(
        name=name,
        id=name,
        label=label,
        type="email",
        values=(typed[:2000],) if typed else (),
        errors=(error,) if error else (),
        autocomplete="email",
        inputmode="email",
        maxlength=254,
    )

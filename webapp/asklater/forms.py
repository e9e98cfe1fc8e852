"""Forms of the application's own: from WTForms fields to the inputs that the components draw."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields import BooleanField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.form import BaseForm

from asklater.kinds.base import Input, InputError, Option
from asklater.kinds.typed_text import echo


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

"""Forms of the officer's registers: what each is for and where it goes, and fields that several have in common.

The fields are typed as anything, since what a valid one holds is never None, which their own types cannot say.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Response, make_response, render_template
from flask_babel import lazy_gettext as _
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.fields import DateField, DateTimeLocalField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Optional

from asklater import clock, http
from asklater.forms import errors_of
from asklater.i18n import gettext
from asklater.kinds.base import Input, InputError
from asklater.kinds.typed_text import UnfitText, line, paragraphs

MAX_LINE, MAX_TEXT = 200, 4000
"""Characters."""


@dataclass(frozen=True)
class OfficerForm:
    """One form of a page. It stands open where it shows an error, or where it is the next thing to do."""

    key: str
    title: str
    text: str
    post_url: str
    label: str
    inputs: tuple[Input, ...] = ()
    look: str = "secondary"
    is_next: bool = False
    hidden: tuple[tuple[str, str], ...] = ()

    @property
    def errors(self) -> tuple[InputError, ...]:
        return errors_of(self.inputs)

    @property
    def is_open(self) -> bool:
        return self.is_next or bool(self.errors)


def officer_form_page(form: OfficerForm, back_url: str, status: int = 200) -> Response:
    """Answer with a page that holds nothing but this form and a way back."""
    text = render_template("asklater/privacy/officer/form.html", form=form, back_url=back_url)
    return http.personal(make_response(text, status))


def text_field(label: Any, hint: Any = "", *, optional: bool = False) -> Any:
    """Returns an input of some paragraphs; what is read is clean and not blank."""
    first = Optional() if optional else InputRequired(_("Write a few words."))
    return TextAreaField(label, description=hint, validators=[first, _Fit(MAX_TEXT, paragraphs)])


def depending_text_field(label: Any, hint: Any = "") -> Any:
    """Returns an input of some paragraphs; whether it may be blank, the form decides by what else was sent."""
    return TextAreaField(label, description=hint, validators=[_Fit(MAX_TEXT, paragraphs, may_be_blank=True)])


def line_field(label: Any, hint: Any = "", *, optional: bool = False, missing: Any = "", most: int = MAX_LINE) -> Any:
    """Returns an input of one line; what is read is clean and not blank."""
    first = Optional() if optional else InputRequired(missing or _("Write a few words."))
    return StringField(label, description=hint, validators=[first, _Fit(most, line)])


def day_field(label: Any, hint: Any = "", *, optional: bool = False) -> Any:
    """Returns an input of a day."""
    first = Optional() if optional else InputRequired(_("Give a date, such as 2026-05-31."))
    return _Day(label, description=hint, validators=[first])


def moment_field(label: Any, hint: Any) -> Any:
    """Returns an input of a moment in UTC, which is not in the future; its `data` has its zone."""
    return _Moment(label, description=hint, validators=[InputRequired(_("Give the day and the time.")), not_ahead])


def not_ahead(_form: BaseForm, field: Field) -> None:
    """Refuses a moment or a day that has not come yet."""
    given = field.data
    late = given > clock.now() if isinstance(given, datetime) else given is not None and given > clock.now().date()
    if late:
        raise ValidationError(gettext("This is in the future. Check the date."))


def not_past(_form: BaseForm, field: Field) -> None:
    """Refuses a day that is over."""
    if isinstance(field.data, date) and field.data < clock.now().date():
        raise ValidationError(gettext("This day is over. Give one that is still to come."))


class _Fit:
    """Reads a text as people mean it, and refuses what is blank, too long or no text at all."""

    def __init__(self, most: int, read: Callable[[str, int], str], *, may_be_blank: bool = False) -> None:
        self._most, self._read, self._may_be_blank = most, read, may_be_blank

    def __call__(self, _form: BaseForm, field: Field) -> None:
        try:
            field.data = self._read(field.data or "", self._most)
        except UnfitText as unfit:
            raise ValidationError(unfit.reason) from unfit
        if not field.data and not (field.flags.optional or self._may_be_blank):
            raise ValidationError(gettext("Write a few words."))


class _Day(DateField):
    def process_formdata(self, valuelist: Collection[str]) -> None:
        _read(super().process_formdata, valuelist, gettext("Give a date, such as 2026-05-31."))


class _Moment(DateTimeLocalField):
    def process_formdata(self, valuelist: Collection[str]) -> None:
        _read(super().process_formdata, valuelist, gettext("Give the day and the time, such as 2026-05-31 14:30."))
        self.data = self.data.replace(tzinfo=UTC) if self.data else None


def _read(read: Callable[[list[str]], None], sent: Collection[str], refusal: str) -> None:
    try:
        read([text.strip() for text in sent])
    except (ValueError, OverflowError) as error:
        raise ValueError(refusal) from error

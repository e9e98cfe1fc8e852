"""The forms of reviews and of the line beside a shared print."""

from flask_babel import LazyString, format_decimal, lazy_gettext as _
from wtforms import Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # its types are a version behind
from wtforms.validators import InputRequired, Optional

from webapp.forms import Form
from webapp.profiling.kinds import typed
from webapp.shop.publications import LONGEST_MESSAGE
from webapp.shop.reviewing import LONGEST, SHORTEST


def count(number: int) -> LazyString:
    """The number as the reader's language writes it."""
    return LazyString(format_decimal, number)


class ReviewInputs(Form):
    """A rating and some words; `text.data` is clean once the form is valid."""

    rating = RadioField(
        _("Your rating"),
        choices=[
            SelectChoice("5", _("5, wonderful")),
            SelectChoice("4", _("4, good")),
            SelectChoice("3", _("3, fine")),
            SelectChoice("2", _("2, not for me")),
            SelectChoice("1", _("1, a letdown")),
        ],
        validators=[InputRequired(_("Choose a rating from 1 to 5."))],
        validate_choice=False,
    )
    text = TextAreaField(
        _("Your review"),
        description=_(
            "What is it like to live with? From %(least)s to %(most)s characters.",
            least=count(SHORTEST),
            most=count(LONGEST),
        ),
    )

    def validate_rating(self, field: Field) -> None:
        if field.data not in {"1", "2", "3", "4", "5"}:
            raise ValidationError(_("Choose a rating from 1 to 5."))

    def validate_text(self, field: Field) -> None:
        try:
            field.data = typed.paragraphs(field.data or "", LONGEST)
        except typed.Unfit as unfit:
            raise ValidationError(unfit.reason) from unfit
        if not field.data:
            raise ValidationError(_("Write a few words, at least %(least)s characters.", least=count(SHORTEST)))
        if len(field.data) < SHORTEST:
            raise ValidationError(_("This is very short. Use at least %(least)s characters.", least=count(SHORTEST)))


class MessageInputs(Form):
    """One line beside a shared print."""

    message = StringField(
        _("A line of yours"),
        description=_(
            "Everyone who has the link can read it. Up to %(most)s characters.", most=count(LONGEST_MESSAGE)
        ),
        validators=[Optional()],
    )

    def validate_message(self, field: Field) -> None:
        try:
            field.data = typed.line(field.data or "", LONGEST_MESSAGE)
        except typed.Unfit as unfit:
            raise ValidationError(unfit.reason) from unfit

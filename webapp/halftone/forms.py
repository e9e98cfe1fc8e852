"""The forms of cart, checkout, reviews and shared prints: everything that was sent is doubted, and refused with a
sentence.
"""

import re

from flask_babel import LazyString, format_decimal, lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # its types are a version behind
from wtforms.validators import InputRequired, Optional

from asklater import Form, gettext
from asklater.kinds import UnfitText, line, paragraphs, seen_length
from halftone.cart import MOST, CartRefusal
from halftone.checkout import Checkout
from halftone.reviews import LONGEST, SHORTEST
from halftone.tables import LONGEST_MESSAGE

# Cart and checkout

WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


def slug_of(form: MultiDict[str, str]) -> str:
    """The product that is named. Raises Refused."""
    slug = _single_value(form, "product")
    if not slug:
        raise CartRefusal(gettext("Choose something to add."))
    return slug


def quantity_of(form: MultiDict[str, str], *, least: int) -> int:
    """The quantity, a whole number from `least` to MOST. Raises Refused."""
    text = _single_value(form, "quantity").strip()
    if not WHOLE_NUMBER.fullmatch(text) or not least <= int(text) <= MOST:
        raise CartRefusal(gettext("Give a whole number from %(least)s to %(most)s.", least=least, most=MOST))
    return int(text)


def typed_quantity(form: MultiDict[str, str]) -> str:
    """What was typed as the quantity, to be shown again."""
    return form.get("quantity", "")


def checkout_of(form: MultiDict[str, str]) -> Checkout:
    """What the checkout carries; a value that was sent twice counts as none."""
    return Checkout(*("" if len(set(form.getlist(name))) != 1 else form[name] for name in ("key", "seen")))


def _single_value(form: MultiDict[str, str], name: str) -> str:
    sent = set(form.getlist(name))
    if len(sent) > 1:
        raise CartRefusal(gettext("This was sent more than once, with different values. Nothing was changed."))
    return sent.pop() if sent else ""


# Reviews and shares


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
            field.data = paragraphs(field.data or "", LONGEST)
        except UnfitText as unfit:
            raise ValidationError(unfit.reason) from unfit
        if not field.data:
            raise ValidationError(_("Write a few words, at least %(least)s characters.", least=count(SHORTEST)))
        if seen_length(field.data) < SHORTEST:
            raise ValidationError(_("This is very short. Use at least %(least)s characters.", least=count(SHORTEST)))


class MessageInputs(Form):
    """One line beside a shared print."""

    message = StringField(
        _("Your message"),
        description=_(
            "Everyone who has the link can read it. Up to %(most)s characters.", most=count(LONGEST_MESSAGE)
        ),
        validators=[Optional()],
    )

    def validate_message(self, field: Field) -> None:
        try:
            field.data = line(field.data or "", LONGEST_MESSAGE)
        except UnfitText as unfit:
            raise ValidationError(unfit.reason) from unfit

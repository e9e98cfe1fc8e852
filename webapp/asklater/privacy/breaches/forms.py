"""The forms of a breach, by its steps: what each asks, and what it refuses."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # its types are a version behind
from wtforms.validators import InputRequired

from asklater.forms import Form
from asklater.i18n import gettext
from asklater.privacy.breaches.register import NOT, NOTIFY, PUBLIC, WRITE, Breach
from asklater.privacy.breaches.scope import CHOSEN, DATABASE, KEYS
from asklater.privacy.officer_forms import day_field, depending_text_field, line_field, moment_field, text_field


def _choice(label: Any, *choices: SelectChoice) -> RadioField:
    return RadioField(label, choices=list(choices), validators=[InputRequired(_("Choose one of these."))])


class NewBreachForm(Form):
    """What is known when a breach is noticed."""

    title = line_field(_("What happened, in a few words"), _("It names the breach in lists. Name nobody."))
    noticed_at = moment_field(
        _("When was it noticed? (UTC)"),
        _("The 72 hours run from the moment when somebody in your organisation knew of it."),
    )
    happened = text_field(
        _("What happened"),
        _("What got out, was lost or was changed; how; since when; how it was noticed. The authority reads this."),
    )


class DescribeForm(Form):
    """What happened, what can follow and what was done: three of the elements of Art. 33(3)."""

    title = line_field(_("In a few words"))
    happened = text_field(_("What happened"))
    consequences = text_field(_("What can follow from it for people"), optional=True)
    measures = text_field(_("What was done, and what will be"), optional=True)


class ScopeForm(Form):
    """What got out. The presenters fill in which fields and records there are."""

    extent = _choice(
        _("What got out?"),
        SelectChoice(CHOSEN, _("What is chosen below")),
        SelectChoice(DATABASE, _("A copy of the database, without keys: what stands in it in clear")),
        SelectChoice(KEYS, _("A copy of the database and the keys: everything")),
    )
    fields = SelectMultipleField(_("Fields"))
    tables = SelectMultipleField(_("Records"))
    recorded_from = day_field(
        _("Only what was recorded from this day on"), _("Of everything where it is empty."), optional=True
    )
    recorded_until = day_field(_("Only what was recorded until the end of this day"), optional=True)

    def validate_fields(self, field: Field) -> None:
        if self.extent.data == CHOSEN and not field.data and not self.tables.data:
            raise ValidationError(gettext("Choose a field or a kind of record, or say that the database got out."))

    def validate_recorded_until(self, field: Field) -> None:
        if field.data and self.recorded_from.data and field.data < self.recorded_from.data:
            raise ValidationError(gettext("This day is before the first one. Swap them, or correct one."))


class AssessForm(Form):
    """The risk to people."""

    risk = _choice(
        _("How high is the risk to people?"),
        SelectChoice("none", _("Unlikely to be a risk: the authority need not be notified (Art. 33(1))")),
        SelectChoice("risk", _("A risk: the authority has to be notified")),
        SelectChoice("high", _("A high risk: the people have to be told as well (Art. 34(1))")),
    )
    risk_reason = text_field(_("Why"), _("How likely and how grave it is, for whom; what protects them."))


class AuthorityForm(Form):
    """Whether the authority is notified."""

    authority = _choice(
        _("Is the authority notified?"),
        SelectChoice(NOTIFY, _("Yes")),
        SelectChoice(NOT, _("No, since there is hardly a risk to people")),
    )
    authority_reason = text_field(_("Why"))


class NotifiedForm(Form):
    """That the authority was notified. What is late needs its reason."""

    notified_at = moment_field(_("When was it sent? (UTC)"), _("Of several parts, the first one."))
    reference = line_field(_("The authority's reference, or how it was sent"), optional=True)
    delay_reason = depending_text_field(
        _("Why it was later than 72 hours"), _("Only where it was: the law wants the reason.")
    )
    breach: Breach | None = None

    def validate_notified_at(self, field: Field) -> None:
        if field.data is not None and self.breach is not None and field.data < self.breach.noticed_at:
            raise ValidationError(gettext("This is before the breach was noticed. Check the date."))

    def validate(self, extra_validators: Any = None) -> bool:
        fits = bool(super().validate(extra_validators))
        sent, is_said = self.notified_at.data, bool(self.delay_reason.data)
        if fits and self.breach is not None and sent > self.breach.deadline and not is_said:
            self.delay_reason.errors = [gettext("It was sent after the 72 hours. Write why.")]
            return False
        return fits


class PersonsForm(Form):
    """Whether the people are told."""

    persons = _choice(
        _("Are the people told?"),
        SelectChoice(WRITE, _("Yes, each by a letter")),
        SelectChoice(PUBLIC, _("Yes, by a public notice: letters would be out of proportion (Art. 34(3)(c))")),
        SelectChoice(NOT, _("No")),
    )
    persons_reason = text_field(
        _("Why"), _("For No: no high risk, or what got out cannot be read, or the risk is gone (Art. 34(3)).")
    )


class LetterForm(Form):
    """The letter, in plain words."""

    letter_title = line_field(_("Subject of the letter"), most=120)
    letter = text_field(_("What happened, in plain words"), _("The same for everybody: name nobody."))
    advice = text_field(_("What the person can do"), _("Such as: change a password, beware of calls."), optional=True)


class NoteForm(Form):
    """A note for the log."""

    note = text_field(_("What happened or was said"))


class ListForm(Form):
    """The list of addresses."""

    reason = text_field(_("What the list is for"), _("It is noted in the log with your pseudonym."))


class CloseForm(Form):
    """The end of it."""

    closing = text_field(_("What was learned, and what is different now"))


STEP_FORMS: Mapping[str, type[Form]] = {
    "describe": DescribeForm,
    "scope": ScopeForm,
    "assess": AssessForm,
    "authority": AuthorityForm,
    "notified": NotifiedForm,
    "persons": PersonsForm,
    "letter": LetterForm,
    "send": Form,
    "stop": Form,
    "note": NoteForm,
    "close": CloseForm,
}
"""By the names of the steps, in the order in which they are shown."""


def step_form(step: str, found: Breach, choices: Mapping[str, list[SelectChoice]], **given: Any) -> Form:
    """Returns the form of a step, filled with what was sent, or else with what is on record."""
    form = STEP_FORMS[step](data=_on_record(found), **given)
    for name, options in choices.items():
        if name in form:
            form[name].choices = options
    if isinstance(form, NotifiedForm):
        form.breach = found
    return form


def _on_record(found: Breach) -> dict[str, Any]:
    scope = found.scope
    own = {"fields": list(scope.fields), "tables": list(scope.tables), "extent": scope.extent}
    days = {"recorded_from": scope.recorded_from, "recorded_until": scope.recorded_until}
    decided = {name: getattr(found, name) or None for name in ("risk", "authority", "persons")}
    sent = {"notified_at": f"{found.notified_at:%Y-%m-%dT%H:%M}"} if found.notified_at else {}
    return {**found.words, **own, **days, **decided, **sent}

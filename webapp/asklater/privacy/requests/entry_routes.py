"""The officer's form for a request that came by letter, by phone or over the counter."""

import secrets

from flask import Response, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # its types are a version behind
from wtforms.validators import InputRequired

from asklater import http
from asklater.email_addresses import parse_address
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.kinds.base import Invalid
from asklater.privacy.erasure.person_holds import NoSuchPerson
from asklater.privacy.officer import officer_blueprint
from asklater.privacy.officer_forms import (
    OfficerForm,
    day_field,
    depending_text_field,
    line_field,
    not_ahead,
    officer_form_page,
    text_field,
)
from asklater.privacy.requests.audit_trail import current_officer_actor
from asklater.privacy.requests.deadlines import due_on
from asklater.privacy.requests.entry import Entry, enter_request, is_number
from asklater.privacy.requests.labels import CameBy, Kind, came_by_label, kind_label, offered_kinds
from asklater.privacy.requests.lifecycle import RequestDraft
from asklater.privacy.requests.queries import Request


class EnterRequestForm(Form):
    """What was asked for, by whom, how it came and when."""

    kind = RadioField(_("What is asked for?"), validators=[InputRequired(_("Choose what is asked for."))])
    person = line_field(
        _("Whose request it is"),
        _("An email address or the number of an account, as the search shows it. Empty where neither is known."),
        optional=True,
    )
    came_by = RadioField(_("How did it come?"), validators=[InputRequired(_("Choose how it came."))])
    received_on = day_field(
        _("When was it received?"), _("The day on which it reached you: the month runs from there, not from today.")
    )
    identity = text_field(
        _("How you checked who it is"),
        _("For instance: called back, passport shown, wrote from the verified address. The person can read this."),
    )
    message = depending_text_field(
        _("Message"),
        _("What is asked for, in the person's words. Without an address above: who it is, and where you answer."),
    )

    def validate_person(self, field: Field) -> None:
        try:
            if field.data and not is_number(field.data):
                parse_address(field.data)
        except Invalid as refused:
            raise ValidationError(" ".join(refused.errors.values())) from refused

    def validate_received_on(self, field: Field) -> None:
        not_ahead(self, field)

    def validate(self, extra_validators: object = None) -> bool:
        fits = bool(super().validate(extra_validators))
        if not self.person.data and not self.message.data and not self.message.errors:
            self.message.errors = [gettext("Write who asks and where you answer, or give an address or number above.")]
            return False
        return fits


@officer_blueprint.get("/requests/new")
def new_request() -> ResponseReturnValue:
    return _page(_form(person=request.args.get("person", "")))


@officer_blueprint.post("/requests/new")
def enter_new_request() -> ResponseReturnValue:
    form = _form()
    if not form.validate():
        return _page(form, 422)
    try:
        found = enter_request(current_engine(), _entry(form), current_officer_actor())
    except NoSuchPerson:
        form.person.errors = [gettext("There is no account of this number. Check it, or leave this empty.")]
        return _page(form, 422)
    flash(*_entered(found))
    return http.go_to(url_for("officer.request", public_id=found.public_id))


def _entered(found: Request) -> tuple[str, str]:
    """Returns what is said of it, and how that looks: a month that is over already is an error to be seen."""
    last = due_on(found.received_at.date())
    if found.is_overdue:
        words = gettext("Entered. It is overdue already: its month ended on %(day)s. Answer it now.", day=last)
        return words, "error"
    return gettext("Entered. Its month ends on %(day)s.", day=last), "success"


def _form(person: str = "") -> EnterRequestForm:
    form = EnterRequestForm(person=person)
    offered = offered_kinds(current_engine().manifest)
    form.kind.choices = [SelectChoice(kind, kind_label(kind)) for kind in offered]
    form.came_by.choices = [SelectChoice(one, came_by_label(one)) for one in CameBy]
    return form


def _entry(form: EnterRequestForm) -> Entry:
    draft = RequestDraft(Kind(form.kind.data), form.message.data or "", "", request.form.get("pressed", ""))
    given = form.person.data or "", CameBy(form.came_by.data), form.received_on.data, form.identity.data
    return Entry(draft, *given)


def _page(form: Form, status: int = 200) -> Response:
    page = OfficerForm(
        key="entry",
        title=gettext("Enter a request"),
        text=gettext(
            "A right that somebody asked for outside these pages. Where we have an address, the person is emailed "
            "that it has arrived, and until when we answer."
        ),
        post_url=url_for("officer.enter_new_request"),
        label=gettext("Enter it"),
        inputs=inputs_of(form, "entry"),
        look="primary",
        hidden=(("pressed", request.form.get("pressed") or secrets.token_urlsafe(12)),),
    )
    return officer_form_page(page, url_for("officer.requests"), status)

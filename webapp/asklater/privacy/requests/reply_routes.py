"""The officer's replies to people: written from a template, looked at as they will be mailed, and sent; and what is
noted by hand of letters and talks.
"""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, make_response, render_template, request as http_request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import Field, ValidationError
from wtforms.fields import RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # its types are a version behind
from wtforms.form import BaseForm
from wtforms.validators import InputRequired

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.kinds.base import Input, Option
from asklater.privacy.officer import current_officer, officer_blueprint
from asklater.privacy.officer_forms import OfficerForm, line_field, moment_field, officer_form_page, text_field
from asklater.privacy.requests import audit_trail
from asklater.privacy.requests.correspondence import (
    NobodyToReplyTo,
    channel_labels,
    note_letter as keep_letter,
    reply_text,
    send_reply as post_reply,
)
from asklater.privacy.requests.notifications import contact_address
from asklater.privacy.requests.queries import Request, find_request
from asklater.privacy.requests.reply_templates import (
    GAP,
    ReplyTemplate,
    filled,
    find_template,
    placeholder_labels,
    placeholder_values,
    reply_templates,
    unknown_placeholders,
)


def known_placeholders(_form: BaseForm, field: Field) -> None:
    """Refuses a text with a placeholder that there is not."""
    unknown = unknown_placeholders(field.data or "")
    if unknown:
        there_are = ", ".join(f"{{{name}}}" for name in placeholder_labels())
        wrong = ", ".join(f"{{{name}}}" for name in unknown)
        raise ValidationError(
            gettext("There is no placeholder %(wrong)s. There are: %(known)s.", wrong=wrong, known=there_are)
        )


def no_gap(_form: BaseForm, field: Field) -> None:
    """Refuses a text of which something is still to be written."""
    if GAP in (field.data or ""):
        raise ValidationError(gettext("Write what belongs in the place of %(gap)s.", gap=GAP))


class ReplyForm(Form):
    """A reply, whose placeholders are filled in when it is mailed."""

    title = line_field(_("Subject"))
    text = text_field(_("Text"), _("What is in {braces} is filled in; you see it before it is sent."))

    def validate_title(self, field: Field) -> None:
        known_placeholders(self, field)

    def validate_text(self, field: Field) -> None:
        known_placeholders(self, field)
        no_gap(self, field)


class NoteForm(Form):
    """A letter or a talk that did not go through this site."""

    direction: Any = RadioField(
        _("From whom?"),
        choices=[
            SelectChoice("in", _("The person wrote or said it")),
            SelectChoice("out", _("We wrote or said it")),
        ],
        default="in",
        validators=[InputRequired(_("Choose one of these."))],
    )
    channel: Any = SelectField(_("How?"), validators=[InputRequired(_("Choose one of these."))])
    at = moment_field(_("When?"), _("In UTC, such as 2026-05-31 14:30."))
    text = text_field(_("What was written or said"), _("The person can read it. It is kept sealed."))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.channel.choices = [SelectChoice(key, label) for key, label in channel_labels().items()]


@dataclass(frozen=True)
class ReplyPreview:
    """A reply as it will be mailed, to which address, and what was written for it."""

    address: str
    title: str
    text: str
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReplyPage:
    """Writing a reply: the template that it begins with, the form, or the preview of what was written. `refusal` says
    why nobody can be written to, "" where they can."""

    kind: str
    form: OfficerForm
    template: Input
    template_url: str
    placeholders: tuple[tuple[str, str], ...]
    preview: ReplyPreview | None
    post_url: str
    back_url: str
    note_url: str
    refusal: str


@officer_blueprint.get("/requests/<public_id>/reply")
def reply(public_id: str) -> ResponseReturnValue:
    """Show the form, filled from the template that the address names."""
    found, template = _request_or_404(public_id), find_template(http_request.args.get("template", ""))
    words = {"title": template.title, "text": template.text} if template else {}
    return _page(found, ReplyForm(formdata=None, data=words), template)


@officer_blueprint.post("/requests/<public_id>/reply")
def send_reply(public_id: str) -> ResponseReturnValue:
    """Show what was written as it will be mailed; send it once it was seen, or show the form again."""
    found, form, press = _request_or_404(public_id), ReplyForm(), http_request.form.get("press", "")
    if press == "change" or not form.validate():
        return _page(found, form, status=200 if press == "change" else 422)
    if press != "send":
        return _page(found, form, has_preview=True)
    values = placeholder_values(current_engine(), found)
    title, text = filled(form.title.data, values), filled(form.text.data, values)
    try:
        post_reply(current_engine(), found, title, text, _who())
    except NobodyToReplyTo:
        return _page(found, form, status=409)
    flash(gettext("Sent. It stands in the correspondence."), "success")
    return http.go_to(url_for("officer.request", public_id=public_id))


@officer_blueprint.get("/requests/<public_id>/note")
def note_letter(public_id: str) -> ResponseReturnValue:
    return _note_page(_request_or_404(public_id), NoteForm(formdata=None))


@officer_blueprint.post("/requests/<public_id>/note")
def keep_note(public_id: str) -> ResponseReturnValue:
    found, form = _request_or_404(public_id), NoteForm()
    if not form.validate():
        return _note_page(found, form, 422)
    keep_letter(
        current_engine(),
        found,
        at=form.at.data,
        direction=form.direction.data,
        channel=form.channel.data,
        text=form.text.data,
        who=_who(),
    )
    flash(gettext("Noted. It stands in the correspondence."), "success")
    return http.go_to(url_for("officer.request", public_id=public_id))


def _page(
    found: Request,
    form: ReplyForm,
    template: ReplyTemplate | None = None,
    *,
    has_preview: bool = False,
    status: int = 200,
) -> Response:
    engine, address = current_engine(), contact_address(found)
    url = url_for("officer.send_reply", public_id=found.public_id)
    values, preview = placeholder_values(engine, found), None
    if has_preview:
        text = reply_text(engine, found, filled(form.text.data, values))
        written = (("title", form.title.data), ("text", form.text.data))
        preview = ReplyPreview(address, filled(form.title.data, values), text, written)
    page = ReplyPage(
        kind=values["request"],
        form=OfficerForm(
            "reply",
            gettext("Write to the person"),
            "",
            url,
            gettext("See it as it will be sent"),
            inputs_of(form, "reply"),
            "primary",
        ),
        template=_template_input(found, template),
        template_url=url_for("officer.reply", public_id=found.public_id),
        placeholders=tuple((f"{{{name}}}", label) for name, label in placeholder_labels().items()),
        preview=preview,
        post_url=url,
        back_url=url_for("officer.request", public_id=found.public_id),
        note_url=url_for("officer.note_letter", public_id=found.public_id),
        refusal="" if address else gettext("There is no address to write to. Write otherwise, and note it here."),
    )
    return http.personal(make_response(render_template("asklater/privacy/requests/reply.html", page=page), status))


def _template_input(found: Request, chosen: ReplyTemplate | None) -> Input:
    options = (Option("", gettext("None")), *(Option(one.key, one.name) for one in reply_templates(found.kind)))
    return Input(
        name="template",
        id="template",
        label=gettext("Begin with a template"),
        type="select",
        values=(chosen.key if chosen else "",),
        options=options,
    )


def _note_page(found: Request, form: NoteForm, status: int = 200) -> Response:
    page = OfficerForm(
        key="note",
        title=gettext("Note a letter or a talk"),
        text=gettext("What the person answered, or what you told them by another way than a reply from here."),
        post_url=url_for("officer.keep_note", public_id=found.public_id),
        label=gettext("Note it"),
        inputs=inputs_of(form, "note"),
        look="primary",
    )
    return officer_form_page(page, url_for("officer.request", public_id=found.public_id), status)


def _who() -> audit_trail.Actor:
    return audit_trail.Actor("officer", current_officer())


def _request_or_404(public_id: str) -> Request:
    """Returns the request, where there is still a person to write to."""
    found = find_request(public_id) or abort(404)
    return found if found.subject_id is not None else abort(404)

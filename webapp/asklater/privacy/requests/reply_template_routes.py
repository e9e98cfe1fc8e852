"""The officer's list of reply templates: ours, changed or not, and those that officers wrote."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, abort, flash, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import Field
from wtforms.fields import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # its types are a version behind

from asklater import http
from asklater.endpoints import url_for
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.privacy.officer import current_officer, officer_blueprint, officer_csv
from asklater.privacy.officer_forms import OfficerForm, line_field, text_field
from asklater.privacy.requests.labels import Kind, kind_label
from asklater.privacy.requests.reply_routes import known_placeholders
from asklater.privacy.requests.reply_templates import (
    EVERY_KIND,
    GAP,
    ReplyTemplate,
    find_template,
    placeholder_labels,
    remove_template,
    reply_templates,
    save_template,
)

COLUMNS = ("key", "kind", "name", "subject", "text", "changed", "by")


class TemplateForm(Form):
    """A template: its placeholders have to be ones that there are."""

    kind: Any = SelectField(_("For which requests?"))
    name = line_field(_("Name"), _("For officers alone."))
    title = line_field(_("Subject"))
    text = text_field(_("Text"), _("Write [...] where something has to be written before it is sent."))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds: dict[str, str] = {EVERY_KIND: gettext("Every kind"), **{kind: kind_label(kind) for kind in Kind}}
        self.kind.choices = [SelectChoice(kind, label) for kind, label in kinds.items()]

    def validate_title(self, field: Field) -> None:
        known_placeholders(self, field)

    def validate_text(self, field: Field) -> None:
        known_placeholders(self, field)


@dataclass(frozen=True)
class TemplateLine:
    """One template of the list. `note` says whose it is."""

    name: str
    kind: str
    note: str
    changed_at: datetime | None
    url: str


@dataclass(frozen=True)
class TemplatePage:
    """One template in its form. `remove_label` is what a second button does, "" for none."""

    form: OfficerForm
    placeholders: tuple[tuple[str, str], ...]
    remove_url: str
    remove_label: str
    back_url: str


@officer_blueprint.get("/reply-templates", endpoint="reply_templates")
def template_list() -> ResponseReturnValue:
    lines = [_line(one) for one in reply_templates()]
    return http.personal(make_response(render_template("asklater/privacy/requests/templates.html", lines=lines)))


@officer_blueprint.get("/reply-templates.csv")
def reply_templates_csv() -> ResponseReturnValue:
    rows = (
        (one.key, one.kind, one.name, one.title, one.text, one.changed_at, one.changed_by) for one in reply_templates()
    )
    return officer_csv("reply-templates", COLUMNS, rows)


@officer_blueprint.get("/reply-templates/new")
def new_template() -> ResponseReturnValue:
    return _page(None, TemplateForm(formdata=None))


@officer_blueprint.post("/reply-templates/new")
def add_template() -> ResponseReturnValue:
    form = TemplateForm()
    return _save(secrets.token_urlsafe(12), form) if form.validate() else _page(None, form, 422)


@officer_blueprint.get("/reply-templates/<key>", endpoint="reply_template")
def one_template(key: str) -> ResponseReturnValue:
    found = _template_or_404(key)
    return _page(found, TemplateForm(formdata=None, obj=found))


@officer_blueprint.post("/reply-templates/<key>")
def change_template(key: str) -> ResponseReturnValue:
    found, form = _template_or_404(key), TemplateForm()
    return _save(found.key, form) if form.validate() else _page(found, form, 422)


@officer_blueprint.post("/reply-templates/<key>/remove")
def delete_template(key: str) -> ResponseReturnValue:
    found = _template_or_404(key)
    remove_template(found.key)
    flash(gettext("It has its original text again.") if found.is_ours else gettext("Deleted."), "success")
    return http.go_to(url_for("officer.reply_templates"))


def _save(key: str, form: TemplateForm) -> ResponseReturnValue:
    words = {name: form[name].data for name in ("kind", "name", "title", "text")}
    save_template(ReplyTemplate(key, **words, changed_by=current_officer()))
    flash(gettext("Saved. Replies that are written from now on begin with it."), "success")
    return http.go_to(url_for("officer.reply_templates"))


def _line(one: ReplyTemplate) -> TemplateLine:
    kind = kind_label(one.kind) if one.kind else gettext("Every kind")
    ours = gettext("ours, changed") if one.changed_at else gettext("ours")
    note = ours if one.is_ours else gettext("written by officers")
    return TemplateLine(one.name, kind, note, one.changed_at, url_for("officer.reply_template", key=one.key))


def _page(found: ReplyTemplate | None, form: TemplateForm, status: int = 200) -> Response:
    new = url_for("officer.add_template")
    page = TemplatePage(
        form=OfficerForm(
            key="template",
            title=found.name if found else gettext("A new template"),
            text="",
            post_url=url_for("officer.change_template", key=found.key) if found else new,
            label=gettext("Save"),
            inputs=inputs_of(form, "template"),
            look="primary",
        ),
        placeholders=(
            *((f"{{{name}}}", label) for name, label in placeholder_labels().items()),
            (GAP, gettext("nothing: no reply goes out while it stands there")),
        ),
        remove_url=url_for("officer.delete_template", key=found.key) if found else "",
        remove_label=_remove_label(found),
        back_url=url_for("officer.reply_templates"),
    )
    return http.personal(make_response(render_template("asklater/privacy/requests/template.html", page=page), status))


def _remove_label(found: ReplyTemplate | None) -> str:
    if found is None or found.changed_at is None:
        return ""
    return gettext("Restore the original text") if found.is_ours else gettext("Delete it")


def _template_or_404(key: str) -> ReplyTemplate:
    return find_template(key) or abort(404)

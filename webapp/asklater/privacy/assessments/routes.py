"""The officer's pages of assessments: all purposes with theirs, and one to note or to change."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import Field, ValidationError

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.privacy.assessments.documents import (
    KINDS,
    AssessedPurpose,
    Document,
    find_document,
    kind_label,
    purposes_assessed,
    remove_document,
    save_document,
)
from asklater.privacy.notices.presenters import basis_of
from asklater.privacy.officer import current_officer, officer_blueprint, officer_csv
from asklater.privacy.officer_forms import OfficerForm, day_field, line_field, not_ahead, not_past


class AssessmentForm(Form):
    """Where an assessment lies, and when it is looked at again."""

    title = line_field(_("Title of the document"))
    url = line_field(
        _("Where it is kept"),
        _("Its address, beginning with https://; empty for paper or a file."),
        optional=True,
        most=500,
    )
    assessed_on = day_field(_("Made on"))
    review_on = day_field(_("Review it by"))

    def validate_url(self, field: Field) -> None:
        if field.data and not _is_web_address(field.data):
            raise ValidationError(gettext("Give an address that begins with https://, or leave it empty."))

    def validate_assessed_on(self, field: Field) -> None:
        not_ahead(self, field)

    def validate_review_on(self, field: Field) -> None:
        not_past(self, field)


@dataclass(frozen=True)
class DocumentLine:
    """An assessment that is there or that is missing: `title` is "" for one that is not on record."""

    kind: str
    title: str
    url: str
    days: str
    finding: str
    edit_url: str


@dataclass(frozen=True)
class PurposeLines:
    """A purpose with its assessments."""

    label: str
    basis: str
    documents: tuple[DocumentLine, ...]


@officer_blueprint.get("/assessments")
def assessments() -> ResponseReturnValue:
    purposes = [_lines(one) for one in purposes_assessed(current_engine().manifest)]
    return http.personal(make_response(render_template("asklater/privacy/assessments/list.html", purposes=purposes)))


@officer_blueprint.get("/assessments.csv")
def assessments_csv() -> ResponseReturnValue:
    columns = ("purpose", "basis", "assessment", "title", "address", "made", "review")
    rows = (row for one in purposes_assessed(current_engine().manifest) for row in _cells(one))
    return officer_csv("assessments", columns, rows)


@officer_blueprint.get("/assessments/<purpose>/<kind>")
def assessment(purpose: str, kind: str) -> ResponseReturnValue:
    return _page(_purpose_or_404(purpose, kind), kind, AssessmentForm(formdata=None, obj=find_document(purpose, kind)))


@officer_blueprint.post("/assessments/<purpose>/<kind>")
def change_assessment(purpose: str, kind: str) -> ResponseReturnValue:
    key, form = _purpose_or_404(purpose, kind), AssessmentForm()
    if "remove" in request.form:
        remove_document(key, kind)
    elif form.validate():
        document = Document(key, kind, **{**form.data, "url": form.url.data or ""})
        save_document(document, current_officer())
    else:
        return _page(key, kind, form, 422)
    flash(gettext("Noted."), "success")
    return http.go_to(url_for("officer.assessments"))


def _lines(one: AssessedPurpose) -> PurposeLines:
    by_kind = {document.kind: document for document in one.documents}
    return PurposeLines(one.label, basis_of(one.basis), tuple(_line(one, kind, by_kind.get(kind)) for kind in KINDS))


def _line(one: AssessedPurpose, kind: str, document: Document | None) -> DocumentLine:
    edit_url = url_for("officer.assessment", purpose=one.key, kind=kind)
    if document is None:
        missing = gettext("Missing: the purpose rests on legitimate interests.") if kind in one.missing else ""
        return DocumentLine(kind_label(kind), "", "", "", missing, edit_url)
    days = gettext("made on %(made)s, review by %(review)s", made=document.assessed_on, review=document.review_on)
    late = gettext("The review is overdue.") if document.is_overdue else ""
    return DocumentLine(kind_label(kind), document.title, document.url, days, late, edit_url)


def _cells(one: AssessedPurpose) -> list[tuple[object, ...]]:
    there = [(it.kind, it.title, it.url, it.assessed_on, it.review_on) for it in one.documents]
    missing = [(kind, None, None, None, None) for kind in one.missing]
    return [(one.label, one.basis, *cells) for cells in (*there, *missing)]


def _is_web_address(text: str) -> bool:
    parts = urlsplit(text) if text.startswith(("https://", "http://")) else None
    return bool(parts and parts.hostname)


def _page(purpose: str, kind: str, form: Form, status: int = 200) -> Response:
    declared = current_engine().manifest.purposes[purpose]
    page = OfficerForm(
        key="assessment",
        title=gettext("%(purpose)s: %(assessment)s", purpose=gettext(declared.label), assessment=kind_label(kind)),
        text=gettext(declared.legitimate_interest) if declared.legitimate_interest else "",
        post_url=url_for("officer.change_assessment", purpose=purpose, kind=kind),
        label=gettext("Save"),
        inputs=inputs_of(form, "assessment"),
        look="primary",
    )
    back = url_for("officer.assessments")
    can_remove = find_document(purpose, kind) is not None
    text = render_template("asklater/privacy/assessments/form.html", form=page, back_url=back, can_remove=can_remove)
    return http.personal(make_response(text, status))


def _purpose_or_404(purpose: str, kind: str) -> str:
    """Returns the purpose of an address; 404 for one that is not declared, or another kind of assessment."""
    return purpose if kind in KINDS and purpose in current_engine().manifest.purposes else abort(404)

"""The officer's pages of legal holds: the list, setting one, and reviewing or lifting it."""

from dataclasses import dataclass

from flask import Response, abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field

from asklater import http
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import Form, inputs_of
from asklater.i18n import gettext
from asklater.privacy.erasure import person_holds
from asklater.privacy.erasure.person_holds import Hold, HoldLifted, NoSuchPerson
from asklater.privacy.officer import current_officer, officer_blueprint, officer_csv
from asklater.privacy.officer_forms import (
    OfficerForm,
    day_field,
    depending_text_field,
    line_field,
    not_past,
    officer_form_page,
    text_field,
)

COLUMNS = ("account", "set", "set_by", "reason", "told", "review", "lifted", "lift_reason", "erasure_asked")


class SetHoldForm(Form):
    """Whose data is kept, why, and for how long at first."""

    person = line_field(
        _("The account"),
        _("Its number, or the address that was verified for it."),
        missing=_("Enter whose account it is."),
    )
    reason = text_field(_("Why it has to be kept"), _("For the file: which claim, court or authority, since when."))
    told = depending_text_field(
        _("What the person is told"), _("They are emailed this, and see it where they would erase their data.")
    )
    silent = BooleanField(_("The person must not be told the reason, since that would defeat the purpose"))
    review_on = day_field(_("Review it by"), _("A hold is lifted as soon as its reason is over."))

    def validate_review_on(self, field: Field) -> None:
        not_past(self, field)

    def validate(self, extra_validators: object = None) -> bool:
        fits = bool(super().validate(extra_validators))
        if not self.told.data and not self.silent.data and not self.told.errors:
            self.told.errors = [gettext("Write what the person is told, or say below that they must not be told.")]
            return False
        return fits


class ReviewHoldForm(Form):
    """That a hold is still needed."""

    review_on = day_field(_("It is still needed: review it again by"))

    def validate_review_on(self, field: Field) -> None:
        not_past(self, field)


class LiftHoldForm(Form):
    """Why a hold is not needed any more."""

    reason = text_field(_("Why it is not needed any more"))


@dataclass(frozen=True)
class HoldLine:
    """A hold in the list, without its reason."""

    account: int
    url: str
    hold: Hold
    erasure: str


@dataclass(frozen=True)
class HoldPage:
    """One hold and what can be done about it."""

    line: HoldLine
    forms: tuple[OfficerForm, ...]

    @property
    def errors(self) -> tuple[object, ...]:
        return tuple(error for form in self.forms for error in form.errors)


@officer_blueprint.get("/holds")
def holds() -> ResponseReturnValue:
    lines = [_line(found) for found in person_holds.all_holds(current_engine())]
    return http.personal(make_response(render_template("asklater/privacy/holds/list.html", lines=lines)))


@officer_blueprint.get("/holds.csv")
def holds_csv() -> ResponseReturnValue:
    return officer_csv("legal-holds", COLUMNS, map(_cells, person_holds.all_holds(current_engine())))


@officer_blueprint.get("/holds/new")
def new_hold() -> ResponseReturnValue:
    return _new_page(SetHoldForm(formdata=None, person=request.args.get("person", "")))


@officer_blueprint.post("/holds/new")
def set_hold() -> ResponseReturnValue:
    form = SetHoldForm()
    if not form.validate():
        return _new_page(form, 422)
    try:
        number = person_holds.find_person(form.person.data)
    except NoSuchPerson:
        form.person.errors = [gettext("There is no account of this number, and none that has verified this address.")]
        return _new_page(form, 422)
    told = "" if form.silent.data else form.told.data
    found = person_holds.set_hold(
        current_engine(),
        number,
        reason=form.reason.data,
        told=told,
        review_on=form.review_on.data,
        by=current_officer(),
    )
    flash(gettext("Set. Nothing of this person is erased or expires until it is lifted."), "success")
    return http.go_to(url_for("officer.hold", public_id=found.public_id))


@officer_blueprint.get("/holds/<public_id>")
def hold(public_id: str) -> ResponseReturnValue:
    return _page(_hold_or_404(public_id))


@officer_blueprint.post("/holds/<public_id>/review")
def review_hold(public_id: str) -> ResponseReturnValue:
    found, form = _hold_or_404(public_id), ReviewHoldForm()
    if not form.validate():
        return _page(found, review=form, status=422)
    try:
        person_holds.review_hold(found, form.review_on.data)
    except HoldLifted:
        return _lifted_already(found)
    flash(gettext("Noted."), "success")
    return http.go_to(url_for("officer.hold", public_id=public_id))


@officer_blueprint.post("/holds/<public_id>/lift")
def lift_hold(public_id: str) -> ResponseReturnValue:
    found, form = _hold_or_404(public_id), LiftHoldForm()
    if not form.validate():
        return _page(found, lift=form, status=422)
    try:
        erased = person_holds.lift_hold(current_engine(), found, form.reason.data, current_officer())
    except HoldLifted:
        return _lifted_already(found)
    done = gettext("Lifted, and the person is erased, as they had asked meanwhile.") if erased else gettext("Lifted.")
    flash(done, "success")
    return http.go_to(url_for("officer.holds"))


def _lifted_already(found: Hold) -> ResponseReturnValue:
    flash(gettext("This hold was lifted already."), "info")
    return http.go_to(url_for("officer.hold", public_id=found.public_id))


def _line(found: Hold) -> HoldLine:
    asked = gettext("An erasure was asked for: lifting it erases the person.") if found.erasure_by else ""
    url = url_for("officer.hold", public_id=found.public_id)
    return HoldLine(found.subject_id, url, found, asked if found.lifted_at is None else "")


def _cells(found: Hold) -> tuple[object, ...]:
    dated = (found.subject_id, found.set_at, found.set_by, found.reason, found.told)
    return *dated, found.review_on, found.lifted_at, found.lift_reason, bool(found.erasure_by)


def _new_page(form: Form, status: int = 200) -> Response:
    page = OfficerForm(
        key="hold",
        title=gettext("Set a legal hold"),
        text=gettext("Everything of the person is kept until it is lifted: erasures wait, and nothing expires."),
        post_url=url_for("officer.set_hold"),
        label=gettext("Set the hold"),
        inputs=inputs_of(form, "hold"),
        look="primary",
    )
    return officer_form_page(page, url_for("officer.holds"), status)


def _page(found: Hold, *, review: Form | None = None, lift: Form | None = None, status: int = 200) -> Response:
    page = HoldPage(_line(found), _forms(found, review, lift) if found.lifted_at is None else ())
    return http.personal(make_response(render_template("asklater/privacy/holds/hold.html", page=page), status))


def _forms(found: Hold, review: Form | None, lift: Form | None) -> tuple[OfficerForm, ...]:
    urls = {step: url_for(f"officer.{step}_hold", public_id=found.public_id) for step in ("review", "lift")}
    lifting = gettext("What is past its time goes with the next purge.")
    if found.erasure_by:
        lifting = gettext("The person has asked to be erased: that is done with it, unless another hold is set.")
    again = inputs_of(review or ReviewHoldForm(formdata=None), "review")
    why = inputs_of(lift or LiftHoldForm(formdata=None), "lift")
    return (
        OfficerForm("review", gettext("Cancel"), "", urls["review"], gettext("Cancel"), again),
        OfficerForm("lift", gettext("Lift it"), lifting, urls["lift"], gettext("Lift the hold"), why, "danger"),
    )


def _hold_or_404(public_id: str) -> Hold:
    return person_holds.find_hold(current_engine(), public_id) or abort(404)

"""Adding a phone to protect the account, and changing its number."""

from dataclasses import replace

from flask import flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import http
from webapp.accounts.answering_forms import answer_with_form, code_input, error_of, wait_of
from webapp.accounts.blueprint import blueprint
from webapp.accounts.channels import six_digits
from webapp.accounts.confirming import confirmed, own_account
from webapp.accounts.pages import FormPage
from webapp.accounts.phones import changing, enrolling
from webapp.accounts.phones.fields import phone_field
from webapp.accounts.phones.numbers import shown
from webapp.accounts.phones.showing import AddPhonePage
from webapp.profiling.engine import current_engine
from webapp.profiling.gate import gate
from webapp.profiling.inputs import Input
from webapp.profiling.kinds.base import Given, Invalid, Unable


@blueprint.get("/account/phone/add")
@confirmed
def add_phone() -> ResponseReturnValue:
    """What a phone is good for. Whose account it is may be asked first, so a visitor sees the button too."""
    account = own_account()
    known = account is not None and account.verified_at is not None
    if account is not None and known and not enrolling.may_protect(account.subject_id):
        return _explain()
    page = AddPhonePage(title=gettext("Add your phone"), known=known)
    return http.personal(make_response(render_template("accounts/add_phone.html", page=page)))


@blueprint.post("/account/phone/add")
@confirmed
@gate("enrol_phone")
def enrol_phone() -> ResponseReturnValue:
    try:
        enrolling.enrol(current_engine())
    except Unable:  # there is nothing stronger: that page says so
        return http.go_to(url_for("accounts.add_phone"))
    flash(gettext("Your phone protects your account."), "success")
    return http.go_to(url_for("accounts.security"))


@blueprint.get("/account/phone")
@confirmed
def phone() -> ResponseReturnValue:
    """The new number, or the code that came to it."""
    subject_id = _holder()
    return _ask_for_number(subject_id) if subject_id else http.go_to(url_for("accounts.add_phone"))


@blueprint.post("/account/phone")
@confirmed
def change_phone() -> ResponseReturnValue:
    subject_id, engine = _holder(), current_engine()
    if not subject_id:
        return http.go_to(url_for("accounts.add_phone"))
    try:
        if "again" in request.form:
            changing.send_again(subject_id)
            return _ask_for_number(subject_id)
        if "code" in request.form:
            asked = gettext("Type the six digits that we sent to your phone.")
            changing.finish(engine, subject_id, six_digits(request.form["code"], asked))
        elif changing.begin(engine, subject_id, request.form.get("phone", "")):
            return _ask_for_number(subject_id)
    except (Invalid, Unable) as refused:
        return _ask_for_number(subject_id, refused)
    flash(gettext("Your phone number is changed."), "success")
    return http.go_to(url_for("accounts.account"))


def _explain() -> ResponseReturnValue:
    page = FormPage(
        title=gettext("First something stronger"),
        text=gettext(
            "A text message can be caught on its way, so a phone never protects an account alone. "
            "Add a passkey or an authenticator app, then come back: your phone can stand beside it."
        ),
        post_url="",
        submit_label="",
        links=((gettext("Sign-in and security"), url_for("accounts.security")),),
    )
    return answer_with_form(page)


def _holder() -> int:
    """The subject of who looks, where it holds a number; else 0."""
    subject = current_engine().people.subject()
    return subject.id if subject and phone_field(current_engine()).key in subject.held else 0


def _ask_for_number(subject_id: int, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    error = error_of(refused) if refused else ""
    refused_number = error and "phone" in request.form
    pending = "" if refused_number or "another" in request.args else changing.pending(subject_id)
    page = FormPage(
        title=gettext("Change your phone number"),
        text=gettext("It is changed once you have typed the code that we send there."),
        post_url=url_for("accounts.change_phone"),
        submit_label=gettext("Go on"),
        inputs=(_number_input(request.form.get("phone", ""), error),),
        back_url=url_for("accounts.account"),
    )
    if pending:
        page = replace(
            page,
            text=gettext(
                "We sent a code to %(number)s. The old number works until you type it.", number=shown(pending)
            ),
            submit_label=gettext("Change my number"),
            inputs=(code_input(request.form.get("code", ""), error),),
            buttons=(("again", "yes", gettext("Send a new code")),),
            links=((gettext("Another number"), url_for("accounts.phone", another="")),),
        )
    return answer_with_form(page, retry_after=wait_of(refused) if refused else 0)


def _number_input(typed: str, error: str) -> Input:
    engine = current_engine()
    declared = phone_field(engine)
    given = Given({"": (typed,)} if typed else {})
    asked = engine.kind_of(declared.key).inputs(declared, given, {"": error} if error else {})[0]
    return replace(asked, name="phone", id="phone", label=gettext("New phone number"))

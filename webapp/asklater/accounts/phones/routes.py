"""Adding a phone to protect the account, changing its number, and showing it as a factor at sign-in."""

from dataclasses import dataclass, replace

from flask import abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.accounts.blueprint import blueprint
from asklater.accounts.factor_attempts import note_wrong_factor, spend_attempt
from asklater.accounts.login import complete_second_factor, current_second_factors, second_factor_owner
from asklater.accounts.one_time_codes import FACTOR, parse_code
from asklater.accounts.phones import enrolment, number_change, text_codes
from asklater.accounts.phones.enrolment import phone_field, phone_proof_field
from asklater.accounts.phones.numbers import format_number, last_digits
from asklater.accounts.reauthentication import current_account
from asklater.accounts.second_factors.presenters import next_url
from asklater.accounts.sessions import current_sessions
from asklater.asking.gate import can_be_attempted, gate
from asklater.endpoints import url_for
from asklater.engine import Engine, current_engine
from asklater.forms import FormPage, code_input, error_text, render_form_page, seconds_to_wait
from asklater.identity import reauthenticated
from asklater.kinds.base import Given, Input, Invalid, Unable
from asklater.messages.text_messages import can_text


@dataclass(frozen=True)
class PhonePanel:
    """`digits` are the last two of the enrolled number, "" while there is none; `allowed` tells whether one may be."""

    digits: str
    allowed: bool
    remove_url: str


@dataclass(frozen=True)
class AddPhonePage:
    """`known` tells whether the account is proved already; otherwise that is asked first."""

    title: str
    known: bool


def phone_panel(engine: Engine, subject_id: int) -> PhonePanel | None:
    """None where no text message could be sent and none is waited for, and where no phone is declared."""
    if not can_be_attempted("accounts.enrol_phone"):
        return None
    number = enrolment.enrolled_number(engine, subject_id)
    if not number and not can_text():
        return None
    return PhonePanel(
        digits=last_digits(number),
        allowed=enrolment.has_strong_factor(subject_id),
        remove_url=url_for("accounts.confirm_remove", field=phone_field(engine).key),
    )


@blueprint.get("/account/phone/add")
@reauthenticated
def add_phone() -> ResponseReturnValue:
    """What a phone is good for. Whose account it is may be asked first, so a visitor sees the button too."""
    if not can_be_attempted("accounts.enrol_phone"):
        abort(404)
    account = current_account()
    known = account is not None and account.verified_at is not None
    if account is not None and known and not enrolment.has_strong_factor(account.subject_id):
        return _explain()
    page = AddPhonePage(title=gettext("Add your phone"), known=known)
    return http.personal(make_response(render_template("asklater/accounts/phones/add.html", page=page)))


@blueprint.post("/account/phone/add")
@reauthenticated
@gate("enrol_phone", where_declared=True)
def enrol_phone() -> ResponseReturnValue:
    try:
        enrolment.enrol(current_engine())
    except Unable:  # there is nothing stronger: that page says so
        return http.go_to(url_for("accounts.add_phone"))
    flash(gettext("Your phone protects your account."), "success")
    return http.go_to(url_for("accounts.security"))


@blueprint.get("/account/phone")
@reauthenticated
def phone() -> ResponseReturnValue:
    """The new number, or the code that came to it."""
    subject_id = _holder()
    return _ask_for_number(subject_id) if subject_id else http.go_to(url_for("accounts.add_phone"))


@blueprint.post("/account/phone")
@reauthenticated
def change_phone() -> ResponseReturnValue:
    subject_id, engine = _holder(), current_engine()
    if not subject_id:
        return http.go_to(url_for("accounts.add_phone"))
    try:
        if "again" in request.form:
            number_change.send_again(subject_id)
            return _ask_for_number(subject_id)
        if "code" in request.form:
            asked = gettext("Type the six digits that we sent to your phone.")
            number_change.finish(engine, subject_id, parse_code(request.form["code"], asked))
        elif number_change.begin(engine, subject_id, request.form.get("phone", "")):
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
    return render_form_page(page)


def _holder() -> int:
    """The subject of who looks, where it holds a number; else 0."""
    subject = current_engine().people.subject()
    return subject.id if subject and phone_field(current_engine()).key in subject.held else 0


def _ask_for_number(subject_id: int, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    error = error_text(refused) if refused else ""
    refused_number = error and "phone" in request.form
    pending = "" if refused_number or "another" in request.args else number_change.pending(subject_id)
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
                "We sent a code to %(number)s. The old number works until you type it.", number=format_number(pending)
            ),
            submit_label=gettext("Change my number"),
            inputs=(code_input(request.form.get("code", ""), error, sent="text"),),
            buttons=(("again", "yes", gettext("Send a new code")),),
            links=((gettext("Another number"), url_for("accounts.phone", another="")),),
        )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)


def _number_input(typed: str, error: str) -> Input:
    engine = current_engine()
    declared = phone_field(engine)
    given = Given({"": (typed,)} if typed else {})
    asked = engine.kind_of(declared.key).inputs(declared, given, {"": error} if error else {})[0]
    return replace(asked, name="phone", id="phone", label=gettext("New phone number"))


# The phone as a second factor at sign-in


@blueprint.get("/sign-in/factor/phone")
def phone_factor() -> ResponseReturnValue:
    return _ask_for_code(*_owner_and_number())


@blueprint.post("/sign-in/factor/phone")
def show_phone_factor() -> ResponseReturnValue:
    """Send a code, or take the one that was typed."""
    owner, number = _owner_and_number()
    try:
        if "send" in request.form:
            text_codes.TEXT_CHANNEL.send(
                owner, current_sessions().current_token_hash(), number, again=True, purpose=FACTOR
            )
            return _ask_for_code(owner, number)
        _check_code(owner, number, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask_for_code(owner, number, refused)
    complete_second_factor(enrolment.PHONE_KEY)
    return http.go_to(next_url())


def _owner_and_number() -> tuple[int, str]:
    """Whose factor is asked, and their number; 404 where the phone is none, or has no stronger one beside it."""
    owner = second_factor_owner()
    if owner is None or all(factor.key != enrolment.PHONE_KEY for factor in current_second_factors().held_by(owner)):
        abort(404)
    return owner, enrolment.enrolled_number(current_engine(), owner)


def _check_code(owner: int, number: str, typed: str) -> None:
    """Redeem the code; the number's retention counts from now again. Raises Invalid or Unable."""
    digits = parse_code(typed, gettext("Type the six digits that we sent to your phone."))
    spend_attempt(owner, enrolment.PHONE_KEY)
    try:
        text_codes.redeem_code(owner, current_sessions().current_token_hash(), number, digits, purpose=FACTOR)
    except (Invalid, Unable):
        note_wrong_factor(owner, enrolment.PHONE_KEY)
        raise
    engine = current_engine()
    engine.answers.use(owner, [phone_field(engine).key, phone_proof_field(engine).key])


def _ask_for_code(owner: int, number: str, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    onward, digits = next_url(), last_digits(number)
    sent = (
        text_codes.TEXT_CHANNEL.current_code(owner, current_sessions().current_token_hash(), FACTOR, number)
        is not None
    )
    error = error_text(refused) if refused else ""
    text = gettext("We can send a code to your phone, whose number ends in %(digits)s.", digits=digits)
    if sent:
        text = gettext(
            "We sent a code to your phone, whose number ends in %(digits)s. It is good for 10 minutes.", digits=digits
        )
    page = FormPage(
        title=gettext("Confirm it is you"),
        text=text,
        post_url=url_for("accounts.show_phone_factor", next=onward),
        submit_label=gettext("Go on") if sent else gettext("Send me a code"),
        inputs=(code_input(request.form.get("code", ""), error, sent="text"),) if sent else (),
        hidden=() if sent else (("send", "yes"),),
        buttons=(("send", "yes", gettext("Send a new code")),) if sent else (),
        links=((gettext("Another way"), url_for("accounts.factor", next=onward)),),
        error="" if sent else error,
    )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)

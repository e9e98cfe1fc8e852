"""Signing in and out: the one form of one field, the choice of a second factor, reauthentication."""

from datetime import timedelta

from flask import abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from asklater import http
from asklater.accounts import devices, reauthentication
from asklater.accounts.audit_log import record_event
from asklater.accounts.blueprint import blueprint
from asklater.accounts.login import SecondFactor, current_second_factors, pending_login, second_factor_owner
from asklater.accounts.presenters import FactorPage
from asklater.accounts.recognition import recognition
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.second_factors.presenters import next_url
from asklater.accounts.sessions import current_sessions
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.errors import ErrorPage
from asklater.forms import FormPage, code_input, error_text, render_form_page, seconds_to_wait
from asklater.kinds.base import Invalid, Redirected, Unable
from asklater.manifest.declarations import SIGN_UP
from asklater.rate_limits import RateLimit, try_to_spend
from asklater.records.people import Subject

BROWSERS_OF_MAIL = RateLimit("browsers that one mail about codes opens", 3, timedelta(days=1))


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """One form of one field, for those who are new and those who are not. Where none is declared, people signed up at
    an action, and come back by a passkey."""
    onward = http.on_this_site(request.args.get("next", ""), http.came_from(url_for("accounts.account")))
    if SIGN_UP not in current_engine().manifest.actions:
        return http.go_to(url_for("accounts.passkey_sign_in", next=onward))
    return http.go_to(url_for("profiling.ask", action=SIGN_UP, next=url_for("accounts.welcome", next=onward)))


@blueprint.get("/sign-in/welcome")
def welcome() -> ResponseReturnValue:
    """In, whoever it is. The code that was mailed brings back what belongs to the address; nobody has to type it."""
    waiting = _unproved()
    return _ask_for_code(*waiting) if waiting else http.go_to(next_url())


@blueprint.post("/sign-in/welcome")
def welcome_by_code() -> ResponseReturnValue:
    waiting = _unproved()
    if waiting is None:
        return http.go_to(next_url())
    subject, address = waiting
    try:
        if "send" in request.form:
            recognition().send(subject, address)
            return _ask_for_code(subject, address)
        recognition().recognise(subject, SIGN_UP, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask_for_code(subject, address, refused)
    except Redirected as away:
        return http.leave_for(away.begin(next_url()))
    flash(gettext("Your address is verified. Everything that belongs to it is here."), "success")
    return http.go_to(next_url())


def _unproved() -> tuple[Subject, str] | None:
    """Whoever makes the request and the address that they have not proved; None where there is nothing to prove."""
    subject = current_sessions().subject()
    address = recognition().unproved_address(subject) if subject else ""
    return (subject, address) if subject and address else None


def _ask_for_code(subject: Subject, address: str, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    onward, sent = next_url(), recognition().is_code_waiting(subject, address)
    if sent:
        text = gettext(
            "We sent a code to %(email)s. It shows that the address is yours, and brings what belongs to it to this "
            "browser.",
            email=address,
        )
    else:
        text = gettext(
            "A code to %(email)s shows that the address is yours, and brings what belongs to it to this browser.",
            email=address,
        )
    typed, error = request.form.get("code", ""), error_text(refused) if refused else ""
    page = FormPage(
        title=gettext("Enter the code from your email") if sent else gettext("Verify your address"),
        text=text,
        post_url=url_for("accounts.welcome_by_code", next=onward),
        submit_label=gettext("Go on") if sent else gettext("Send me a code"),
        inputs=(code_input(typed, error),) if sent else (),
        hidden=() if sent else (("send", "yes"),),
        buttons=(("send", "yes", gettext("Send a new code")),) if sent else (),
        links=(
            (gettext("Continue on this browser only"), onward),
            (gettext("Use another address"), url_for("accounts.email")),
            (gettext("I cannot open my email"), url_for("accounts.recover")),
        ),
        links_title=gettext(
            "You can also go on without it. What you do then stays in this browser, and is erased "
            "once the address is verified in another one."
        ),
        error="" if sent else error,
    )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)


@blueprint.get("/sign-in/own-codes/<token>")
def own_codes(token: str) -> ResponseReturnValue:
    """The page of the mail that tells of many codes. Whoever opens it reads that mail: no stranger."""
    if not devices.is_own_codes_token(token):
        return _own_codes_over()
    page = FormPage(
        title=gettext("Codes for this browser"),
        text=gettext("However many codes others ask for, this browser can be sent its own."),
        post_url=url_for("accounts.take_own_codes", token=token),
        submit_label=gettext("Use this browser"),
    )
    return render_form_page(page)


@blueprint.post("/sign-in/own-codes/<token>")
def take_own_codes(token: str) -> ResponseReturnValue:
    if not devices.is_own_codes_token(token) or try_to_spend(current_database(), BROWSERS_OF_MAIL, token):
        return _own_codes_over()
    if not devices.remember_token(token):
        return _own_codes_over()
    flash(gettext("This browser can be sent codes of its own now. Go on where you were told to wait."), "success")
    return http.go_to(http.front_page())


def _own_codes_over() -> ResponseReturnValue:
    text = gettext("It is good for one day. When too many codes are asked for again, a new email brings a new page.")
    page = ErrorPage(
        404, gettext("This page has expired"), text, ((gettext("Go to the home page"), http.front_page()),), ""
    )
    return http.personal(make_response(render_template("asklater/error.html", error=page), 404))


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    account = reauthentication.current_account()
    if account is not None:
        record_event(account.subject_id, "signed_out")
    current_sessions().sign_out()
    flash(gettext("You are signed out."), "success")
    return http.go_to(http.front_page())


@blueprint.get("/sign-in/factor")
def factor() -> ResponseReturnValue:
    """Which second factor to show; where there is only one, it is asked at once."""
    factors = _second_factors()
    if not factors:
        abort(404)
    onward = next_url()
    strong = [held for held in factors if not held.weak]
    if len(factors) == 1 and pending_login() is None:
        return http.go_to(url_for(strong[0].endpoint, next=onward))
    page = FactorPage(
        factors=tuple((held.label(), url_for(held.endpoint, next=onward)) for held in factors),
        lost_url=url_for("accounts.recover_factor") if pending_login() else "",
    )
    return http.personal(make_response(render_template("asklater/accounts/factor.html", page=page)))


@blueprint.get("/confirm")
def confirm() -> ResponseReturnValue:
    """Who it is, once more: by a second factor where the account has one, else by a code."""
    if reauthentication.is_recently_authenticated():
        return http.go_to(next_url())
    return _ask_to_confirm()


@blueprint.post("/confirm")
def confirm_by_code() -> ResponseReturnValue:
    if reauthentication.current_account() is None or _second_factors():
        return http.go_to(url_for("accounts.confirm", next=next_url()))
    try:
        if "send" in request.form:
            reauthentication.send_code()
            return _ask_to_confirm()
        reauthentication.reauthenticate_by_code(request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask_to_confirm(refused)
    return http.go_to(next_url())


def _ask_to_confirm(refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    onward, factors = next_url(), _second_factors()
    sent = not factors and reauthentication.code_was_sent()
    account = reauthentication.current_account()
    text = gettext("The next step changes how your account is protected, so confirm that it is you.")
    if sent and account:
        text = gettext("We sent a code to %(email)s. It is good for 10 minutes.", email=address_of(account))
    typed, error = request.form.get("code", ""), error_text(refused) if refused else ""
    page = FormPage(
        title=gettext("Confirm it is you"),
        text=text,
        post_url=url_for("accounts.confirm_by_code", next=onward),
        submit_label="" if factors else gettext("Go on") if sent else gettext("Send me a code"),
        inputs=(code_input(typed, error),) if sent else (),
        hidden=() if sent else (("send", "yes"),),
        buttons=(("send", "yes", gettext("Send a new code")),) if sent else (),
        links=tuple((held.label(), url_for(held.endpoint, next=onward)) for held in factors),
        links_title=gettext("Show one of these:") if factors else "",
        back_url=url_for("accounts.account"),
        error="" if sent else error,
    )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)


def _second_factors() -> list[SecondFactor]:
    number = second_factor_owner()
    return current_second_factors().held_by(number) if number else []

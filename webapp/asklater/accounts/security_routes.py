"""Sign-in and security: the overview, the sessions, one's own events, a change of address."""

from flask import abort, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from asklater import http
from asklater.accounts import active_sessions, audit_log, email_change
from asklater.accounts.blueprint import blueprint
from asklater.accounts.panels import panels_of
from asklater.accounts.presenters import ActivityPage, EventLine, SecurityPage, SessionsPage
from asklater.accounts.reauthentication import current_account, signed_in_account
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.tables import Account
from asklater.database.access import current_database
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.forms import FormPage, code_input, email_input, error_text, render_form_page, seconds_to_wait
from asklater.identity import reauthenticated
from asklater.kinds.base import Invalid, Unable


@blueprint.get("/account/security")
def security() -> ResponseReturnValue:
    """Where the mails about an account lead, so whoever is signed out signs in first."""
    account = current_account()
    if account is None:
        return http.go_to(url_for("accounts.sign_in", next=url_for("accounts.security")))
    page = SecurityPage(
        email=address_of(account),
        proved=account.verified_at is not None,
        sessions=len(active_sessions.sessions_of(account.subject_id)),
        urgent=panels_of(account.subject_id, urgent=True),
        panels=panels_of(account.subject_id),
    )
    return http.personal(make_response(render_template("asklater/accounts/security.html", page=page)))


@blueprint.get("/account/sessions")
def own_sessions() -> ResponseReturnValue:
    page = SessionsPage(active_sessions.sessions_of(signed_in_account().subject_id))
    return http.personal(make_response(render_template("asklater/accounts/sessions.html", page=page)))


@blueprint.post("/account/sessions/<asklater_number:number>/end")
def end_session(number: int) -> ResponseReturnValue:
    if not active_sessions.end_session(signed_in_account().subject_id, number):
        abort(404)
    flash(gettext("That session is ended."), "success")
    return http.go_to(url_for("accounts.own_sessions"))


@blueprint.post("/account/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    count = active_sessions.end_others(signed_in_account().subject_id)
    flash(ngettext("%(num)s other session is ended.", "%(num)s other sessions are ended.", count), "success")
    return http.go_to(url_for("accounts.own_sessions"))


@blueprint.post("/account/sessions/end-all")
def sign_out_everywhere() -> ResponseReturnValue:
    active_sessions.end_all(signed_in_account().subject_id)
    flash(gettext("You are signed out everywhere, here too."), "success")
    return http.go_to("/")


@blueprint.get("/account/activity")
def activity() -> ResponseReturnValue:
    events = audit_log.events_of(current_database(), signed_in_account().subject_id)
    lines = tuple(
        EventLine(entry.at, audit_log.describe_event(entry.event), entry.method, entry.device) for entry in events
    )
    return http.personal(make_response(render_template("asklater/accounts/activity.html", page=ActivityPage(lines))))


@blueprint.get("/account/email")
@reauthenticated
def email() -> ResponseReturnValue:
    """The new address, or the code that came to it."""
    return _ask_for_email(signed_in_account())


@blueprint.post("/account/email")
@reauthenticated
def change_email() -> ResponseReturnValue:
    account, engine = signed_in_account(), current_engine()
    try:
        if "again" in request.form:
            email_change.send_again(account)
            return _ask_for_email(account)
        if "code" in request.form:
            email_change.finish(engine, account, request.form["code"])
        elif email_change.begin(engine, account, request.form.get("email", "")):
            return _ask_for_email(account)
    except (Invalid, Unable) as refused:
        return _ask_for_email(account, refused)
    flash(gettext("Your address is changed."), "success")
    return http.go_to(url_for("accounts.account"))


def _ask_for_email(account: Account, refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    error = error_text(refused) if refused else ""
    pending = "" if "another" in request.args else email_change.pending(account)
    if (pending and "email" not in request.form) or (pending and not error):
        page = FormPage(
            title=gettext("Change your address"),
            text=gettext("We sent a code to %(email)s. The old address works until you type it.", email=pending),
            post_url=url_for("accounts.change_email"),
            submit_label=gettext("Change my address"),
            inputs=(code_input(request.form.get("code", ""), error),),
            buttons=(("again", "yes", gettext("Send a new code")),),
            links=((gettext("Another address"), url_for("accounts.email", another="")),),
            back_url=url_for("accounts.account"),
        )
    else:
        typed = email_input("email", gettext("New email address"), request.form.get("email", ""), error)
        page = FormPage(
            title=gettext("Change your address"),
            text=gettext("It is changed once you have typed the code that we send there."),
            post_url=url_for("accounts.change_email"),
            submit_label=gettext("Go on"),
            inputs=(typed,),
            back_url=url_for("accounts.account"),
        )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)

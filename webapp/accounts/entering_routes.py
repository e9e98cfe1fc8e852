"""Getting in and out: the one form of one field, the second factor, confirming who it is, signing out."""

from flask import abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from webapp import http
from webapp.accounts import confirming
from webapp.accounts.answering_forms import answer_with_form, code_input, error_of, wait_of
from webapp.accounts.auditing import record
from webapp.accounts.blueprint import blueprint
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.pages import FactorPage, FormPage
from webapp.accounts.signing_in import Factor, current_factors, entrance, whose_factor
from webapp.accounts.visits import current_visits
from webapp.profiling.kinds.base import Invalid, Unable
from webapp.profiling.manifest import SIGN_UP


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """One form of one field, for those who are new and those who are not."""
    onward = http.on_this_site(request.args.get("next", ""), http.came_from(url_for("accounts.account")))
    return http.go_to(url_for("profiling.ask", action=SIGN_UP, next=url_for("accounts.welcome", next=onward)))


@blueprint.get("/sign-in/welcome")
def welcome() -> ResponseReturnValue:
    """In, whoever it is. Who was here before is told how to get at what is theirs; so is everybody."""
    account = confirming.own_account()
    if account is not None and account.verified_at is None:
        words = gettext("You are in. Been here before? A code by mail brings back what is yours:")
        link = url_for("accounts.bring_back")
        flash(Markup('{} <a href="{}">{}</a>').format(words, link, gettext("Bring back my things")), "info")
    return http.go_to(_onward())


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    account = confirming.own_account()
    if account is not None:
        record(account.subject_id, "signed_out")
    current_visits().sign_out()
    flash(gettext("You are signed out."), "success")
    return http.go_to("/")


@blueprint.get("/sign-in/factor")
def factor() -> ResponseReturnValue:
    """Which second factor to show; where there is only one, it is asked at once."""
    factors = _factors()
    if not factors:
        abort(404)
    onward = _onward()
    strong = [held for held in factors if not held.weak]
    if len(factors) == 1 and entrance() is None:
        return http.go_to(url_for(strong[0].endpoint, next=onward))
    page = FactorPage(
        factors=tuple((held.label(), url_for(held.endpoint, next=onward)) for held in factors),
        lost_url="/recover/factor" if entrance() else "",
    )
    return http.personal(make_response(render_template("accounts/factor.html", page=page)))


@blueprint.get("/confirm")
def confirm() -> ResponseReturnValue:
    """Who it is, once more: by a second factor where the account has one, else by a code."""
    if confirming.is_fresh():
        return http.go_to(_onward())
    return _ask_to_confirm()


@blueprint.post("/confirm")
def confirm_by_code() -> ResponseReturnValue:
    if confirming.own_account() is None or _factors():
        return http.go_to(url_for("accounts.confirm", next=_onward()))
    try:
        if "send" in request.form:
            confirming.send_code()
            return _ask_to_confirm()
        confirming.confirm_by_code(request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return _ask_to_confirm(refused)
    return http.go_to(_onward())


def _ask_to_confirm(refused: Invalid | Unable | None = None) -> ResponseReturnValue:
    onward, factors = _onward(), _factors()
    sent = not factors and confirming.code_was_sent()
    account = confirming.own_account()
    text = gettext("What comes next could let somebody else into your account, so we ask who is there.")
    if sent and account:
        text = gettext("We sent a code to %(email)s. It is good for 10 minutes.", email=address_of(account))
    typed, error = request.form.get("code", ""), error_of(refused) if refused else ""
    page = FormPage(
        title=gettext("Is it you?"),
        text=text,
        post_url=url_for("accounts.confirm_by_code", next=onward),
        submit_label="" if factors else gettext("Go on") if sent else gettext("Send me a code"),
        inputs=(code_input(typed, error),) if sent else (),
        hidden=() if sent else (("send", "yes"),),
        buttons=(("send", "yes", gettext("Send a new code")),) if sent else (),
        links=tuple((held.label(), url_for(held.endpoint, next=onward)) for held in factors),
        links_title=gettext("Show one of these:") if factors else "",
        back_url=url_for("accounts.account"),
        trouble="" if sent else error,
    )
    return answer_with_form(page, retry_after=wait_of(refused) if refused else 0)


def _factors() -> list[Factor]:
    number = whose_factor()
    return current_factors().held_by(number) if number else []


def _onward() -> str:
    return http.on_this_site(request.args.get("next", ""), url_for("accounts.account"))

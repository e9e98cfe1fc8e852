"""What the links of the mails lead to. Looking changes nothing: scanners of mail open every link."""

from flask import abort, flash, url_for
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.accounts.answering_forms import answer_with_form, error_of
from webapp.accounts.blueprint import blueprint
from webapp.accounts.confirming import own_account
from webapp.accounts.pages import FormPage
from webapp.accounts.recovery.answering import say, say_it_is_over
from webapp.accounts.recovery.cancelling import cancel
from webapp.accounts.recovery.finishing import finish_by_link
from webapp.accounts.recovery.new_address import new_address_of
from webapp.accounts.recovery.standing import recovery_of, to_cancel, to_finish
from webapp.accounts.recovery.telling import when
from webapp.profiling.kinds.base import Elsewhere, Invalid
from webapp.profiling.words import gettext


@blueprint.get("/recover/cancel/<token>")
def recover_cancel(token: str) -> ResponseReturnValue:
    recovery = to_cancel(token)
    if recovery is None:
        return say_it_is_over()
    page = FormPage(
        title=gettext("Was it not you?"),
        text=gettext(
            "Somebody asked to get into your account. It opens on %(moment)s unless you cancel it.",
            moment=when(recovery.opens_at),
        ),
        post_url=url_for("accounts.cancel_recovery", token=token),
        submit_label=gettext("It was not me: cancel it"),
        look="danger",
    )
    return answer_with_form(page)


@blueprint.post("/recover/cancel/<token>")
def cancel_recovery(token: str) -> ResponseReturnValue:
    recovery = to_cancel(token)
    if recovery is None or not cancel(recovery):
        return say_it_is_over()
    return say(
        gettext("It is cancelled"),
        gettext("Nobody gets into your account by it. Sign in and look at what else you may want to change."),
        (gettext("Sign-in and security"), url_for("accounts.sign_in", next=url_for("accounts.security"))),
    )


@blueprint.post("/account/recovery/cancel")
def cancel_own_recovery() -> ResponseReturnValue:
    """The same by the owner, who is signed in."""
    account = own_account()
    recovery = recovery_of(account.subject_id) if account and account.verified_at else None
    if recovery is None:
        abort(404)
    if cancel(recovery):
        flash(gettext("It is cancelled. Nobody gets into your account by it."), "success")
    return http.go_to(url_for("accounts.security"))


@blueprint.get("/recover/finish/<token>")
def recover_finish(token: str) -> ResponseReturnValue:
    return _ask_to_finish(token)


@blueprint.post("/recover/finish/<token>")
def finish_recovery(token: str) -> ResponseReturnValue:
    recovery = to_finish(token)
    try:
        if recovery is None or not finish_by_link(recovery):
            return say_it_is_over()
    except Invalid as refused:
        return _ask_to_finish(token, error_of(refused))
    except Elsewhere as away:
        return http.go_to(away.begin(url_for("accounts.security")))
    flash(gettext("You are back, and this is your address from now on."), "success")
    return http.go_to(url_for("accounts.security"))


def _ask_to_finish(token: str, trouble: str = "") -> ResponseReturnValue:
    recovery = to_finish(token)
    if recovery is None:
        return say_it_is_over()
    page = FormPage(
        title=gettext("Get back in"),
        text=gettext(
            "%(email)s becomes the address of your account, and all other sessions end.",
            email=new_address_of(recovery),
        ),
        post_url=url_for("accounts.finish_recovery", token=token),
        submit_label=gettext("Open my account"),
        trouble=trouble,
    )
    return answer_with_form(page)

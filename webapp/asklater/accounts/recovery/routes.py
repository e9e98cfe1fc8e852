"""Recovery after a lost address, open to everybody; and the links of its mails, where looking changes nothing."""

from flask import abort, flash, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.accounts.blueprint import blueprint
from asklater.accounts.reauthentication import current_account
from asklater.accounts.recovery import draft, evaluation
from asklater.accounts.recovery.completion import complete_by_link, complete_lost_address
from asklater.accounts.recovery.evidence import current_evidence
from asklater.accounts.recovery.forms import (
    render_addresses_form,
    render_code_form,
    render_evidence_form,
    render_expired,
    render_loss_form,
    render_message,
)
from asklater.accounts.recovery.labels import delay_label
from asklater.accounts.recovery.methods import NO_DELAY, Loss, RecoveryMethod
from asklater.accounts.recovery.requests import (
    cancel_request,
    format_moment,
    new_address_of,
    pending_recovery_of,
    recovery_to_cancel,
    recovery_to_finish,
    request_recovery,
)
from asklater.asking.secret_inputs import secret_inputs
from asklater.endpoints import url_for
from asklater.forms import FormPage, error_text, render_form_page
from asklater.i18n import gettext
from asklater.kinds.base import Invalid, Redirected, Unable


@blueprint.get("/recover")
def recover() -> ResponseReturnValue:
    """What is lost."""
    return render_loss_form()


@blueprint.post("/recover")
def choose_loss() -> ResponseReturnValue:
    chosen = request.form.get("lost", "")
    if chosen not in list(Loss):
        return render_loss_form(gettext("Choose what you have lost."))
    if chosen == Loss.FACTOR:
        return http.go_to(url_for("accounts.recover_factor"))
    return http.go_to(url_for("accounts.recover_addresses", lost=chosen))


@blueprint.get("/recover/<any(mail, both):lost>")
def recover_addresses(lost: str) -> ResponseReturnValue:
    return render_addresses_form(Loss(lost))


@blueprint.post("/recover/<any(mail, both):lost>")
def take_addresses(lost: str) -> ResponseReturnValue:
    try:
        draft.begin_draft(Loss(lost), request.form.get("address", ""), request.form.get("new", ""))
    except (Invalid, Unable) as refused:
        return render_addresses_form(Loss(lost), refused)
    return http.go_to(url_for("accounts.recover_code"))


@blueprint.get("/recover/code")
def recover_code() -> ResponseReturnValue:
    """The code that came to the new address."""
    current = draft.current_draft()
    return render_code_form(current) if current else http.go_to(url_for("accounts.recover"))


@blueprint.post("/recover/code")
def prove_new_address() -> ResponseReturnValue:
    current = draft.current_draft()
    if current is None:
        return http.go_to(url_for("accounts.recover"))
    try:
        if "again" in request.form:
            draft.send_again(current)
            return render_code_form(current)
        draft.prove_new_address(current, request.form.get("code", ""))
    except (Invalid, Unable) as refused:
        return render_code_form(current, refused)
    return http.go_to(url_for("accounts.recover_show"))


@blueprint.get("/recover/show")
def recover_show() -> ResponseReturnValue:
    """What can be shown."""
    current = draft.current_draft()
    if current is None or not current.proved:
        return http.go_to(url_for("accounts.recover"))
    return render_evidence_form(current, evaluation.evidence_to_type(current.loss))


@blueprint.post("/recover/show")
@secret_inputs()
def show_evidence() -> ResponseReturnValue:
    current = draft.current_draft()
    if current is None or not current.proved:
        return http.go_to(url_for("accounts.recover"))
    asked = evaluation.evidence_to_type(current.loss)
    try:
        if "send" in request.form:
            evaluation.send_evidence_code(current, request.form["send"])
            return render_evidence_form(current, asked, sent=request.form["send"])
        owner, method, shown = evaluation.evaluate(current, evaluation.read_typed_evidence(request.form))
        return _proceed(current, owner, method, shown)
    except (Invalid, Unable) as refused:
        return render_evidence_form(current, asked, refused)


def _proceed(
    here: draft.RecoveryDraft, owner: int, method: RecoveryMethod, shown: frozenset[str]
) -> ResponseReturnValue:
    """Complete the recovery at once, or record a request that waits. Raises Invalid or Unable."""
    if method.delay > NO_DELAY:
        request_recovery(owner, method, here.new_address)
        draft.discard_draft()
        return render_waiting(method)
    factors = {evidence.key for evidence in current_evidence().all if evidence.is_factor}
    draft.discard_draft()
    try:
        complete_lost_address(owner, here.loss, here.new_address, factor_shown=bool(factors & shown))
    except Redirected as away:
        return http.go_to(away.begin(url_for("accounts.security")))
    return http.go_to(url_for("accounts.security"))


def render_waiting(method: RecoveryMethod) -> ResponseReturnValue:
    """What happens next; the same whether the request was recorded now, or one was pending already."""
    return render_message(
        gettext("That is correct. Now there is a waiting period"),
        gettext(
            "Your account opens %(when)s. Until then its owner is warned at every address that it holds, and can "
            "object. Then we write to you. If somebody asked before you, that has to be cancelled first: "
            "the warning says how.",
            when=delay_label(method.delay),
        ),
        (gettext("Go to the home page"), http.front_page()),
    )


# The links of the mails


@blueprint.get("/recover/cancel/<token>")
def recover_cancel(token: str) -> ResponseReturnValue:
    recovery = recovery_to_cancel(token)
    if recovery is None:
        return render_expired()
    page = FormPage(
        title=gettext("Was it not you?"),
        text=gettext(
            "Somebody asked to get into your account. It opens on %(moment)s unless you cancel it.",
            moment=format_moment(recovery.opens_at),
        ),
        post_url=url_for("accounts.cancel_recovery", token=token),
        submit_label=gettext("This was not me: cancel it"),
        style="danger",
    )
    return render_form_page(page)


@blueprint.post("/recover/cancel/<token>")
def cancel_recovery(token: str) -> ResponseReturnValue:
    recovery = recovery_to_cancel(token)
    if recovery is None or not cancel_request(recovery):
        return render_expired()
    return render_message(
        gettext("It is cancelled"),
        gettext("Nobody gets into your account by it. Sign in and look at what else you may want to change."),
        (gettext("Sign-in and security"), url_for("accounts.sign_in", next=url_for("accounts.security"))),
    )


@blueprint.post("/account/recovery/cancel")
def cancel_own_recovery() -> ResponseReturnValue:
    """Cancel a recovery as the owner, who is signed in."""
    account = current_account()
    recovery = pending_recovery_of(account.subject_id) if account and account.verified_at else None
    if recovery is None:
        abort(404)
    if cancel_request(recovery):
        flash(gettext("It is cancelled. Nobody gets into your account by it."), "success")
    return http.go_to(url_for("accounts.security"))


@blueprint.get("/recover/finish/<token>")
def recover_finish(token: str) -> ResponseReturnValue:
    return _ask_to_finish(token)


@blueprint.post("/recover/finish/<token>")
def finish_recovery(token: str) -> ResponseReturnValue:
    recovery = recovery_to_finish(token)
    try:
        if recovery is None or not complete_by_link(recovery):
            return render_expired()
    except Invalid as refused:
        return _ask_to_finish(token, error_text(refused))
    except Redirected as away:
        return http.go_to(away.begin(url_for("accounts.security")))
    flash(gettext("You are back, and this is your address from now on."), "success")
    return http.go_to(url_for("accounts.security"))


def _ask_to_finish(token: str, error: str = "") -> ResponseReturnValue:
    recovery = recovery_to_finish(token)
    if recovery is None:
        return render_expired()
    page = FormPage(
        title=gettext("Recover account"),
        text=gettext(
            "%(email)s becomes the address of your account, and all other sessions end.",
            email=new_address_of(recovery),
        ),
        post_url=url_for("accounts.finish_recovery", token=token),
        submit_label=gettext("Recover my account"),
        error=error,
    )
    return render_form_page(page)

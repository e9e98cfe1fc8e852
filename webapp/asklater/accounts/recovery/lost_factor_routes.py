"""Recovery after a lost factor: the address was proved here, so what its account holds may be told."""

from flask import flash, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.accounts.blueprint import blueprint
from asklater.accounts.login import pending_login
from asklater.accounts.reauthentication import current_account
from asklater.accounts.recovery import evaluation
from asklater.accounts.recovery.completion import complete_lost_factor
from asklater.accounts.recovery.evidence import Evidence
from asklater.accounts.recovery.forms import Refusal, evidence_buttons, evidence_inputs, render_message
from asklater.accounts.recovery.labels import method_line
from asklater.accounts.recovery.methods import NO_DELAY, Loss, available_methods
from asklater.accounts.recovery.requests import (
    format_moment,
    is_open,
    mark_done,
    pending_recovery_of,
    request_recovery,
)
from asklater.accounts.recovery.routes import render_waiting
from asklater.accounts.tables import Account, PendingLogin, Recovery
from asklater.asking.secret_inputs import secret_inputs
from asklater.database.access import current_session
from asklater.endpoints import url_for
from asklater.forms import FormPage, render_form_page, seconds_to_wait
from asklater.i18n import gettext
from asklater.kinds.base import Invalid, Unable


@blueprint.get("/recover/factor")
def recover_factor() -> ResponseReturnValue:
    """What opens the account without its factor; whoever has not proved the address here does that first."""
    pending = _pending_login()
    if pending is None:
        return _prove_first()
    standing = pending_recovery_of(pending.owner_id)
    if standing is not None and standing.lost == Loss.FACTOR:
        return _show_pending(standing)
    return _ask(pending)


@blueprint.post("/recover/factor")
@secret_inputs()
def show_for_factor() -> ResponseReturnValue:
    pending = _pending_login()
    if pending is None:
        return _prove_first()
    try:
        if "send" in request.form:
            return _send(pending, request.form["send"])
        account = current_session().get_one(Account, pending.owner_id)
        method, _shown = evaluation.evaluate_lost_factor(account, evaluation.read_typed_evidence(request.form))
        if method.delay > NO_DELAY:
            request_recovery(pending.owner_id, method)
            return render_waiting(method)
    except (Invalid, Unable) as refused:
        return _ask(pending, refused)
    complete_lost_factor(pending)
    return _welcome()


@blueprint.post("/recover/factor/finish")
def finish_factor() -> ResponseReturnValue:
    """The delay is over, and the address was proved anew."""
    pending = _pending_login()
    standing = pending_recovery_of(pending.owner_id) if pending else None
    if pending is None or standing is None or standing.lost != Loss.FACTOR or not mark_done(standing):
        return http.go_to(url_for("accounts.recover_factor"))
    complete_lost_factor(pending)
    return _welcome()


def _pending_login() -> PendingLogin | None:
    """The account that this session enters, once it has shown its factor; None where it has ended meanwhile."""
    pending = pending_login()
    return pending if pending and current_session().get(Account, pending.owner_id) else None


def _prove_first() -> ResponseReturnValue:
    own = current_account()
    if own is None or own.verified_at is None:
        return http.go_to(url_for("accounts.bring_back"))
    page = FormPage(
        title=gettext("You are signed in here"),
        text=gettext(
            "Sign out, then sign in with a code by email. Where the second factor is asked for, go on from there."
        ),
        post_url=url_for("accounts.sign_out"),
        submit_label=gettext("Sign out"),
        back_url=url_for("accounts.security"),
    )
    return render_form_page(page)


def _welcome() -> ResponseReturnValue:
    flash(gettext("You are back. Your old second factor is gone: add a new one."), "success")
    return http.go_to(url_for("accounts.security"))


def _held(pending: PendingLogin) -> tuple[Evidence, ...]:
    return tuple(
        evidence for evidence in evaluation.evidence_to_type(Loss.FACTOR) if evidence.is_held(pending.owner_id)
    )


def _send(pending: PendingLogin, key: str) -> ResponseReturnValue:
    """Raises Unable."""
    evidence = next((known for known in _held(pending) if known.key == key), None)
    if evidence is not None and evidence.send is not None:
        evidence.send(pending.owner_id)
    return _ask(pending, note=gettext("A code is on its way. It is good for 10 minutes."))


def _ask(pending: PendingLogin, refused: Refusal = None, note: str = "") -> ResponseReturnValue:
    held = _held(pending)
    errors = refused.errors if isinstance(refused, Invalid) else {}
    staff = current_session().get_one(Account, pending.owner_id).role != ""
    methods = available_methods(Loss.FACTOR, {evidence.key for evidence in held}, staff=staff)
    lines = " · ".join(method_line(method) for method in methods)
    page = FormPage(
        title=gettext("Your second factor is gone?"),
        text=note or _what_opens(lines),
        post_url=url_for("accounts.show_for_factor"),
        submit_label=gettext("Recover account"),
        inputs=evidence_inputs(held, errors),
        buttons=evidence_buttons(held),
        back_url=url_for("accounts.factor"),
        error=refused.reason if isinstance(refused, Unable) else "",
    )
    return render_form_page(page, retry_after=seconds_to_wait(refused) if refused else 0)


def _what_opens(lines: str) -> str:
    if not lines:
        return gettext("Nothing that your account holds opens it without its factor. Ask your administrator.")
    return gettext("This opens your account without it. %(lines)s.", lines=lines)


def _show_pending(recovery: Recovery) -> ResponseReturnValue:
    """It waits, or it can be finished."""
    if not is_open(recovery):
        text = gettext(
            "You asked for it. It opens on %(moment)s; we write to you then.", moment=format_moment(recovery.opens_at)
        )
        return render_message(
            gettext("Waiting period"), text, (gettext("Use a second factor instead"), url_for("accounts.factor"))
        )
    page = FormPage(
        title=gettext("Recover account"),
        text=gettext("The wait is over. Your old second factor is removed, and all other sessions end."),
        post_url=url_for("accounts.finish_factor"),
        submit_label=gettext("Recover my account"),
        back_url=url_for("accounts.factor"),
    )
    return render_form_page(page)

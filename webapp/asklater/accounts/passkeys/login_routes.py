"""Login by a passkey: instead of a code by email, or after it."""

from datetime import timedelta

from flask import Response, abort, flash, request
from flask.typing import ResponseReturnValue

from asklater import http
from asklater.accounts import devices
from asklater.accounts.address_ownership import switch_to_account
from asklater.accounts.audit_log import record_event
from asklater.accounts.blueprint import blueprint
from asklater.accounts.factor_attempts import spend_attempt
from asklater.accounts.login import complete_second_factor
from asklater.accounts.passkeys.authentication import authenticate, authentication_options
from asklater.accounts.passkeys.parsing import PasskeyRefused
from asklater.accounts.passkeys.presenters import PASSKEY_KEY, render_passkey_page
from asklater.accounts.passkeys.relying_party import is_prepared
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.second_factors.presenters import (
    account_to_verify,
    back_url,
    next_url,
    other_factors,
    restart_login,
)
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account, Passkey
from asklater.database.access import current_session
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.kinds.base import Unable
from asklater.networks import client_network
from asklater.rate_limits import RateLimit, spend

LOGINS_OF_NETWORK = RateLimit("passkeys from one network", 100, timedelta(minutes=15))


@blueprint.get("/sign-in/passkey")
def passkey_sign_in() -> ResponseReturnValue:
    return _ask_anybody()


@blueprint.post("/sign-in/passkey")
def sign_in_by_passkey() -> ResponseReturnValue:
    try:
        log_in(request.form.get("credential", ""))
    except (PasskeyRefused, Unable) as refused:
        return _ask_anybody(refused)
    flash(gettext("You are signed in."), "success")
    return http.go_to(next_url())


@blueprint.get("/sign-in/passkey/options")
def passkey_options() -> ResponseReturnValue:
    """What a script asks the browser for, inside a prompt that was drawn for this session."""
    if not is_prepared():
        abort(409)
    return http.personal(Response(authentication_options(), mimetype="application/json"))


def log_in(answer: str) -> None:
    """Go on as the account of the passkey that was shown. Raises PasskeyRefused and Unable."""
    spend(LOGINS_OF_NETWORK, client_network())
    _complete(authenticate(answer))


@blueprint.get("/sign-in/factor/passkey")
def passkey_factor() -> ResponseReturnValue:
    account = account_to_verify(PASSKEY_KEY)
    return _ask_owner(account) if account else restart_login()


@blueprint.post("/sign-in/factor/passkey")
def show_passkey() -> ResponseReturnValue:
    account = account_to_verify(PASSKEY_KEY)
    if account is None:
        return restart_login()
    try:
        spend(LOGINS_OF_NETWORK, client_network())
        spend_attempt(account.subject_id, PASSKEY_KEY)
        authenticate(request.form.get("credential", ""), account.subject_id)
    except (PasskeyRefused, Unable) as refused:
        return _ask_owner(account, refused)
    complete_second_factor(PASSKEY_KEY)
    return http.go_to(next_url())


def _complete(passkey: Passkey) -> None:
    """Go on as the passkey's account. It is two factors at once: the device, and whoever may unlock it."""
    owner = passkey.subject_id
    account = current_session().get(Account, owner)
    if account is not None and account.verified_at is not None:
        devices.remember_proof(address_of(account))
    devices.remember_factor(owner)
    subject = current_sessions().ensure_subject()
    if subject.id == owner:
        current_sessions().note_proof(factor=True)
        record_event(owner, "factor_passed", PASSKEY_KEY)
    else:
        switch_to_account(current_engine(), subject.id, owner, PASSKEY_KEY, factor=True)


def _ask_anybody(refused: PasskeyRefused | Unable | None = None) -> ResponseReturnValue:
    return render_passkey_page(
        gettext("Sign in with a passkey"),
        gettext("Your browser asks which one, and your device for a finger, a face or its lock."),
        gettext("Sign in with a passkey"),
        ceremony="get",
        options=authentication_options(),
        post_url=url_for("accounts.sign_in_by_passkey", next=next_url()),
        back_url=next_url(),
        links=((gettext("Sign in by email"), url_for("accounts.sign_in", next=next_url())),),
        links_title=gettext("No passkey here?"),
        refused=refused,
    )


def _ask_owner(account: Account, refused: PasskeyRefused | Unable | None = None) -> ResponseReturnValue:
    return render_passkey_page(
        gettext("Show your passkey"),
        gettext("This account is protected by more than its address."),
        gettext("Show my passkey"),
        ceremony="get",
        options=authentication_options(account.subject_id),
        post_url=url_for("accounts.show_passkey", next=next_url()),
        back_url=back_url(),
        links=other_factors(account.subject_id, PASSKEY_KEY),
        links_title=gettext("Or show one of these:"),
        refused=refused,
    )

"""Getting in by a passkey: instead of a code by mail, or after it."""

from datetime import timedelta

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from webapp import http
from webapp.accounts import devices
from webapp.accounts.auditing import record
from webapp.accounts.blueprint import blueprint
from webapp.accounts.claiming import bring_in
from webapp.accounts.factor_pages import asked_account, back_url, begin_again, onward, other_factors
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.limits import Limit, spend
from webapp.accounts.models import Account
from webapp.accounts.passkeys.asserting import options, show
from webapp.accounts.passkeys.models import Passkey
from webapp.accounts.passkeys.reading import Refused
from webapp.accounts.passkeys.showing import KEY, answer_with_passkey_page
from webapp.accounts.signing_in import pass_factor
from webapp.accounts.visits import current_visits
from webapp.db import current_session
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Unable
from webapp.profiling.words import gettext

SHOWN = Limit("passkeys from one network", 100, timedelta(minutes=15))


@blueprint.get("/sign-in/passkey")
def passkey_sign_in() -> ResponseReturnValue:
    return _ask_anybody()


@blueprint.post("/sign-in/passkey")
def sign_in_by_passkey() -> ResponseReturnValue:
    try:
        spend(SHOWN, devices.network())
        _go_on(show(request.form.get("credential", "")))
    except (Refused, Unable) as refused:
        return _ask_anybody(refused)
    flash(gettext("You are signed in."), "success")
    return http.go_to(onward())


@blueprint.get("/sign-in/factor/passkey")
def passkey_factor() -> ResponseReturnValue:
    account = asked_account(KEY)
    return _ask_owner(account) if account else begin_again()


@blueprint.post("/sign-in/factor/passkey")
def show_passkey() -> ResponseReturnValue:
    account = asked_account(KEY)
    if account is None:
        return begin_again()
    try:
        spend(SHOWN, devices.network())
        show(request.form.get("credential", ""), account.subject_id)
    except (Refused, Unable) as refused:
        return _ask_owner(account, refused)
    pass_factor(KEY)
    return http.go_to(onward())


def _go_on(passkey: Passkey) -> None:
    """Go on as the passkey's account. It is two factors at once: the device, and whoever may unlock it."""
    owner = passkey.subject_id
    account = current_session().get(Account, owner)
    if account is not None and account.verified_at is not None:
        devices.remember(address_of(account))
    subject = current_visits().arrive()
    if subject.id == owner:
        current_visits().note_proof(factor=True)
        record(owner, "factor_passed", KEY)
    else:
        bring_in(current_engine(), subject.id, owner, KEY, factor=True)


def _ask_anybody(refused: Refused | Unable | None = None) -> ResponseReturnValue:
    return answer_with_passkey_page(
        gettext("Sign in with a passkey"),
        gettext("Your browser asks which one, and your device for a finger, a face or its lock."),
        gettext("Sign in with a passkey"),
        ceremony="get",
        options=options(),
        post_url=url_for("accounts.sign_in_by_passkey", next=onward()),
        back_url=onward(),
        links=((gettext("Sign in by e-mail"), url_for("accounts.sign_in", next=onward())),),
        links_title=gettext("No passkey here?"),
        refused=refused,
    )


def _ask_owner(account: Account, refused: Refused | Unable | None = None) -> ResponseReturnValue:
    return answer_with_passkey_page(
        gettext("Show your passkey"),
        gettext("This account is protected by more than its address."),
        gettext("Show my passkey"),
        ceremony="get",
        options=options(account.subject_id),
        post_url=url_for("accounts.show_passkey", next=onward()),
        back_url=back_url(),
        links=other_factors(account.subject_id, KEY),
        links_title=gettext("Or show one of these:"),
        refused=refused,
    )

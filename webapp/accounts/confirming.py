"""Confirming who it is, once more, before something that would let another one in: e-mail, phone, factors."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from webapp import clock, http
from webapp.accounts import codes
from webapp.accounts.auditing import record
from webapp.accounts.channels import six_digits
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.models import Account
from webapp.accounts.signing_in import current_factors
from webapp.accounts.visits import FRESH_FOR, current_visits
from webapp.db import current_session
from webapp.profiling.kinds.base import Invalid, Unable
from webapp.profiling.words import gettext

View = Callable[..., ResponseReturnValue]


def confirmed(view: View) -> View:
    """Let a view run only while its person has confirmed lately who they are; otherwise lead there, and back.

    Who has neither proved an address nor added a factor has nothing to confirm it with, and nothing to lose: the
    view decides.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if is_fresh():
            return view(*args, **kwargs)
        here = request.full_path.removesuffix("?") if request.method == "GET" else http.came_from("/account/security")
        return http.go_to(url_for("accounts.confirm", next=here))

    guarded.wants_confirmation = True  # type: ignore[attr-defined]
    return guarded


def is_fresh() -> bool:
    """Whether this session proved lately who it is; by a second factor, where the account has one."""
    account = own_account()
    if account is None:
        return True
    has_factor = bool(current_factors().held_by(account.subject_id))
    if account.verified_at is None and not has_factor:
        return True
    proved_at, factor_at = current_visits().proofs()
    needed = factor_at if has_factor else proved_at
    return needed is not None and needed > clock.now() - FRESH_FOR


def own_account() -> Account | None:
    """The account of this session, None for a visitor."""
    subject = current_visits().subject()
    return current_session().get(Account, subject.id) if subject else None


def send_code() -> None:
    """Mail a code to the account's own address. Raises Unable."""
    account = own_account()
    if account is not None:
        visit = current_visits().hash_of_this()
        codes.send(account.subject_id, visit, address_of(account), again=True, purpose=codes.CONFIRM)


def code_was_sent() -> bool:
    """Whether a code is on its way, or waits to be typed."""
    account = own_account()
    if account is None:
        return False
    visit, address = current_visits().hash_of_this(), address_of(account)
    return codes.live(account.subject_id, visit, codes.CONFIRM, address) is not None


def confirm_by_code(typed: str) -> None:
    """Confirm by the code of the mail. Raises Invalid or Unable."""
    account = own_account()
    if account is None:
        return
    digits = six_digits(typed, gettext("Type the six digits that we sent by mail."))
    try:
        visit = current_visits().hash_of_this()
        codes.redeem(account.subject_id, visit, address_of(account), digits, purpose=codes.CONFIRM)
    except (Invalid, Unable):
        record(account.subject_id, "code_refused")
        raise
    record(account.subject_id, "confirmed", "code")
    current_visits().note_proof()

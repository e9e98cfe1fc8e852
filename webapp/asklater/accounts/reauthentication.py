"""Reauthentication: proving once more who it is, before something that would let another one in."""

from typing import NoReturn

from flask import abort, request

from asklater import clock, http
from asklater.accounts import one_time_codes
from asklater.accounts.audit_log import record_event
from asklater.accounts.login import current_second_factors
from asklater.accounts.one_time_codes import parse_code
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.sessions import AUTHENTICATION_FRESH_FOR, current_sessions
from asklater.accounts.tables import Account
from asklater.database.access import current_session
from asklater.endpoints import url_for
from asklater.i18n import gettext
from asklater.kinds.base import Invalid, Unable


def is_recently_authenticated() -> bool:
    """Whether this session proved lately who it is; by a second factor, where the account has one.

    Who has neither proved an address nor added a factor has nothing to prove it with, and nothing to lose.
    """
    account = current_account() if current_sessions().has_account() else None
    if account is None:
        return True
    has_factor = bool(current_second_factors().held_by(account.subject_id))
    if account.verified_at is None and not has_factor:
        return True
    proved_at, factor_at = current_sessions().proofs()
    needed = factor_at if has_factor else proved_at
    return needed is not None and clock.is_within(needed, AUTHENTICATION_FRESH_FOR)


def current_account() -> Account | None:
    """The account of this session, None for a visitor."""
    subject = current_sessions().subject()
    return current_session().get(Account, subject.id) if subject else None


def signed_in_account() -> Account:
    """The account of this session; a visitor is led to sign in."""
    return current_account() or lead_to_sign_in()


def lead_to_sign_in() -> NoReturn:
    """Send a visitor's browser to sign in, and back to this page; 404 for anything but a page."""
    if request.method != "GET" or http.wants_json() or http.wants_fragment():
        abort(404)
    abort(http.go_to(url_for("accounts.sign_in", next=http.here())))


def send_code() -> None:
    """Mail a code to the account's own address. Raises Unable."""
    account = current_account()
    if account is not None:
        session_hash = current_sessions().current_token_hash()
        one_time_codes.send(
            account.subject_id, session_hash, address_of(account), again=True, purpose=one_time_codes.CONFIRM
        )


def code_was_sent() -> bool:
    """Whether a code is on its way, or waits to be typed."""
    account = current_account()
    if account is None:
        return False
    session_hash, address = current_sessions().current_token_hash(), address_of(account)
    return one_time_codes.current_code(account.subject_id, session_hash, one_time_codes.CONFIRM, address) is not None


def reauthenticate_by_code(typed: str) -> None:
    """Confirm by the code of the mail. Raises Invalid or Unable."""
    account = current_account()
    if account is None:
        return
    digits = parse_code(typed, gettext("Type the six digits that we sent by email."))
    try:
        session_hash = current_sessions().current_token_hash()
        one_time_codes.redeem(
            account.subject_id, session_hash, address_of(account), digits, purpose=one_time_codes.CONFIRM
        )
    except (Invalid, Unable):
        record_event(account.subject_id, "code_refused")
        raise
    record_event(account.subject_id, "confirmed", "code")
    current_sessions().note_proof()

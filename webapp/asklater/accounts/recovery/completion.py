"""Completion of a recovery: the account has its new address, lost factors are gone, all other sessions end."""

from asklater.accounts import devices
from asklater.accounts.active_sessions import end_other_sessions
from asklater.accounts.address_ownership import address_field, lock_address, switch_to_account
from asklater.accounts.audit_log import record_event
from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.email_change import replace_address
from asklater.accounts.login import complete_login, log_in_as
from asklater.accounts.recovery.evidence import current_evidence
from asklater.accounts.recovery.methods import Loss
from asklater.accounts.recovery.requests import cancel_all, mark_done, new_address_of, notify_everywhere
from asklater.accounts.recovery.second_address import drop_if_account_address
from asklater.accounts.sealed_addresses import has_address
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account, PendingLogin, Recovery
from asklater.database.access import current_session
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.kinds.base import Invalid

LOGIN_METHOD = "recovery"


def complete_by_link(recovery: Recovery) -> bool:
    """Complete what was asked for, and go on as the account; False when it was over already.

    Raises Invalid when the new address has got an account of its own meanwhile, Redirected while a factor is pending.
    """
    _refuse_taken(new_address_of(recovery), recovery.subject_id)
    if not mark_done(recovery):
        return False
    complete_lost_address(recovery.subject_id, Loss(recovery.lost), new_address_of(recovery), factor_shown=False)
    return True


def complete_lost_address(subject_id: int, lost: Loss, new: str, *, factor_shown: bool) -> None:
    """Give the account the proved address `new`, and go on as it. Raises Invalid or Redirected."""
    _refuse_taken(new, subject_id)
    engine, account = current_engine(), current_session().get_one(Account, subject_id)
    visitor = current_sessions().ensure_subject()
    if visitor.id != subject_id:
        _give_up_own_claim(visitor.id, new)
    replace_address(engine, account, new)
    drop_if_account_address(subject_id)
    devices.remember_proof(new)
    _clear_lost(account, lost)
    if factor_shown:
        devices.remember_factor(subject_id)
    if factor_shown and visitor.id != subject_id:
        switch_to_account(engine, visitor.id, subject_id, LOGIN_METHOD, factor=True)
    else:
        log_in_as(subject_id, LOGIN_METHOD)


def complete_lost_factor(pending: PendingLogin) -> None:
    """Drop the lost factors, and go on as the account, whose address this session has proved.

    No factor was shown by it: what needs one (a role of the staff) needs a new one first.
    """
    account = current_session().get_one(Account, pending.owner_id)
    _clear_lost(account, Loss.FACTOR)
    complete_login(pending)


def _clear_lost(account: Account, lost: Loss) -> None:
    if lost is not Loss.MAIL:
        for drop in current_evidence().factor_removals:
            drop(account.subject_id)
    end_other_sessions(account.subject_id)
    cancel_all(account.subject_id)
    record_event(account.subject_id, "recovered", str(lost))
    notify_everywhere(account, "recovered")


def _give_up_own_claim(visitor: int, new: str) -> None:
    """Whoever has begun to sign up with the new address in this session claims it against nobody but themselves."""
    own = current_session().get(Account, visitor)
    if own is not None and own.verified_at is None and has_address(own, new):
        engine = current_engine()
        engine.remove(visitor, address_field(engine).key)


def _refuse_taken(new: str, subject_id: int) -> None:
    lock_address(new)  # whoever proves it elsewhere in this instant comes before, or after
    if owner_of_address(new) not in {None, subject_id}:
        raise Invalid({"": gettext("That address has an account of its own by now. Begin again with another one.")})

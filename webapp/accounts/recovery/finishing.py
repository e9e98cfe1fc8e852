"""Finishing a recovery: the account has its new address, lost factors are gone, and all other sessions end."""

from webapp.accounts import devices
from webapp.accounts.addresses import owner_of
from webapp.accounts.auditing import record
from webapp.accounts.changing_email import take_over
from webapp.accounts.claiming import address_field, bring_in, end_other_visits, lock
from webapp.accounts.kept_addresses import has_address
from webapp.accounts.models import Account, Entrance
from webapp.accounts.recovery.evidence import current_evidence
from webapp.accounts.recovery.models import Recovery
from webapp.accounts.recovery.new_address import new_address_of
from webapp.accounts.recovery.second_address import drop_own_address
from webapp.accounts.recovery.standing import drop_all, take
from webapp.accounts.recovery.telling import tell_everywhere
from webapp.accounts.recovery.ways import Lost
from webapp.accounts.signing_in import go_on_as, go_through
from webapp.accounts.visits import current_visits
from webapp.db import current_session
from webapp.profiling.engine import current_engine
from webapp.profiling.kinds.base import Invalid
from webapp.profiling.words import gettext

ENTERED_BY = "recovery"


def finish_by_link(recovery: Recovery) -> bool:
    """What was asked for is done, and this session goes on as the account; False when it was over already.

    Raises Invalid when the new address has got an account of its own meanwhile, Elsewhere while a factor is owed.
    """
    _refuse_taken(new_address_of(recovery), recovery.subject_id)
    if not take(recovery):
        return False
    finish_lost_mail(recovery.subject_id, Lost(recovery.lost), new_address_of(recovery), factor_shown=False)
    return True


def finish_lost_mail(subject_id: int, lost: Lost, new: str, *, factor_shown: bool) -> None:
    """The proved address `new` takes over, and this session goes on as the account. Raises Invalid or Elsewhere."""
    _refuse_taken(new, subject_id)
    engine, account = current_engine(), current_session().get_one(Account, subject_id)
    visitor = current_visits().arrive()
    if visitor.id != subject_id:
        _give_up_own_claim(visitor.id, new)
    take_over(engine, account, new)
    drop_own_address(subject_id)
    devices.remember(new)
    _settle(account, lost)
    if factor_shown and visitor.id != subject_id:
        bring_in(engine, visitor.id, subject_id, ENTERED_BY, factor=True)
    else:
        go_on_as(subject_id, ENTERED_BY)


def finish_lost_factor(owed: Entrance) -> None:
    """The factors that were lost are gone, and this session, which proved the address, goes on as the account.

    No factor was shown by it: what needs one (a role of the staff) needs a new one first.
    """
    account = current_session().get_one(Account, owed.owner_id)
    _settle(account, Lost.FACTOR)
    go_through(owed)


def _settle(account: Account, lost: Lost) -> None:
    if lost is not Lost.MAIL:
        for drop in current_evidence().drops:
            drop(account.subject_id)
    end_other_visits(account.subject_id)
    drop_all(account.subject_id)
    record(account.subject_id, "recovered", str(lost))
    tell_everywhere(account, "recovered")


def _give_up_own_claim(visitor: int, new: str) -> None:
    """Whoever has begun to sign up with the new address in this session claims it against nobody but themselves."""
    own = current_session().get(Account, visitor)
    if own is not None and own.verified_at is None and has_address(own, new):
        engine = current_engine()
        engine.remove(visitor, address_field(engine).key)


def _refuse_taken(new: str, subject_id: int) -> None:
    lock(new)  # whoever proves it elsewhere in this instant comes before, or after
    if owner_of(new) not in {None, subject_id}:
        raise Invalid({"": gettext("That address has an account of its own by now. Begin again with another one.")})

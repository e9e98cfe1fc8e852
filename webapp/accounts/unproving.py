"""Taking back the proof of an account's address, and telling whoever reads its mail."""

from webapp.accounts.auditing import record
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.models import Account
from webapp.accounts.notifying import tell_owner
from webapp.db import current_session
from webapp.profiling.words import gettext


def take_back_proof(account: Account) -> None:
    """The address is anybody's to prove from now on. Nothing happens where it is not proved.

    It is told there: without a proof the address can be changed, and nobody would hear of it any more.
    """
    if account.verified_at is None:
        return
    account.verified_at = None
    current_session().flush()
    record(account.subject_id, "unproved")
    more = gettext("A code to this address no longer opens the account.")
    tell_owner(account.subject_id, "unproved", at=address_of(account), more=more)

"""Telling an owner about a recovery, wherever one can be told."""

from collections.abc import Iterable
from datetime import datetime

from webapp.accounts.kept_addresses import address_of
from webapp.accounts.models import Account
from webapp.accounts.notifying import tell_owner
from webapp.accounts.recovery.second_address import second_address_of


def when(moment: datetime) -> str:
    """A moment in a mail, whose reader's zone nobody knows."""
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def tell_everywhere(account: Account, event: str, *, more: str = "", link: str = "", also: Iterable[str] = ()) -> None:
    """Mail the event's sentence to every address that the account holds, and to those in `also`."""
    for address in dict.fromkeys((address_of(account), second_address_of(account.subject_id), *also)):
        if address:
            tell_owner(account.subject_id, event, at=address, more=more, link=link)

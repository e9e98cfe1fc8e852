"""Notifications of an owner about a recovery, at every address that the account holds."""

from collections.abc import Iterable
from datetime import datetime

from asklater.accounts.audit_log import notify_owner
from asklater.accounts.recovery.second_address import second_address_of
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.tables import Account


def format_moment(moment: datetime) -> str:
    """A moment in a mail, whose reader's zone nobody knows."""
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def notify_everywhere(
    account: Account, event: str, *, more: str = "", link: str = "", also: Iterable[str] = ()
) -> None:
    """Mail the event's sentence to every address that the account holds, and to those in `also`."""
    for address in dict.fromkeys((address_of(account), second_address_of(account.subject_id), *also)):
        if address:
            notify_owner(account.subject_id, event, at=address, more=more, link=link)

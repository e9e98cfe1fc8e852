"""Giving a role to an account, and taking it away again. Only whoever runs the site does that, at its command line."""

from sqlalchemy import select

from webapp.accounts.addresses import owner_of
from webapp.accounts.auditing import record
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.models import OF_STAFF, Account
from webapp.accounts.notifying import tell_owner
from webapp.accounts.staff import ROLES
from webapp.db import current_session
from webapp.profiling.words import gettext


class NobodyThere(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """No account has proved that address."""


def give_role(email: str, role: str) -> bool:
    """Give the account of that address one of `ROLES`, or take its role away with ""; whether that changed anything.

    Its owner is told. Raises NobodyThere, and ValueError for another role.
    """
    if role and role not in ROLES:
        raise ValueError(f"no role {role!r}")
    number = owner_of(email)
    if number is None:
        raise NobodyThere(email)
    account = current_session().get_one(Account, number)
    if account.role == role:
        return False
    account.role = role
    current_session().flush()
    event = "role_given" if role else "role_taken"
    record(number, event, role)
    more = gettext("It works for twelve hours each time that you show a second factor.") if role else ""
    tell_owner(number, event, more=more)
    return True


def staff() -> list[tuple[str, str]]:
    """(address, role) of everybody who has one."""
    found = current_session().scalars(select(Account).where(OF_STAFF)).all()
    return sorted(((address_of(account), account.role) for account in found), key=lambda pair: pair[::-1])

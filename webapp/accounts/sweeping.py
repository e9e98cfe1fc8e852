"""What leads to a person by their addresses alone: mails and codes that other sessions had sent there.

Only of an address that the person has proved. One that was merely typed may be somebody else's, whose mails and
codes are not theirs to erase; of that one, what bears the person's own number goes, as everything of theirs does.
"""

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Table, delete, select

from webapp.accounts.claiming import lock, void_other_claims
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.models import Account, Code
from webapp.accounts.recovery.models import Recovery
from webapp.accounts.recovery.new_address import new_address_of
from webapp.db import current_database, current_session
from webapp.mail.models import OutgoingMail
from webapp.mail.sealing import mark_of
from webapp.profiling.engine import Engine

CODES = cast("Table", Code.__table__)
MAILS = cast("Table", OutgoingMail.__table__)


class AddressSweep:
    """The accounts room's part in an erasure, beyond its tables (`profiling.departures.Sweep`)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def hold(self, subject_id: int) -> None:
        """Whoever proves the address in the same instant, and would merge into the account, waits or came first."""
        for email in _proved(subject_id):
            lock(email)

    def erase(self, subject_id: int) -> Mapping[str, int]:
        """Mails and codes to the proved addresses, whoever asked for them; and others' claims on them."""
        connection, gone = current_database().writing(), {MAILS.name: 0, CODES.name: 0}
        for email in _proved(subject_id):
            void_other_claims(self._engine, email, subject_id)
            current_session().flush()
            for table, mark in ((MAILS, MAILS.c.recipient_mark), (CODES, CODES.c.email_mark)):
                gone[table.name] += connection.execute(delete(table).where(mark == mark_of(email))).rowcount
        return gone


def _proved(subject_id: int) -> list[str]:
    """The account's address, and those proved to get back into it; sorted, so that nobody waits crosswise."""
    session = current_session()
    accounts = session.scalars(
        select(Account).where(Account.subject_id == subject_id, Account.verified_at.is_not(None))
    )
    recoveries = session.scalars(select(Recovery).where(Recovery.subject_id == subject_id))
    return sorted({*map(address_of, accounts), *map(new_address_of, recoveries)} - {""})

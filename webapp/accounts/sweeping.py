"""What leads to a person by their addresses alone: mails and codes that other sessions had sent there.

Only of an address that the person has proved. One that was merely typed may be somebody else's, whose mails and
codes are not theirs to erase; of that one, what bears the person's own number goes, as everything of theirs does.
"""

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Table, delete, func, select

from webapp.accounts.claiming import lock, void_other_claims
from webapp.accounts.models import Account, Code
from webapp.accounts.recovery.models import Recovery
from webapp.db import current_database, current_session
from webapp.mail.models import OutgoingMail
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
            gone[MAILS.name] += connection.execute(
                delete(MAILS).where(func.lower(MAILS.c.recipient) == email)
            ).rowcount
            gone[CODES.name] += connection.execute(delete(CODES).where(CODES.c.email == email)).rowcount
        return gone


def _proved(subject_id: int) -> list[str]:
    """The account's address, and those proved to get back into it; sorted, so that nobody waits crosswise."""
    account = select(Account.email).where(Account.subject_id == subject_id, Account.verified_at.is_not(None))
    new = select(Recovery.new_email).where(Recovery.subject_id == subject_id, Recovery.new_email != "")
    return sorted({*current_session().scalars(account), *current_session().scalars(new)})

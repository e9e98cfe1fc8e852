"""Enrolment: accounts for people who come from another system, found and made by their email address."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from asklater import clock
from asklater.accounts.address_ownership import address_field, address_proof_field, lock_address
from asklater.accounts.audit_log import record_event
from asklater.accounts.email_addresses import NOTE_SIGN_UP
from asklater.accounts.sealed_addresses import set_address
from asklater.accounts.tables import Account
from asklater.database.access import current_database, current_session
from asklater.engine import Engine
from asklater.keys.service import Sealed
from asklater.messages.sealing import address_mark
from asklater.records.answers import BY_IMPORT
from asklater.records.people import record_arrival
from asklater.registry import Enrolled

METHOD = "import"
"""By what an address was proved that another system had proved."""


_IS_THERE = or_(Account.verified_at.is_not(None), Account.imported_at.is_not(None))
FIND = (
    select(Account.subject_id, Account.verified_at)
    .where(Account.email_mark == bindparam("mark"), _IS_THERE)
    .order_by(Account.verified_at.is_(None), Account.subject_id)
    .limit(1)
)


class AccountEnrolment:
    """The `Enrolment` of accounts. No session of anybody's is touched, and no mail is sent."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._marks = False

    @property
    def fields(self) -> tuple[str, ...]:
        return (address_field(self._engine).key, address_proof_field(self._engine).key)

    def find(self, address: str) -> Enrolled | None:
        if not self._has_marks():
            return None
        row = self._engine.database.reading().execute(FIND, {"mark": address_mark(address)}).first()
        return Enrolled(row.subject_id, row.verified_at is not None) if row else None

    def enrol(self, address: str, *, proved: bool) -> int:
        lock_address(address)
        engine, moment = self._engine, clock.now()
        number = record_arrival(engine.database)
        engine.answers.give(number, address_field(engine).key, address, BY_IMPORT)
        account = Account(subject_id=number, imported_at=moment, verified_at=moment if proved else None)
        set_address(account, address)
        current_session().add(account)
        current_session().flush()
        binds = {"of_subject": number, "signed_up_at": moment}
        current_database().writing().execute(NOTE_SIGN_UP, binds)
        record_event(number, "imported")
        if proved:
            self._note_proof(number, address, moment)
        return number

    def prove(self, subject_id: int, address: str) -> None:
        moment = clock.now()
        current_session().get_one(Account, subject_id).verified_at = moment
        current_session().flush()
        self._note_proof(subject_id, address, moment)
        record_event(subject_id, "proved", METHOD)

    def _note_proof(self, subject_id: int, address: str, moment: datetime) -> None:
        proof = {"address": address, "proved_at": moment.isoformat(), "method": METHOD}
        self._engine.answers.give(subject_id, address_proof_field(self._engine).key, proof, BY_IMPORT)

    def _has_marks(self) -> bool:
        """Whether there is a key of marks yet; before, nobody bears one, and looking for somebody makes none."""
        if not self._marks:
            with suppress(Sealed):
                self._engine.keyring.wrapped(None)
                self._marks = True
        return self._marks

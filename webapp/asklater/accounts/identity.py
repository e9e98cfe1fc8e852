"""The identity that accounts give an application: sessions and roles answer who is here, codes by email prove an
address.
"""

from collections.abc import Sequence

from flask import Response, request
from flask_login import current_user
from sqlalchemy import select

from asklater import http
from asklater.accounts import devices, one_time_codes
from asklater.accounts.address_ownership import address_field, address_proof_field, lock_address, unproved_accounts
from asklater.accounts.audit_log import record_event
from asklater.accounts.email_addresses import owner_of_address
from asklater.accounts.login import current_second_factors
from asklater.accounts.one_time_codes import parse_code
from asklater.accounts.reauthentication import is_recently_authenticated
from asklater.accounts.roles import require_role
from asklater.accounts.sessions import Sessions
from asklater.accounts.tables import Account
from asklater.database.access import current_database, current_session
from asklater.endpoints import url_for
from asklater.engine import current_engine
from asklater.i18n import gettext
from asklater.identity import reauthentication_problem


class AccountIdentity:
    """The `Identity` of an application with accounts."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def is_signed_in(self) -> bool:
        return bool(current_user.is_authenticated)

    def role(self) -> str:
        return str(current_user.role)

    def acts_as(self, role: str) -> bool:
        return self.role() == role

    def require_role(self, roles: tuple[str, ...], text: str, hint: str = "") -> Response | None:
        return require_role(roles, text, hint)

    def require_fresh_proof(self) -> Response | None:
        if is_recently_authenticated():
            return None
        here = http.here() if request.method == "GET" else http.came_from(url_for("accounts.security"))
        url = self.reauthentication_url(here)
        return reauthentication_problem(url) if http.wants_json() else http.go_to(url)

    def reauthentication_url(self, onward: str) -> str:
        return url_for("accounts.confirm", next=onward or None)

    def note_event(self, event: str) -> None:
        if current_user.is_authenticated:
            record_event(current_user.subject.id, event)

    def note_event_of(self, subject_id: int, event: str) -> None:
        record_event(subject_id, event)

    def sign_in_url(self, onward: str) -> str:
        return url_for("accounts.sign_in", next=onward or None)

    def proving_url(self, onward: str) -> str:
        subject, engine = self._sessions.subject(), current_engine()
        held = subject.held if subject else frozenset()
        if address_proof_field(engine).key in held:
            return ""
        if address_field(engine).key in held:
            return url_for("accounts.welcome", next=onward or None)
        return self.sign_in_url(onward)

    def sign_out(self, *, forget: bool = False) -> None:
        self._sessions.sign_out()
        if forget:
            devices.forget_proofs()

    def has_account(self, subject_id: int) -> bool:
        return current_session().get(Account, subject_id) is not None

    def has_role(self, subject_id: int) -> bool:
        role = select(Account.role).where(Account.subject_id == subject_id)
        return bool(current_database().reading().execute(role).scalar())

    def has_second_factor(self, subject_id: int) -> bool:
        return bool(current_second_factors().held_by(subject_id))

    def owner_of_address(self, address: str) -> int | None:
        return owner_of_address(address)

    def unproved_accounts(self, address: str) -> Sequence[int]:
        return unproved_accounts(address)

    def address_of(self, subject_id: int) -> str:
        account, engine = current_session().get(Account, subject_id), current_engine()
        if account is None or account.verified_at is None:
            return ""
        field = address_field(engine).key
        return str(engine.answers.read(subject_id, [field]).get(field, ""))

    def role_holders(self, role: str) -> list[int]:
        held = select(Account.subject_id).where(Account.role == role).order_by(Account.subject_id)
        return list(current_database().reading().execute(held).scalars())

    def send_code(self, address: str, purpose: str) -> None:
        visitor = self._sessions.ensure_subject()
        one_time_codes.send(visitor.id, self._sessions.current_token_hash(), address, again=True, purpose=purpose)

    def redeem_code(self, address: str, purpose: str, typed: str) -> None:
        digits = parse_code(typed, gettext("Type the six digits that we sent by email."))
        lock_address(address)
        visitor = self._sessions.ensure_subject()
        one_time_codes.redeem(visitor.id, self._sessions.current_token_hash(), address, digits, purpose=purpose)

"""Login: whoever has shown that an account is theirs goes on as it, after a second factor where it has one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, current_app
from sqlalchemy import delete, select

from asklater import clock
from asklater.accounts import devices
from asklater.accounts.address_ownership import address_field, address_proof_field, lock_address, switch_to_account
from asklater.accounts.audit_log import record_event
from asklater.accounts.email_addresses import hold_address, owner_of_address
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account, PendingLogin
from asklater.database.access import current_session, is_within
from asklater.email_addresses import same_address
from asklater.endpoints import url_for
from asklater.engine import Engine, current_engine
from asklater.kinds.base import Redirected
from asklater.records.answers import Provenance
from asklater.registry import Ordered

FACTORS_EXTENSION = "asklater.second_factors"
PENDING_LOGIN_VALID_FOR = timedelta(minutes=15)
ADDRESS_PROVING_METHODS = frozenset({"code", "provider"})
"""Login methods that prove the address too, so they answer the prompts that asked for it."""


@dataclass(frozen=True)
class SecondFactor:
    """One sort of second factor. `is_held` tells whether an account has it; `endpoint` is the page that asks for it,
    which takes `next`. Those with a lower `order` are offered first; one that is `weak` never stands alone."""

    key: str
    order: int
    label: Callable[[], str]
    is_held: Callable[[int], bool]
    endpoint: str
    weak: bool = False


class SecondFactors:
    """The second factors of this application; features register theirs."""

    def __init__(self) -> None:
        self._registered: Ordered[SecondFactor] = Ordered()
        self.on_second_factor: list[Callable[[int], None]] = []
        """Called with the account that was entered, once the second factor of a login was shown."""

    def register(self, factor: SecondFactor) -> None:
        """Register a factor; it replaces an earlier one of the same key."""
        self._registered.add(factor.order, factor, key=factor.key)

    def held_by(self, subject_id: int) -> list[SecondFactor]:
        """The factors that the account can show, best first; none while all that it has is weak (recovery codes)."""
        held = [factor for factor in self._registered if factor.is_held(subject_id)]
        return held if any(not factor.weak for factor in held) else []


def second_factors_of(app: Flask) -> SecondFactors:
    """The second factors of an application."""
    factors: SecondFactors = app.extensions[FACTORS_EXTENSION]
    return factors


def current_second_factors() -> SecondFactors:
    """The second factors of the current application."""
    return second_factors_of(current_app)


def require_second_factor(owner: int, method: str, action: str) -> None:
    """Whoever is here may go on as `owner` after a second factor. Raises Redirected where the account has one.

    Nothing else is given away before that: the session stays the visitor's.
    """
    if not current_second_factors().held_by(owner):
        return
    current_sessions().ensure_subject()
    session = current_session()
    session.execute(delete(PendingLogin).where(PendingLogin.session_hash == current_sessions().current_token_hash()))
    session.add(
        PendingLogin(
            session_hash=current_sessions().current_token_hash(),
            owner_id=owner,
            method=method,
            action=action,
            began_at=clock.now(),
        )
    )
    session.flush()
    raise Redirected(lambda onward: url_for("accounts.factor", next=onward))


def pending_login() -> PendingLogin | None:
    """The login for which this session still owes a second factor; None for none, or one that began too long ago."""
    if current_sessions().subject() is None:
        return None
    wanted = select(PendingLogin).where(
        PendingLogin.session_hash == current_sessions().current_token_hash(),
        is_within(PendingLogin.began_at, PENDING_LOGIN_VALID_FOR),
    )
    return current_session().scalar(wanted)


def second_factor_owner() -> int | None:
    """The account whose second factor is asked of this session: the one it enters, else its own."""
    pending = pending_login()
    if pending is not None:
        return pending.owner_id
    subject = current_sessions().subject()
    return subject.id if subject and current_session().get(Account, subject.id) else None


def complete_second_factor(method: str) -> None:
    """A second factor of `second_factor_owner()` was shown: go on as that account, or note the proof of one's own."""
    pending, sessions = pending_login(), current_sessions()
    subject = sessions.ensure_subject()
    owner = pending.owner_id if pending else subject.id
    record_event(owner, "factor_passed", method)
    devices.remember_factor(owner)
    if pending is None or owner == subject.id or complete_login(pending):
        sessions.note_proof(factor=True)
        for waiting in current_second_factors().on_second_factor:
            waiting(owner)


def complete_login(pending: PendingLogin) -> bool:
    """Go on as the account that is entered here, whose second factor is settled; False where the account is gone."""
    owner, entered_by, action = pending.owner_id, pending.method, pending.action
    current_session().delete(pending)
    current_session().flush()
    account = current_session().get(Account, owner)
    if account is None:
        return False
    _enter_account(current_sessions().ensure_subject().id, account, entered_by, action)
    return True


def log_in_as(owner: int, method: str, action: str = "") -> None:
    """Go on as an account whose person is known by `method`. Raises Redirected while a second factor is pending."""
    require_second_factor(owner, method, action)
    subject, account = current_sessions().ensure_subject(), current_session().get(Account, owner)
    if subject.id == owner or account is None:
        current_sessions().note_proof()
    else:
        _enter_account(subject.id, account, method, action)


def _enter_account(subject_id: int, account: Account, method: str, action: str) -> None:
    """Go on as the account; prompts that asked for its address are answered where `method` proves it."""
    if method in ADDRESS_PROVING_METHODS and action and account.verified_at is not None:
        save_proved_address(subject_id, address_of(account), action, method)
    else:
        switch_to_account(current_engine(), subject_id, account.subject_id, method)


def save_proved_address(subject_id: int, email: str, action: str, method: str) -> int:
    """Save address and proof for a subject, as given at `action`; the subject that holds them from now on.

    An address that was given without proof gives way to the proved one. An account that is proved stays what it
    is: its session goes on as the owner of the address, where there is another one.
    """
    lock_address(email)
    engine, account = current_engine(), current_session().get(Account, subject_id)
    if account is not None and account.verified_at is not None:
        return _switch_to_owner(account, owner_of_address(email), method)
    engine.guard(address_field(engine).key)
    origin = Provenance(action, "provider" if method == "provider" else "person")
    _save_address(engine, subject_id, email, origin)
    value = {"address": email, "proved_at": clock.now().isoformat(), "method": method}
    subject_id = engine.save(subject_id, address_proof_field(engine).key, value, origin, prompted=True)
    devices.remember_proof(email)
    return subject_id


def _switch_to_owner(account: Account, owner: int | None, method: str) -> int:
    if owner is None or owner == account.subject_id:
        return account.subject_id
    switch_to_account(current_engine(), account.subject_id, owner, method)
    return owner


def _save_address(engine: Engine, subject_id: int, email: str, origin: Provenance) -> None:
    """The subject's address from now on. Without this, a proof of one address would prove the other one it holds."""
    field = address_field(engine)
    held = engine.answers.read(subject_id, [field.key]).get(field.key)
    if held is not None and same_address(held, email):
        return
    if held is not None:
        engine.answers.change(subject_id, field.key, email, origin)
    elif engine.answers.give(subject_id, field.key, email, origin):
        engine.episodes.saved(subject_id, field.key, origin.action)
    hold_address(subject_id, email)

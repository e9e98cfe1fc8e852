"""Whose an address is: what its first proof ends, what a session brings along, and how a proof is revoked."""

from hashlib import sha256

from flask import flash
from sqlalchemy import delete, func, select

from asklater import clock
from asklater.accounts import one_time_codes
from asklater.accounts.active_sessions import end_other_sessions, end_sessions
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account
from asklater.db import current_database, current_session
from asklater.email_addresses import normalise_address
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.manifest.declarations import Field
from asklater.merge import merge
from asklater.messages.bounces import forget_bounce
from asklater.messages.sealing import address_mark
from asklater.tables import subject


def lock_address(email: str) -> None:
    """Let one transaction at a time decide whose the address is. On SQLite only one writes anyway."""
    database = current_database()
    if not database.is_sqlite:
        name = f"address:{normalise_address(email)}".encode("utf-8", "replace")
        number = int.from_bytes(sha256(name).digest()[:8], signed=True)
        database.writing().execute(select(func.pg_advisory_xact_lock(number)))


def mark_verified(engine: Engine, subject_id: int) -> None:
    """Mark the address of this subject's account as proved, in this session; void every other claim on it."""
    account = current_session().get(Account, subject_id)
    if account is not None:
        void_other_claims(engine, address_of(account), subject_id)
        account.verified_at = clock.now()
        current_session().flush()
        forget_bounce(address_of(account))
        end_other_sessions(subject_id)
        record_event(subject_id, "proved")
    current_sessions().note_proof()


def void_other_claims(engine: Engine, email: str, owner: int) -> None:
    """Take the address, and the sessions, from whoever gave it without proof; void the codes that were sent to it."""
    one_time_codes.void_for_others(email, but_of=owner)
    claims = select(Account.subject_id).where(
        Account.email_mark == address_mark(email), Account.subject_id != owner, Account.verified_at.is_(None)
    )
    claimants = current_session().scalars(claims).all()
    for claimant in claimants:
        engine.remove(claimant, address_field(engine).key)
        end_sessions(claimant)
    if claimants:
        record_event(owner, "claims_voided")


def switch_to_account(engine: Engine, subject_id: int, owner: int, method: str, *, factor: bool = False) -> None:
    """Let this session go on as the owner's. What it gathered as a visitor is merged, and its person is told.

    An account that is proved itself is not merged: its session just goes on as the owner's.
    """
    own = current_session().get(Account, subject_id)
    if subject_id != owner and (own is None or own.verified_at is None):
        merged = merge(engine, subject_id, owner)
        for carry in engine.registry.merges:
            carry(subject_id, owner)
        current_session().flush()
        _flash_merged(engine, merged)
        if any(engine.kind_of(key).name == "phone" for key in merged):
            record_event(owner, "phone_added")
            notify_owner(owner, "phone_added")
        current_sessions().enter(owner, method, proved=True, factor=factor)
        current_session().expunge_all()
        current_database().writing().execute(delete(subject).where(subject.c.id == subject_id))
    else:
        current_sessions().enter(owner, method, proved=True, factor=factor)
    record_event(owner, "signed_in", method)
    for greet in current_sessions().on_login:
        greet(owner)


def address_field(engine: Engine) -> Field:
    """The declared field that holds the account's address. Raises LookupError when there is none."""
    return field_of_kind(engine, "email")


def address_proof_field(engine: Engine) -> Field:
    """The declared field that proves the account's address. Raises LookupError when there is none."""
    return field_of_kind(engine, "verified_email")


def field_of_kind(engine: Engine, kind: str) -> Field:
    """The declared field of that kind. Raises LookupError when there is none."""
    found = next((field for field in engine.manifest.fields.values() if field.kind == kind), None)
    if found is None:
        raise LookupError(f"the manifest declares no field of kind {kind}")
    return found


def _flash_merged(engine: Engine, fields: tuple[str, ...]) -> None:
    if fields:
        labels = ", ".join(gettext(engine.field(key).label) for key in fields)
        flash(gettext("It came along with you: %(things)s.", things=labels), "success")


def revoke_verification(account: Account) -> None:
    """Revoke the proof of the account's address, if there is one: from now on anybody can prove it as theirs.

    A mail to the address says so: without a proof it can be changed, and nobody would hear of it any more.
    """
    if account.verified_at is None:
        return
    account.verified_at = None
    current_session().flush()
    record_event(account.subject_id, "unproved")
    more = gettext("A code to this address no longer opens the account.")
    notify_owner(account.subject_id, "unproved", at=address_of(account), more=more)

"""Whose an address is: what its first proof ends, what a session brings along, and how a proof is revoked."""

from collections.abc import Sequence
from hashlib import sha256

from flask import flash, has_request_context
from sqlalchemy import delete, func, select

from asklater import clock
from asklater.accounts import one_time_codes
from asklater.accounts.active_sessions import end_other_sessions, end_sessions
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.devices import browser_mark
from asklater.accounts.sealed_addresses import address_of
from asklater.accounts.sessions import current_sessions
from asklater.accounts.tables import Account
from asklater.checks.manifest import Finding
from asklater.database.access import current_database, current_session
from asklater.email_addresses import normalise_address
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.manifest.declarations import Field, Manifest
from asklater.messages.bounces import forget_bounce
from asklater.messages.sealing import address_mark
from asklater.subjects.deletion import OWNERSHIP, erase_subject
from asklater.subjects.merge import merge
from asklater.subjects.rights import restrict
from asklater.tables import subject

PROVED_BY = {"email": "verified_email", "phone": "verified_phone"}
"""The kinds by which accounts live, and those by which they are proved."""


def lock_address(email: str) -> None:
    """Let one transaction at a time decide whose the address is. On SQLite only one writes anyway."""
    database = current_database()
    if not database.is_sqlite:
        name = f"address:{normalise_address(email)}".encode("utf-8", "replace")
        number = int.from_bytes(sha256(name).digest()[:8], signed=True)
        database.writing().execute(select(func.pg_advisory_xact_lock(number)))


def mark_verified(engine: Engine, subject_id: int) -> None:
    """Mark the address of this subject's account as proved, in this session; settle every other account of it."""
    account = current_session().get(Account, subject_id)
    if account is not None:
        address = address_of(account)
        settle_unproved_accounts(engine, address, subject_id)
        account.verified_at = clock.now()
        current_session().flush()
        forget_bounce(address)
        end_other_sessions(subject_id)
        record_event(subject_id, "proved")
    current_sessions().note_proof()


def settle_unproved_accounts(engine: Engine, email: str, owner: int) -> None:
    """Leave no account that gave this address without proof, now that it is proved to be the owner's.

    One that began in this browser, or in one that had proved the address before, is the same person's: what it holds
    goes over to the owner. So is one that an import made, which nobody could enter and which holds suggestions alone.
    Any other may be anybody's. It is erased, with what it has published, and the owner is told that there was
    something, never what. Codes that were sent for others are void.
    """
    erased = 0
    for claimant, is_same_person in _claimants(email, owner):
        if is_same_person:
            _bring_over(engine, claimant, owner)
            current_database().writing().execute(delete(subject).where(subject.c.id == claimant))
            current_session().expire_all()
        else:
            erased += _take_away(engine, claimant)
    one_time_codes.void_for_others(email, but_of=owner)
    if erased:
        record_event(owner, "claims_voided")
        if has_request_context():
            flash(_erased_words(), "info")


def erase_unproved_accounts(engine: Engine, email: str, owner: int) -> None:
    """Erase every account that gave this address without proof: its owner wants nothing of it to be left."""
    one_time_codes.void_for_others(email, but_of=owner)
    for claimant, _is_same_person in _claimants(email, owner):
        _take_away(engine, claimant)


def _take_away(engine: Engine, claimant: int) -> bool:
    """Erase the account. One that a legal hold keeps is shown to nobody, and nobody reaches it: False for that."""
    if erase_subject(engine, claimant, by=OWNERSHIP):
        return True
    restrict(engine, claimant)
    end_sessions(claimant)
    return False


def unproved_accounts(email: str) -> Sequence[int]:
    """The subjects whose accounts have this address and never proved it."""
    wanted = select(Account.subject_id).where(Account.email_mark == address_mark(email), Account.verified_at.is_(None))
    return current_session().scalars(wanted.order_by(Account.subject_id)).all()


def _claimants(email: str, owner: int) -> list[tuple[int, bool]]:
    """The other accounts of the address that never proved it, each with whether it is shown to be the owner's too."""
    claims = select(Account.subject_id, Account.browser_mark, Account.device_proved, Account.imported_at).where(
        Account.email_mark == address_mark(email), Account.subject_id != owner, Account.verified_at.is_(None)
    )
    here = browser_mark()
    return [
        (row.subject_id, row.device_proved or bool(row.imported_at) or (here != "" and row.browser_mark == here))
        for row in current_session().execute(claims.order_by(Account.subject_id))
    ]


def _erased_words() -> str:
    return gettext(
        "Another browser had used your address without verifying it, and nothing showed that it "
        "was you. What was held there is erased, and what it had published is taken down."
    )


def switch_to_account(engine: Engine, subject_id: int, owner: int, method: str, *, factor: bool = False) -> None:
    """Let this session go on as the owner's. What it gathered as a visitor is merged, and its person is told.

    An account that is proved itself is not merged: its session just goes on as the owner's. Either way the address is
    used, so its retention counts from now again.
    """
    own = current_session().get(Account, subject_id)
    if subject_id != owner and (own is None or own.verified_at is None):
        _bring_over(engine, subject_id, owner)
        current_sessions().enter(owner, method, proved=True, factor=factor)
        current_session().expunge_all()
        current_database().writing().execute(delete(subject).where(subject.c.id == subject_id))
    else:
        current_sessions().enter(owner, method, proved=True, factor=factor)
    engine.answers.use(owner, [address_field(engine).key, address_proof_field(engine).key])
    record_event(owner, "signed_in", method)
    for greet in current_sessions().on_login:
        greet(owner)


def _bring_over(engine: Engine, subject_id: int, owner: int) -> None:
    """Give the owner what another subject holds, who is the same person. Its own row is the caller's to delete."""
    merged = merge(engine, subject_id, owner)
    for carry in engine.registry.merges:
        carry(subject_id, owner)
    current_session().flush()
    _flash_merged(engine, merged)
    if any(engine.kind_of(key).name == "phone" for key in merged):
        record_event(owner, "phone_added")
        notify_owner(owner, "phone_added")


def address_field(engine: Engine) -> Field:
    """The declared field that holds the account's address. Raises LookupError when there is none."""
    return field_of_kind(engine, "email")


def address_proof_field(engine: Engine) -> Field:
    """The declared field that proves the account's address. Raises LookupError when there is none."""
    return field_of_kind(engine, "verified_email")


def proves_addresses(manifest: Manifest) -> bool:
    """Whether a field is declared that does. Without one, people have no address here."""
    return any(field.kind == "verified_email" for field in manifest.fields.values())


def check_proofs(manifest: Manifest) -> list[Finding]:
    """Accounts live by addresses and numbers that are proved: each is declared with its proof, or not at all."""
    kinds = {field.kind for field in manifest.fields.values()}
    return [
        Finding(f"fields.{field.key}.kind", f"with accounts, a field of the kind {PROVED_BY[field.kind]!r} proves it")
        for field in manifest.fields.values()
        if PROVED_BY.get(field.kind, field.kind) not in kinds
    ]


def field_of_kind(engine: Engine, kind: str) -> Field:
    """The declared field of that kind. Raises LookupError when there is none."""
    found = next((field for field in engine.manifest.fields.values() if field.kind == kind), None)
    if found is None:
        raise LookupError(f"the manifest declares no field of kind {kind}")
    return found


def _flash_merged(engine: Engine, fields: tuple[str, ...]) -> None:
    if fields and has_request_context():
        labels = ", ".join(gettext(engine.field(key).label) for key in fields)
        flash(gettext("It came along with you: %(things)s.", things=labels), "success")


def revoke_verification(account: Account) -> None:
    """Revoke the proof of the account's address, if there is one: from now on anybody can prove it as theirs.

    A mail to the address says so: without a proof it can be changed, and nobody would hear of it any more.
    """
    if account.verified_at is None:
        return
    account.verified_at, account.device_proved, account.imported_at = None, False, None
    current_session().flush()
    record_event(account.subject_id, "unproved")
    more = gettext("A code to this address no longer opens the account.")
    notify_owner(account.subject_id, "unproved", at=address_of(account), more=more)

"""Whose an address is: what the first proof of it ends, and what comes over to the account that has it.

The rules of what comes over: what the account holds already wins; what it lacks, this session's answers fill;
carts, orders and the like follow the rules of their rooms. Nothing comes from any other session: whoever gave
the address elsewhere, without proof, has no claim on it any more.
"""

from hashlib import sha256

from flask import flash
from flask_babel import gettext
from sqlalchemy import delete, func, select, update

from webapp import clock
from webapp.accounts import codes
from webapp.accounts.auditing import record
from webapp.accounts.kept_addresses import address_of
from webapp.accounts.models import Account, Visit
from webapp.accounts.visits import current_visits
from webapp.db import current_database, current_session
from webapp.mail.sealing import mark_of
from webapp.profiling.engine import Engine
from webapp.profiling.manifest import Field
from webapp.profiling.merging import merge
from webapp.profiling.tables import subject


def lock(email: str) -> None:
    """One transaction at a time decides whose an address is. On SQLite there is only one that writes anyway."""
    database = current_database()
    if not database.is_sqlite:
        number = int.from_bytes(sha256(f"address:{email}".encode("utf-8", "replace")).digest()[:8], signed=True)
        database.writing().execute(select(func.pg_advisory_xact_lock(number)))


def verify(engine: Engine, subject_id: int) -> None:
    """The address of this subject's account is proved, in this session. Every other claim on it is void."""
    account = current_session().get(Account, subject_id)
    if account is not None:
        void_other_claims(engine, address_of(account), subject_id)
        account.verified_at = clock.now()
        current_session().flush()
        end_other_visits(subject_id)
        record(subject_id, "proved")
    current_visits().note_proof()


def void_other_claims(engine: Engine, email: str, owner: int) -> None:
    """Whoever gave the address without proof loses it, and the session in which they did. Codes to it are void."""
    codes.void(email, but_of=owner)
    claims = select(Account.subject_id).where(
        Account.email_mark == mark_of(email), Account.subject_id != owner, Account.verified_at.is_(None)
    )
    claimants = current_session().scalars(claims).all()
    for claimant in claimants:
        engine.remove(claimant, address_field(engine).key)
        end_visits(claimant)
    if claimants:
        record(owner, "claims_voided")


def bring_in(engine: Engine, subject_id: int, owner: int, way: str, *, factor: bool = False) -> None:
    """This session goes on as the owner's; what it gathered as a visitor comes along, and its person is told.

    An account that is proved itself stays what it is: its session just goes on as another one.
    """
    own = current_session().get(Account, subject_id)
    if subject_id != owner and (own is None or own.verified_at is None):
        came = merge(engine, subject_id, owner)
        for carry in engine.merges:
            carry(subject_id, owner)
        current_session().flush()
        _tell(engine, came)
        current_visits().enter(owner, way, proved=True, factor=factor)
        current_session().expunge_all()
        current_database().writing().execute(delete(subject).where(subject.c.id == subject_id))
    else:
        current_visits().enter(owner, way, proved=True, factor=factor)
    record(owner, "signed_in", way)
    for greet in current_visits().greetings:
        greet(owner)


def end_visits(subject_id: int, *, but: bytes | None = None) -> int:
    """End the subject's sessions, except for the one whose hash is given; how many."""
    going = update(Visit).where(Visit.subject_id == subject_id, Visit.ended_at.is_(None))
    if but is not None:
        going = going.where(Visit.token_hash != but)
    count = current_session().execute(going.values(ended_at=clock.now())).rowcount  # type: ignore[attr-defined]
    return int(count)


def end_other_visits(subject_id: int) -> int:
    """End the subject's sessions but this one; how many."""
    here = current_visits().subject()
    return end_visits(subject_id, but=current_visits().hash_of_this() if here else None)


def address_field(engine: Engine) -> Field:
    """The declared field that holds the account's address. Raises LookupError when there is none."""
    return field_of_kind(engine, "email")


def proof_field(engine: Engine) -> Field:
    """The declared field that proves it. Raises LookupError when there is none."""
    return field_of_kind(engine, "verified_email")


def field_of_kind(engine: Engine, kind: str) -> Field:
    """The declared field of that kind. Raises LookupError when there is none."""
    found = next((field for field in engine.manifest.fields.values() if field.kind == kind), None)
    if found is None:
        raise LookupError(f"the manifest declares no field of kind {kind}")
    return found


def _tell(engine: Engine, fields: tuple[str, ...]) -> None:
    if fields:
        labels = ", ".join(gettext(engine.field(key).label) for key in fields)
        flash(gettext("It came along with you: %(things)s.", things=labels), "success")

"""Linked identities: which account an identity opens. Only an account whose address is proved has any."""

from dataclasses import dataclass
from datetime import datetime

from flask import session
from sqlalchemy import delete, select, update

from asklater import clock
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.providers import authorization
from asklater.accounts.providers.callback import VerifiedClaims
from asklater.accounts.tables import Account, LinkedIdentity
from asklater.database.access import current_database, current_session, table_of

IDENTITY_TABLE = table_of(LinkedIdentity)
PENDING_LINK_KEY = "provider-waits"
"""Where the session names an identity that is linked once a second factor was shown."""
NO_PROVIDER = ""
"""Stands for the provider of what waits: no provider's callback uses it up."""


@dataclass(frozen=True)
class LinkedProvider:
    """A provider that opens an account, by one identity."""

    number: int
    provider: str
    issuer: str
    linked_at: datetime
    used_at: datetime | None


def owner_of_identity(issuer: str, sub: str) -> int | None:
    """The account that the identity opens. One whose address is no longer proved opens to nobody."""
    wanted = (
        select(LinkedIdentity.subject_id)
        .join(Account, Account.subject_id == LinkedIdentity.subject_id)
        .where(LinkedIdentity.issuer == issuer, LinkedIdentity.sub == sub, Account.verified_at.is_not(None))
    )
    return current_session().scalar(wanted)


def link(subject_id: int, provider: str, issuer: str, sub: str) -> bool:
    """Let the identity open the account from now on, and tell its owner; False, and nothing, where it may not."""
    account = current_session().get(Account, subject_id)
    if account is None or account.verified_at is None or owner_of_identity(issuer, sub) is not None:
        return False
    connection, this = (
        current_database().writing(),
        (IDENTITY_TABLE.c.issuer == issuer) & (IDENTITY_TABLE.c.sub == sub),
    )
    connection.execute(delete(IDENTITY_TABLE).where(this))  # of an account whose address is no longer proved
    moment = clock.now()
    row = {"subject_id": subject_id, "provider": provider, "issuer": issuer, "sub": sub}
    row |= {"linked_at": moment, "used_at": moment}
    adding = (
        current_database().insert(IDENTITY_TABLE).values(row).on_conflict_do_nothing().returning(IDENTITY_TABLE.c.id)
    )
    if connection.execute(adding).first() is None:
        return False
    record_event(subject_id, "provider_linked", provider)
    notify_owner(subject_id, "provider_linked")
    return True


def note_use(issuer: str, sub: str) -> None:
    """The identity opened its account just now."""
    this = (IDENTITY_TABLE.c.issuer == issuer) & (IDENTITY_TABLE.c.sub == sub)
    current_database().writing().execute(update(IDENTITY_TABLE).where(this).values(used_at=clock.now()))


def unlink(subject_id: int, number: int) -> bool:
    """Take one of the account's own identities away; False when it is none of theirs."""
    own = delete(IDENTITY_TABLE).where(IDENTITY_TABLE.c.id == number, IDENTITY_TABLE.c.subject_id == subject_id)
    provider = current_database().writing().execute(own.returning(IDENTITY_TABLE.c.provider)).scalar()
    if provider is None:
        return False
    record_event(subject_id, "provider_unlinked", provider)
    notify_owner(subject_id, "provider_unlinked")
    return True


def identities_of(subject_id: int) -> list[LinkedProvider]:
    """The identities of an account, oldest first."""
    columns = (
        IDENTITY_TABLE.c.id,
        IDENTITY_TABLE.c.provider,
        IDENTITY_TABLE.c.issuer,
        IDENTITY_TABLE.c.linked_at,
        IDENTITY_TABLE.c.used_at,
    )
    wanted = select(*columns).where(IDENTITY_TABLE.c.subject_id == subject_id).order_by(IDENTITY_TABLE.c.id)
    return [LinkedProvider(*row) for row in current_database().reading().execute(wanted)]


def has_identity(subject_id: int) -> bool:
    """Whether some provider signs the account in."""
    return bool(identities_of(subject_id))


def link_after_second_factor(owner: int, provider: str, verified: VerifiedClaims) -> None:
    """Remember the identity until this session has shown the second factor of `owner`."""
    content = {"owner": owner, "provider": provider, "issuer": verified.issuer, "sub": verified.sub}
    session[PENDING_LINK_KEY] = authorization.save_attempt(current_database(), NO_PROVIDER, content)


def link_pending(owner: int) -> None:
    """The second factor of `owner` was shown in this session: what waited for it is linked."""
    kept = authorization.use_attempt(current_database(), NO_PROVIDER, session.pop(PENDING_LINK_KEY, ""))
    if kept is not None and kept["owner"] == owner:
        link(owner, kept["provider"], kept["issuer"], kept["sub"])

"""Linking: which account an identity opens. Only an account whose address is proved has any."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import session
from sqlalchemy import Table, delete, select, update

from webapp import clock
from webapp.accounts.auditing import record
from webapp.accounts.models import Account
from webapp.accounts.notifying import tell_owner
from webapp.accounts.providers import attempts
from webapp.accounts.providers.models import Identity
from webapp.accounts.providers.redeeming import Told
from webapp.db import current_database, current_session

IDENTITY = cast("Table", Identity.__table__)
WAITING = "provider-waits"
"""Where the session names an identity that is linked once a second factor was shown."""
NOBODYS = ""
"""Stands for the provider of what waits: no way back from one ends there."""


@dataclass(frozen=True)
class Linked:
    """One identity of an account."""

    number: int
    provider: str
    issuer: str
    linked_at: datetime
    used_at: datetime | None


def owner_of_identity(issuer: str, sub: str) -> int | None:
    """The account that the identity opens. One whose address is no longer proved opens to nobody."""
    wanted = (
        select(Identity.subject_id)
        .join(Account, Account.subject_id == Identity.subject_id)
        .where(Identity.issuer == issuer, Identity.sub == sub, Account.verified_at.is_not(None))
    )
    return current_session().scalar(wanted)


def link(subject_id: int, provider: str, issuer: str, sub: str) -> bool:
    """Let the identity open the account from now on, and tell its owner; False, and nothing, where it may not."""
    account = current_session().get(Account, subject_id)
    if account is None or account.verified_at is None or owner_of_identity(issuer, sub) is not None:
        return False
    connection, this = current_database().writing(), (IDENTITY.c.issuer == issuer) & (IDENTITY.c.sub == sub)
    connection.execute(delete(IDENTITY).where(this))  # of an account whose address is no longer proved
    moment = clock.now()
    row = {"subject_id": subject_id, "provider": provider, "issuer": issuer, "sub": sub}
    row |= {"linked_at": moment, "used_at": moment}
    adding = current_database().insert(IDENTITY).values(row).on_conflict_do_nothing().returning(IDENTITY.c.id)
    if connection.execute(adding).first() is None:
        return False
    record(subject_id, "provider_linked", provider)
    tell_owner(subject_id, "provider_linked")
    return True


def note_use(issuer: str, sub: str) -> None:
    """The identity opened its account just now."""
    this = (IDENTITY.c.issuer == issuer) & (IDENTITY.c.sub == sub)
    current_database().writing().execute(update(IDENTITY).where(this).values(used_at=clock.now()))


def unlink(subject_id: int, number: int) -> bool:
    """Take one of the account's own identities away; False when it is none of theirs."""
    own = delete(IDENTITY).where(IDENTITY.c.id == number, IDENTITY.c.subject_id == subject_id)
    provider = current_database().writing().execute(own.returning(IDENTITY.c.provider)).scalar()
    if provider is None:
        return False
    record(subject_id, "provider_unlinked", provider)
    tell_owner(subject_id, "provider_unlinked")
    return True


def linked_to(subject_id: int) -> list[Linked]:
    """The identities of an account, oldest first."""
    columns = (IDENTITY.c.id, IDENTITY.c.provider, IDENTITY.c.issuer, IDENTITY.c.linked_at, IDENTITY.c.used_at)
    wanted = select(*columns).where(IDENTITY.c.subject_id == subject_id).order_by(IDENTITY.c.id)
    return [Linked(*row) for row in current_database().reading().execute(wanted)]


def has_identity(subject_id: int) -> bool:
    """Whether some provider signs the account in."""
    return bool(linked_to(subject_id))


def link_later(owner: int, provider: str, told: Told) -> None:
    """Remember the identity until this session has shown the second factor of `owner`."""
    content = {"owner": owner, "provider": provider, "issuer": told.issuer, "sub": told.sub}
    session[WAITING] = attempts.keep(current_database(), NOBODYS, content)


def link_what_waits(owner: int) -> None:
    """The second factor of `owner` was shown in this session: what waited for it is linked."""
    kept = attempts.use(current_database(), NOBODYS, session.pop(WAITING, ""))
    if kept is not None and kept["owner"] == owner:
        link(owner, kept["provider"], kept["issuer"], kept["sub"])

"""The passkeys of an account: which there are, what they are called, and their end."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import current_app
from sqlalchemy import delete, select

from asklater import clock
from asklater.accounts.audit_log import notify_owner, record_event
from asklater.accounts.second_factors.recovery_codes import delete_unless_protected, note_new_factor
from asklater.accounts.tables import MAX_PASSKEY_NAME_LENGTH, Passkey
from asklater.database.access import current_database, current_session, table_of
from asklater.i18n import gettext
from asklater.kinds import typed_text
from asklater.kinds.base import Invalid

PASSKEY_TABLE = table_of(Passkey)


@dataclass(frozen=True)
class Credential:
    """What a device made: its name for the passkey, the public key (COSE), and how the device can be reached."""

    id: bytes
    public_key: bytes
    sign_count: int = 0
    transports: tuple[str, ...] = ()
    backed_up: bool = False


def keep(subject_id: int, credential: Credential, name: str) -> Passkey | None:
    """The account's new passkey; None, and nothing is kept, where some account has it already."""
    row = {
        "subject_id": subject_id,
        "credential_id": credential.id,
        "public_key": credential.public_key,
        "sign_count": credential.sign_count,
        "user_handle": user_handle(subject_id),
        "name": name,
        "transports": ",".join(credential.transports),
        "backed_up": credential.backed_up,
        "added_at": clock.now(),
    }
    database = current_database()
    adding = database.insert(PASSKEY_TABLE).values(row).on_conflict_do_nothing().returning(PASSKEY_TABLE.c.id)
    number = database.writing().execute(adding).scalar()
    return None if number is None else current_session().get_one(Passkey, number)


def import_passkey(subject_id: int, credential: Credential, name: str) -> bool:
    """Let a passkey that was made elsewhere open an account, with recovery codes where it has none, and tell its
    owner. False, and nothing changes, where some account has it already.
    """
    if keep(subject_id, credential, name) is None:
        return False
    note_new_factor(subject_id, "passkey_added", "passkey")
    return True


def passkeys_of(subject_id: int) -> Sequence[Passkey]:
    """The passkeys of the account, oldest first."""
    wanted = select(Passkey).where(Passkey.subject_id == subject_id).order_by(Passkey.id)
    return current_session().scalars(wanted).all()


def has_passkey(subject_id: int) -> bool:
    wanted = select(Passkey.id).where(Passkey.subject_id == subject_id).limit(1)
    return current_session().scalar(wanted) is not None


def passkey_of(subject_id: int, number: int) -> Passkey | None:
    """One of the account's own; None when it is somebody else's."""
    return current_session().scalar(select(Passkey).where(Passkey.id == number, Passkey.subject_id == subject_id))


def user_handle(subject_id: int) -> bytes:
    """32 bytes that say nothing of the account, and stay the same for all of its passkeys."""
    known = current_session().scalar(select(Passkey.user_handle).where(Passkey.subject_id == subject_id).limit(1))
    key = str(current_app.secret_key).encode()
    return known or hmac.new(key, f"passkey-handle:{subject_id}".encode(), sha256).digest()


def rename(passkey: Passkey, name: str) -> None:
    """Give it another name. Raises Invalid."""
    try:
        chosen = typed_text.line(name, MAX_PASSKEY_NAME_LENGTH)
    except typed_text.UnfitText as unfit:
        raise Invalid({"": unfit.reason}) from unfit
    if not chosen:
        raise Invalid({"": gettext("Give it a name, so that you know it again.")})
    passkey.name = chosen
    current_session().flush()
    record_event(passkey.subject_id, "passkey_renamed", "passkey")


def drop_passkeys(subject_id: int) -> None:
    """Delete all passkeys of an account, which are lost."""
    current_session().execute(delete(Passkey).where(Passkey.subject_id == subject_id))


def remove(passkey: Passkey) -> None:
    """Remove a passkey. Without any factor left, the recovery codes go too."""
    owner = passkey.subject_id
    current_session().delete(passkey)
    current_session().flush()
    delete_unless_protected(owner)
    record_event(owner, "passkey_removed", "passkey")
    notify_owner(owner, "passkey_removed")

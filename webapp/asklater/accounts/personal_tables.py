"""The personal tables of accounts, and the erasure of mails and codes to a person's proved address."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, select

from asklater.accounts.address_ownership import erase_unproved_accounts, lock_address
from asklater.accounts.phones.text_codes import label_of_phone_code as label_of_number
from asklater.accounts.recovery.requests import label_of_recovery, new_address_of
from asklater.accounts.sealed_addresses import ACCOUNT_LABEL as KEPT_AS, address_of, label_of_code
from asklater.accounts.second_factors.totp import SECRET_LABEL
from asklater.accounts.tables import (
    Account,
    AccountEvent,
    Authenticator,
    BrowserSession,
    EmailCode,
    LinkedIdentity,
    Passkey,
    PendingLogin,
    PhoneCode,
    PhoneFactor,
    Recovery,
    RecoveryCode,
)
from asklater.database.access import current_database, current_session, table_of
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.keys.keyring import record
from asklater.messages.sealing import address_mark
from asklater.messages.tables import BouncedAddress, DeliveredMail, OutgoingMail
from asklater.personal_tables import (
    WITH_ITS_OWNER,
    ColumnText,
    LabelOf,
    PersonalTable,
    Retention,
    Row,
    key_of_table,
)

ACCOUNT, PROTECTION = "account", "account_protection"
"""The purposes that these records serve, as keys of the manifest."""
ADDRESSES = ("email", "second_email")
"""The kinds of fields that hold an address."""


def _account() -> ColumnText:
    return ColumnText(
        gettext("Your account"),
        gettext("you"),
        gettext(
            "until you erase it, at most %(accounts)s after your last visit, of which we remind you "
            "by email %(warning)s before; one that was never verified, a week after its last session; "
            "one of the staff, as long as they work here"
        ),
        {
            "subject_id": gettext("number"),
            "email": gettext("address"),
            "role": gettext("role"),
            "verified_at": gettext("proved"),
            "imported_at": gettext("taken over from an earlier system"),
        },
    )


def _sessions() -> ColumnText:
    return ColumnText(
        gettext("Sessions"),
        gettext("your browser"),
        gettext("%(span)s after they end"),
        {
            "id": gettext("number"),
            "began_at": gettext("began"),
            "seen_at": gettext("last seen"),
            "expires_at": gettext("expires"),
            "ended_at": gettext("ended"),
            "device": gettext("device"),
            "method": gettext("way in"),
            "proved_at": gettext("last proof"),
            "factor_at": gettext("last second factor"),
        },
    )


def _pending_logins() -> ColumnText:
    return ColumnText(
        gettext("Sign-ins that wait for a second factor"),
        gettext("your browser"),
        gettext("%(span)s"),
        {"method": gettext("way in"), "action": gettext("where"), "began_at": gettext("began")},
    )


def _mailed_codes() -> ColumnText:
    return ColumnText(
        gettext("Codes that we emailed"),
        gettext("you asked for them"),
        gettext("%(span)s after they were sent"),
        {
            "id": gettext("number"),
            "email": gettext("address"),
            "purpose": gettext("for what"),
            "sent_at": gettext("sent"),
            "tries": gettext("tries"),
            "used_at": gettext("used"),
        },
    )


def _phone_codes() -> ColumnText:
    return ColumnText(
        gettext("Codes that we sent by text message"),
        gettext("you asked for them"),
        gettext("%(span)s after they were sent"),
        {
            "id": gettext("number"),
            "calling_code": gettext("calling code"),
            "purpose": gettext("for what"),
            "sent_at": gettext("sent"),
            "tries": gettext("tries"),
            "verified": gettext("typed in right"),
            "used_at": gettext("used"),
        },
    )


def _events() -> ColumnText:
    return ColumnText(
        gettext("What happened to your account"),
        gettext("sign-ins and changes, yours or somebody else's"),
        gettext("%(span)s"),
        {
            "id": gettext("number"),
            "at": gettext("when"),
            "event": gettext("what"),
            "method": gettext("by which way"),
            "device": gettext("device"),
        },
    )


def _passkeys() -> ColumnText:
    return ColumnText(
        gettext("Passkeys"),
        gettext("your device"),
        gettext("until you remove them"),
        {
            "id": gettext("number"),
            "name": gettext("name"),
            "transports": gettext("how it is reached"),
            "backed_up": gettext("on your other devices too"),
            "sign_count": gettext("times used, as the device counts"),
            "added_at": gettext("added"),
            "used_at": gettext("last used"),
        },
    )


def _authenticators() -> ColumnText:
    return ColumnText(
        gettext("Authenticator app"),
        gettext("you"),
        gettext("until you remove it"),
        {"began_at": gettext("begun"), "confirmed_at": gettext("confirmed"), "last_step": gettext("last half minute")},
    )


def _recovery_codes() -> ColumnText:
    return ColumnText(
        gettext("Recovery codes"),
        gettext("made for you"),
        gettext("until they are used or replaced"),
        {"made_at": gettext("made")},
    )


def _phone_factors() -> ColumnText:
    return ColumnText(
        gettext("Phone as a second factor"),
        gettext("you"),
        gettext("until you remove it"),
        {"enrolled_at": gettext("since")},
    )


def _identities() -> ColumnText:
    return ColumnText(
        gettext("Providers that you continue with"),
        gettext("the provider"),
        gettext("until you unlink it"),
        {
            "id": gettext("number"),
            "provider": gettext("provider"),
            "issuer": gettext("its address"),
            "sub": gettext("what it calls you"),
            "linked_at": gettext("linked"),
            "used_at": gettext("last used"),
        },
    )


def _recoveries() -> ColumnText:
    return ColumnText(
        gettext("Recoveries of your account"),
        gettext("whoever asked for one"),
        gettext("%(span)s after they could first be used"),
        {
            "id": gettext("number"),
            "lost": gettext("what was lost"),
            "method": gettext("by which way"),
            "new_email": gettext("new address"),
            "asked_at": gettext("asked"),
            "opens_at": gettext("opens"),
            "reminded_at": gettext("reminded"),
            "cancelled_at": gettext("cancelled"),
            "done_at": gettext("done"),
        },
    )


def _account_label(_row: Row) -> str:
    return KEPT_AS


def _code_label(row: Row) -> str:
    return label_of_code(row["purpose"], row["code_hash"])


def _recovery_label(row: Row) -> str:
    return label_of_recovery(row["cancel_hash"])


def _sealed_as(label: LabelOf) -> LabelOf:
    return lambda row: record(label(row))


PERSONAL_TABLES = (
    PersonalTable(
        table_of(Account),
        ACCOUNT,
        _account,
        frozenset({"email_mark", "browser_mark", "device_proved"}),
        sealed={"email": _sealed_as(_account_label)},
        repeats={"email": ("email",)},
        retention=WITH_ITS_OWNER,
    ),
    PersonalTable(
        table_of(BrowserSession),
        PROTECTION,
        _sessions,
        frozenset({"token_hash", "former_hash", "rotated_at"}),
        retention=Retention("expires_at", "P1D", or_since="ended_at"),
    ),
    PersonalTable(
        table_of(PendingLogin),
        PROTECTION,
        _pending_logins,
        frozenset({"session_hash"}),
        person="owner_id",
        retention=Retention("began_at", "P1D"),
    ),
    PersonalTable(
        table_of(EmailCode),
        PROTECTION,
        _mailed_codes,
        frozenset({"session_hash", "code_hash", "email_mark"}),
        sealed={"email": _sealed_as(_code_label)},
        repeats={"email": ADDRESSES},
        retention=Retention("sent_at", "P7D"),
    ),
    PersonalTable(
        table_of(PhoneCode),
        PROTECTION,
        _phone_codes,
        frozenset({"session_hash", "code_hash", "number_mark", "number"}),
        repeats={"number": ("phone",), "calling_code": ("phone",)},
        sealed={"number": lambda row: record(label_of_number(row["purpose"], row["code_hash"]))},
        retention=Retention("sent_at", "P2D"),
    ),
    PersonalTable(table_of(AccountEvent), PROTECTION, _events, retention=Retention("at", "P400D")),
    PersonalTable(
        table_of(Passkey),
        PROTECTION,
        _passkeys,
        frozenset({"credential_id", "public_key", "user_handle"}),
        retention=WITH_ITS_OWNER,
    ),
    PersonalTable(
        table_of(Authenticator),
        PROTECTION,
        _authenticators,
        frozenset({"secret"}),
        sealed={"secret": lambda _row: record(SECRET_LABEL)},
        retention=WITH_ITS_OWNER,
    ),
    PersonalTable(
        table_of(RecoveryCode), PROTECTION, _recovery_codes, frozenset({"code_hash"}), retention=WITH_ITS_OWNER
    ),
    PersonalTable(table_of(PhoneFactor), PROTECTION, _phone_factors, retention=WITH_ITS_OWNER),
    PersonalTable(table_of(LinkedIdentity), ACCOUNT, _identities, retention=WITH_ITS_OWNER),
    PersonalTable(
        table_of(Recovery),
        PROTECTION,
        _recoveries,
        frozenset({"session_id", "cancel_hash", "token_hash"}),
        repeats={"new_email": ("email",)},
        sealed={"new_email": _sealed_as(_recovery_label)},
        retention=Retention("opens_at", "P37D"),
    ),
)


# Traces that lead to a person by their address alone


CODES, MAILS, BOUNCES = table_of(EmailCode), table_of(OutgoingMail), table_of(BouncedAddress)
DELIVERED = table_of(DeliveredMail)
MARKED = ((MAILS, MAILS.c.recipient_mark), (CODES, CODES.c.email_mark), (BOUNCES, BOUNCES.c.recipient_mark))
"""Tables whose rows are found by an address, whoever asked for them."""


class AddressErasure:
    """The accounts' part in an erasure, beyond their tables: `Traces` of the registry."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lock(self, subject_id: int) -> None:
        """Lock the proved addresses: whoever proves one at the same time, and would merge, waits or came first."""
        for email in _proved_addresses(subject_id):
            lock_address(email)

    def erase(self, subject_id: int) -> Mapping[str, int]:
        """Delete mails and codes to the proved addresses, and the accounts that gave them without proof."""
        connection, gone = current_database().writing(), Counter[str]()
        for email in _proved_addresses(subject_id):
            erase_unproved_accounts(self._engine, email, subject_id)
            current_session().flush()
            gone[key_of_table(DELIVERED)] += _delivered_to(connection, address_mark(email))  # they go with the mails
            for table, mark in MARKED:
                gone[key_of_table(table)] += connection.execute(
                    delete(table).where(mark == address_mark(email))
                ).rowcount
        return gone


def _delivered_to(connection: Connection, mark: bytes) -> int:
    of_them = select(func.count()).where(DELIVERED.c.outgoing_id == MAILS.c.id, MAILS.c.recipient_mark == mark)
    return connection.execute(of_them).scalar_one()


def _proved_addresses(subject_id: int) -> list[str]:
    """The account's address, and those proved to get back into it; sorted, so that nobody waits crosswise."""
    session = current_session()
    accounts = session.scalars(
        select(Account).where(Account.subject_id == subject_id, Account.verified_at.is_not(None))
    )
    recoveries = session.scalars(select(Recovery).where(Recovery.subject_id == subject_id))
    return sorted({*map(address_of, accounts), *map(new_address_of, recoveries)} - {""})

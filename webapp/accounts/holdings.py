"""What the accounts room keeps of a person, table by table."""

from webapp.accounts.authenticators.keeping import SECRET
from webapp.accounts.kept_addresses import ACCOUNT as KEPT_AS, label_of_code
from webapp.accounts.phones.texting import label_of as label_of_number
from webapp.accounts.recovery.new_address import label_of_recovery
from webapp.profiling.holdings import Holding, LabelOf, Row, Words
from webapp.profiling.keyring import record
from webapp.profiling.words import gettext

ACCOUNT, PROTECTION = "account", "account_protection"
"""The purposes that these records serve, as keys of the manifest."""
ADDRESSES = ("email", "second_email")
"""The kinds of fields that hold an address."""


def _account() -> Words:
    return Words(
        gettext("Your account"),
        gettext("you"),
        gettext("until you erase it; one that was never proved, a week after its last session"),
        {
            "subject_id": gettext("number"),
            "email": gettext("address"),
            "role": gettext("role"),
            "verified_at": gettext("proved"),
        },
    )


def _visits() -> Words:
    return Words(
        gettext("Sessions"),
        gettext("your browser"),
        gettext("until a day after they end"),
        {
            "id": gettext("number"),
            "began_at": gettext("began"),
            "seen_at": gettext("last seen"),
            "expires_at": gettext("expires"),
            "ended_at": gettext("ended"),
            "device": gettext("device"),
            "way": gettext("way in"),
            "proved_at": gettext("last proof"),
            "factor_at": gettext("last second factor"),
        },
    )


def _entrances() -> Words:
    return Words(
        gettext("Sign-ins that wait for a second factor"),
        gettext("your browser"),
        gettext("a day"),
        {"way": gettext("way in"), "action": gettext("where"), "began_at": gettext("began")},
    )


def _mailed_codes() -> Words:
    return Words(
        gettext("Codes that we mailed"),
        gettext("you asked for them"),
        gettext("a week"),
        {
            "id": gettext("number"),
            "email": gettext("address"),
            "purpose": gettext("for what"),
            "sent_at": gettext("sent"),
            "tries": gettext("tries"),
            "used_at": gettext("used"),
        },
    )


def _phone_codes() -> Words:
    return Words(
        gettext("Codes that we sent by text message"),
        gettext("you asked for them"),
        gettext("a month"),
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


def _events() -> Words:
    return Words(
        gettext("What happened to your account"),
        gettext("sign-ins and changes, yours or somebody else's"),
        gettext("a year"),
        {
            "id": gettext("number"),
            "at": gettext("when"),
            "event": gettext("what"),
            "way": gettext("by which way"),
            "device": gettext("device"),
        },
    )


def _passkeys() -> Words:
    return Words(
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


def _authenticators() -> Words:
    return Words(
        gettext("Authenticator app"),
        gettext("you"),
        gettext("until you remove it"),
        {"began_at": gettext("begun"), "confirmed_at": gettext("confirmed"), "last_step": gettext("last half minute")},
    )


def _recovery_codes() -> Words:
    return Words(
        gettext("Recovery codes"),
        gettext("made for you"),
        gettext("until they are used or replaced"),
        {"made_at": gettext("made")},
    )


def _phone_factors() -> Words:
    return Words(
        gettext("Phone as a second factor"),
        gettext("you"),
        gettext("until you remove it"),
        {"enrolled_at": gettext("since")},
    )


def _identities() -> Words:
    return Words(
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


def _recoveries() -> Words:
    return Words(
        gettext("Recoveries of your account"),
        gettext("whoever asked for one"),
        gettext("a month after they are over"),
        {
            "id": gettext("number"),
            "lost": gettext("what was lost"),
            "way": gettext("by which way"),
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


HOLDINGS = (
    Holding(
        "account",
        ACCOUNT,
        _account,
        frozenset({"email_mark"}),
        sealed={"email": _sealed_as(_account_label)},
        repeats={"email": ("email",)},
    ),
    Holding("visit", PROTECTION, _visits, frozenset({"token_hash"})),
    Holding("entrance", PROTECTION, _entrances, frozenset({"visit_hash"}), person="owner_id"),
    Holding(
        "email_code",
        PROTECTION,
        _mailed_codes,
        frozenset({"visit_hash", "code_hash", "email_mark"}),
        sealed={"email": _sealed_as(_code_label)},
        repeats={"email": ADDRESSES},
    ),
    Holding(
        "phone_code",
        PROTECTION,
        _phone_codes,
        frozenset({"visit_hash", "code_hash", "number_mark", "number"}),
        repeats={"number": ("phone",)},
        sealed={"number": lambda row: record(label_of_number(row["purpose"], row["code_hash"]))},
    ),
    Holding("account_event", PROTECTION, _events),
    Holding("passkey", PROTECTION, _passkeys, frozenset({"credential_id", "public_key", "user_handle"})),
    Holding(
        "authenticator",
        PROTECTION,
        _authenticators,
        frozenset({"secret"}),
        sealed={"secret": lambda _row: record(SECRET)},
    ),
    Holding("recovery_code", PROTECTION, _recovery_codes, frozenset({"code_hash"})),
    Holding("phone_factor", PROTECTION, _phone_factors),
    Holding("identity", ACCOUNT, _identities),
    Holding(
        "recovery",
        PROTECTION,
        _recoveries,
        frozenset({"visit_id", "cancel_hash", "token_hash"}),
        repeats={"new_email": ("email",)},
        sealed={"new_email": _sealed_as(_recovery_label)},
    ),
)

"""How accounts and codes keep an address: sealed under their person's key, and found by a keyed mark."""

from asklater.accounts.tables import Account, EmailCode
from asklater.engine import current_engine
from asklater.messages.sealing import address_mark

ACCOUNT_LABEL = "account:email"


def address_of(account: Account) -> str:
    """The account's address. One statement, for its person's key."""
    return current_engine().open(account.subject_id, {ACCOUNT_LABEL: account.email})[ACCOUNT_LABEL]


def has_address(account: Account, address: str) -> bool:
    """Whether this is the account's; nothing is opened for it."""
    return address_mark(address) == account.email_mark


def set_address(account: Account, address: str) -> None:
    """The account's address from now on, as it was typed: mail goes to that."""
    account.email = current_engine().seal(account.subject_id, ACCOUNT_LABEL, address)
    account.email_mark = address_mark(address)


def address_of_code(code: EmailCode) -> str:
    """Where the code went."""
    label = label_of_code(code.purpose, code.code_hash)
    return current_engine().open(code.subject_id, {label: code.email})[label]


def set_code_address(code: EmailCode, address: str) -> None:
    """Note on the code where it goes."""
    code.email = current_engine().seal(code.subject_id, label_of_code(code.purpose, code.code_hash), address)
    code.email_mark = address_mark(address)


def label_of_code(purpose: str, code_hash: bytes) -> str:
    """What a code's address is sealed as."""
    return f"email_code:{purpose}:{code_hash.hex()}"

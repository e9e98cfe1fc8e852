"""Addresses as accounts and codes keep them: sealed for their person, and found by a mark."""

from webapp.accounts.models import Account, Code
from webapp.mail.sealing import mark_of
from webapp.profiling.engine import current_engine

ACCOUNT = "account:email"


def address_of(account: Account) -> str:
    """The account's address. One statement, for its person's key."""
    return current_engine().open(account.subject_id, {ACCOUNT: account.email})[ACCOUNT]


def has_address(account: Account, address: str) -> bool:
    """Whether this is the account's; nothing is opened for it."""
    return mark_of(address) == account.email_mark


def give_address(account: Account, address: str) -> None:
    """The account's address from now on, normalised."""
    account.email = current_engine().seal(account.subject_id, ACCOUNT, address)
    account.email_mark = mark_of(address)


def address_of_code(code: Code) -> str:
    """Where the code went."""
    label = label_of_code(code.purpose, code.code_hash)
    return current_engine().open(code.subject_id, {label: code.email})[label]


def send_to(code: Code, address: str) -> None:
    """Note on the code where it goes."""
    code.email = current_engine().seal(code.subject_id, label_of_code(code.purpose, code.code_hash), address)
    code.email_mark = mark_of(address)


def label_of_code(purpose: str, code_hash: bytes) -> str:
    """What a code's address is sealed as."""
    return f"email_code:{purpose}:{code_hash.hex()}"

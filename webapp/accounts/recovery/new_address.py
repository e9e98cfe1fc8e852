"""The address that a recovery is about, as its row keeps it: sealed for the account's person."""

from webapp.accounts.recovery.models import Recovery
from webapp.profiling.engine import current_engine


def new_address_of(recovery: Recovery) -> str:
    """The address that the account shall have; "" where its own works."""
    label = label_of_recovery(recovery.cancel_hash)
    return current_engine().open(recovery.subject_id, {label: recovery.new_email})[label]


def sealed_new_address(subject_id: int, cancel_hash: bytes, address: str) -> bytes:
    """As the recovery with that hash keeps it."""
    return current_engine().seal(subject_id, label_of_recovery(cancel_hash), address)


def label_of_recovery(cancel_hash: bytes) -> str:
    """What a recovery's new address is sealed as."""
    return f"recovery:{cancel_hash.hex()}"

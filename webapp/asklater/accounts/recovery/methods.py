"""Recovery methods: what opens a lost account, and how soon; declared as data, decided by what the account holds."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

NO_DELAY = timedelta(0)
DAY = timedelta(days=1)
RECOVERY_CODE, SECOND_ADDRESS, PHONE = "recovery_code", "second_address", "phone"
AUTHENTICATOR, PASSKEY, PROVIDER = "authenticator", "passkey", "provider"


class Loss(StrEnum):
    """What somebody cannot use any more: the mail of the address, the second factor, or both of them."""

    MAIL = "mail"
    FACTOR = "factor"
    BOTH = "both"


@dataclass(frozen=True)
class RecoveryMethod:
    """A method to get back in: after which loss, by which evidence, after what delay. `is_login`: by a plain login.

    `open_to_staff`: it opens the account of somebody with a role as well, who may see more than their own.
    """

    key: str
    loss: Loss
    evidence: frozenset[str]
    delay: timedelta = NO_DELAY
    is_login: bool = False
    open_to_staff: bool = True


def _method(
    key: str, lost: Loss, *evidence: str, days: int = 0, is_login: bool = False, open_to_staff: bool = True
) -> RecoveryMethod:
    return RecoveryMethod(key, lost, frozenset(evidence), days * DAY, is_login, open_to_staff)


RECOVERY_METHODS = (
    # The address cannot be read; the second factor still has to be shown afterwards, where the account has one.
    _method("passkey", Loss.MAIL, PASSKEY, is_login=True),
    _method("provider", Loss.MAIL, PROVIDER, is_login=True),
    _method("code_and_app", Loss.MAIL, RECOVERY_CODE, AUTHENTICATOR),
    _method("code_and_phone", Loss.MAIL, RECOVERY_CODE, PHONE),
    _method("second_and_app", Loss.MAIL, SECOND_ADDRESS, AUTHENTICATOR, days=1),
    _method("second_and_phone", Loss.MAIL, SECOND_ADDRESS, PHONE, days=1),
    _method("code", Loss.MAIL, RECOVERY_CODE, days=3),
    _method("second", Loss.MAIL, SECOND_ADDRESS, days=3),
    # The address was proved just now, before any of these.
    _method("code", Loss.FACTOR, RECOVERY_CODE),
    _method("second", Loss.FACTOR, SECOND_ADDRESS, days=1),
    _method("phone", Loss.FACTOR, PHONE, days=1),
    _method("mail", Loss.FACTOR, days=7, open_to_staff=False),
    # Neither: a phone alone is not enough, since numbers are taken over.
    _method("code_and_second", Loss.BOTH, RECOVERY_CODE, SECOND_ADDRESS, days=3),
    _method("code", Loss.BOTH, RECOVERY_CODE, days=7),
    _method("second_and_phone", Loss.BOTH, SECOND_ADDRESS, PHONE, days=7),
)
"""Nothing else opens anything."""


@dataclass(frozen=True)
class EvidenceGain:
    """What one more piece of evidence would do: after its loss, `method` opens.

    `delay_without` is the delay without that evidence, None for never.
    """

    evidence: str
    method: RecoveryMethod
    delay_without: timedelta | None


def available_methods(lost: Loss, held_keys: Set[str], *, staff: bool = False) -> tuple[RecoveryMethod, ...]:
    """The methods open to whoever can show `held_keys`, the quickest first, of those the one that needs least."""
    found = [
        method
        for method in RECOVERY_METHODS
        if method.loss is lost and method.evidence <= held_keys and (method.open_to_staff or not staff)
    ]
    return tuple(sorted(found, key=lambda method: (method.delay, len(method.evidence), method.key)))


def accepted_evidence(lost: Loss) -> frozenset[str]:
    """Every evidence that can be shown after this loss; what signs in is shown at the sign-in."""
    return frozenset().union(
        *(method.evidence for method in RECOVERY_METHODS if method.loss is lost and not method.is_login)
    )


def gains_by_more_evidence(held_keys: Set[str], *, staff: bool = False) -> tuple[EvidenceGain, ...]:
    """For each evidence that is not held: the methods that it would open, or make quicker."""
    missing = sorted(frozenset().union(*(method.evidence for method in RECOVERY_METHODS)) - held_keys)
    gains = (_gain(lost, held_keys, evidence, staff) for evidence in missing for lost in Loss)
    return tuple(gain for gain in gains if gain is not None)


def _gain(lost: Loss, held_keys: Set[str], evidence: str, staff: bool) -> EvidenceGain | None:
    now, then = (available_methods(lost, held, staff=staff) for held in (held_keys, held_keys | {evidence}))
    if not then or (now and now[0].delay <= then[0].delay):
        return None
    return EvidenceGain(evidence, then[0], now[0].delay if now else None)

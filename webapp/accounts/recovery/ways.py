"""What opens a lost account, and how soon: declared as data, and decided by what the account holds."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

AT_ONCE = timedelta(0)
DAY = timedelta(days=1)
RECOVERY_CODE, SECOND_ADDRESS, PHONE = "recovery_code", "second_address", "phone"
AUTHENTICATOR, PASSKEY, PROVIDER = "authenticator", "passkey", "provider"


class Lost(StrEnum):
    """What somebody cannot use any more: the mail of the address, the second factor, or both of them."""

    MAIL = "mail"
    FACTOR = "factor"
    BOTH = "both"


@dataclass(frozen=True)
class Way:
    """One way back: after which loss, by which evidence, after what delay. `signs_in`: it is a sign-in as ever.

    `for_staff`: it opens the account of somebody with a role as well, who may see more than their own.
    """

    key: str
    lost: Lost
    needs: frozenset[str]
    delay: timedelta = AT_ONCE
    signs_in: bool = False
    for_staff: bool = True


def _way(key: str, lost: Lost, *needs: str, days: int = 0, signs_in: bool = False, for_staff: bool = True) -> Way:
    return Way(key, lost, frozenset(needs), days * DAY, signs_in, for_staff)


WAYS = (
    # The address cannot be read; the second factor still has to be shown afterwards, where the account has one.
    _way("passkey", Lost.MAIL, PASSKEY, signs_in=True),
    _way("provider", Lost.MAIL, PROVIDER, signs_in=True),
    _way("code_and_app", Lost.MAIL, RECOVERY_CODE, AUTHENTICATOR),
    _way("code_and_phone", Lost.MAIL, RECOVERY_CODE, PHONE),
    _way("second_and_app", Lost.MAIL, SECOND_ADDRESS, AUTHENTICATOR, days=1),
    _way("second_and_phone", Lost.MAIL, SECOND_ADDRESS, PHONE, days=1),
    _way("code", Lost.MAIL, RECOVERY_CODE, days=3),
    _way("second", Lost.MAIL, SECOND_ADDRESS, days=3),
    # The address was proved just now, before any of these.
    _way("code", Lost.FACTOR, RECOVERY_CODE),
    _way("second", Lost.FACTOR, SECOND_ADDRESS, days=1),
    _way("phone", Lost.FACTOR, PHONE, days=1),
    _way("mail", Lost.FACTOR, days=7, for_staff=False),
    # Neither: a phone alone is not enough, since numbers are taken over.
    _way("code_and_second", Lost.BOTH, RECOVERY_CODE, SECOND_ADDRESS, days=3),
    _way("code", Lost.BOTH, RECOVERY_CODE, days=7),
    _way("second_and_phone", Lost.BOTH, SECOND_ADDRESS, PHONE, days=7),
)
"""Nothing else opens anything."""


@dataclass(frozen=True)
class Gain:
    """What one more piece of evidence would do: after this loss, `way` opens. `before` is the delay without it,
    None for never."""

    evidence: str
    way: Way
    before: timedelta | None


def open_ways(lost: Lost, holdings: Set[str], *, staff: bool = False) -> tuple[Way, ...]:
    """The ways that are open to whoever can show `holdings`, the quickest first, of those the one that needs least."""
    found = [way for way in WAYS if way.lost is lost and way.needs <= holdings and (way.for_staff or not staff)]
    return tuple(sorted(found, key=lambda way: (way.delay, len(way.needs), way.key)))


def wanted(lost: Lost) -> frozenset[str]:
    """Every evidence that can be shown after this loss; what signs in is shown at the sign-in."""
    return frozenset().union(*(way.needs for way in WAYS if way.lost is lost and not way.signs_in))


def what_one_more_adds(holdings: Set[str], *, staff: bool = False) -> tuple[Gain, ...]:
    """For each evidence that is not held: the ways that it would open, or make quicker."""
    missing = sorted(frozenset().union(*(way.needs for way in WAYS)) - holdings)
    gains = (_gain(lost, holdings, evidence, staff) for evidence in missing for lost in Lost)
    return tuple(gain for gain in gains if gain is not None)


def _gain(lost: Lost, holdings: Set[str], evidence: str, staff: bool) -> Gain | None:
    now, then = (open_ways(lost, held, staff=staff) for held in (holdings, holdings | {evidence}))
    if not then or (now and now[0].delay <= then[0].delay):
        return None
    return Gain(evidence, then[0], now[0].delay if now else None)

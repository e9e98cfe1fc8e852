"""The test provider of payments: keeps cards and charges them, as far as the shop can tell. No money moves.

It takes the numbers that are known for tests and refuses every other, so a real card never gets past this page.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from webapp.profiling.words import gettext

SUCCEEDS = "4242424242424242"
DECLINED = "4000000000000002"
PROVIDER_DOWN = "4000000000000119"
CHARGE_DECLINED = "4000000000000341"
TEST_NUMBERS = frozenset(
    {
        SUCCEEDS,
        CHARGE_DECLINED,
        "4111111111111111",
        "4012888888881881",
        "5555555555554444",
        "5105105105105100",
        "2223003122003222",
        "378282246310005",
        "371449635398431",
    }
)
NEVER_CHARGES = "test_declines_"


@dataclass(frozen=True)
class Card:
    """A card as a person typed it, on its way to the provider. Number and code appear in no representation."""

    number: str = field(repr=False)
    code: str = field(repr=False)
    brand: str
    year: int
    month: int


@dataclass(frozen=True)
class Token:
    """What the provider gives for a card, and all that the shop keeps. `expires` is "2029-08"."""

    token: str
    brand: str
    last_four: str
    expires: str


class Declined(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The provider said no. `reason` tells the person why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProviderDown(Exception):  # noqa: N818
    """The provider did not answer."""


def keep(card: Card) -> Token:
    """Hand a card to the provider. Raises Declined and ProviderDown."""
    if card.number == PROVIDER_DOWN:
        raise ProviderDown
    if card.number == DECLINED:
        raise Declined(gettext("The card was declined. Try another one."))
    if card.number not in TEST_NUMBERS:
        raise Declined(gettext("This is a test provider. Use 4242 4242 4242 4242, never a real card."))
    prefix = NEVER_CHARGES if card.number == CHARGE_DECLINED else "test_"
    expires = f"{card.year:04d}-{card.month:02d}"
    return Token(prefix + secrets.token_hex(12), card.brand, card.number[-4:], expires)


def charge(token: Token, cents: int, reference: str, today: date) -> str:
    """Charge the card; the provider's reference of it. Raises Declined.

    The same `reference` is charged once: asked again, the provider answers with the same charge.
    """
    if token.expires < f"{today:%Y-%m}":
        raise Declined(gettext("The card has expired."))
    if token.token.startswith(NEVER_CHARGES) or cents <= 0:
        raise Declined(gettext("The card was declined."))
    return "charge_" + sha256(f"{token.token}:{reference}".encode()).hexdigest()[:24]

"""Payment: cards as numbers, the test provider that keeps and charges them, and the kind `payment` that asks for
one. No money moves.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any, ClassVar

from asklater import clock, gettext
from asklater.kinds import (
    Asking,
    Given,
    Input,
    Invalid,
    Kind,
    Sample,
    Unable,
    bare,
    compact,
    echo,
    input_id,
    input_name,
    is_separator,
)
from asklater.manifest import Field

# Card numbers


@dataclass(frozen=True)
class Brand:
    """A brand that is accepted: how its numbers begin, how long they are, how many digits its code has."""

    name: str
    begins: re.Pattern[str]
    digits: int
    code_digits: int


BRANDS = (
    Brand("Visa", re.compile("4"), 16, 3),
    Brand("Mastercard", re.compile("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), 16, 3),
    Brand("American Express", re.compile("3[47]"), 15, 4),
)
MONTH_FIRST = re.compile(r"(?P<month>[0-9]{1,2})(?:-|(?=[0-9]{2}$|[0-9]{4}$))(?P<year>(?:20)?[0-9]{2})")
YEAR_FIRST = re.compile(r"(?P<year>20[0-9]{2})-?(?P<month>[0-9]{1,2})")
LONGEST_VALID = 20
"""Years; a card that says more is misread."""


def digits_of(text: str) -> str:
    """The text without what people put between digits, and what comes along unseen, in plain digits."""
    return compact(text[:200])


def brand_of(number: str) -> Brand | None:
    """The brand whose numbers begin so, None when it is not accepted."""
    return next((brand for brand in BRANDS if brand.begins.match(number)), None)


def holds_check_digit(number: str) -> bool:
    """Luhn's rule: catches each single wrong digit and nearly every swap of two neighbours."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def expiry_of(text: str) -> tuple[int, int] | None:
    """(year, month) of "08/29", "8 / 2029", "2029-08" or "0829"; None when it is no month of a year."""
    parted = "".join("-" if is_separator(sign) else sign for sign in bare(text[:40]).strip())
    typed = re.sub("-+", "-", parted)
    for found in (MONTH_FIRST.fullmatch(typed), YEAR_FIRST.fullmatch(typed)):
        if found and 1 <= int(found["month"]) <= 12:
            return int(found["year"]) % 100 + 2000, int(found["month"])
    return None


def is_expired(year: int, month: int, today: date) -> bool:
    """Whether the card ended before this month: it is good to the last day of its month."""
    return (year, month) < (today.year, today.month)


def expires_too_late(year: int, today: date) -> bool:
    return year > today.year + LONGEST_VALID


# The test provider

SUCCEEDS = "4242424242424242"
MASTERCARD = "5555555555554444"
DECLINED = "4000000000000002"
PROVIDER_DOWN = "4000000000000119"
CHARGE_DECLINED = "4000000000000341"
TEST_NUMBERS = frozenset(
    {
        SUCCEEDS,
        CHARGE_DECLINED,
        "4111111111111111",
        "4012888888881881",
        MASTERCARD,
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


def tokenize(card: Card) -> Token:
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


def refund(charge_reference: str) -> str:
    """Give back all that a charge took; the provider's reference of it. The same charge is refunded once."""
    return "refund_" + sha256(charge_reference.encode()).hexdigest()[:24]


# The kind

EXPIRY_ECHO = 6
"""Digits: more may be those of a card, in the wrong input."""


class PaymentKind(Kind):
    """A dict of `token`, `brand`, `last_four` and `expires` ("2029-08").

    Number and security code pass through on their way to the provider. They are never stored and never shown
    again: after a rejection their inputs come back empty.
    """

    name: ClassVar[str] = "payment"
    nouns: ClassVar[tuple[str, ...]] = ("pay", "paid", "charge", "card")
    fleeting: ClassVar[bool] = True

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        expiry = echo(next(iter(given.texts.get("expiry", ())), ""), most=40)
        expiry = expiry if sum(sign.isdigit() for sign in expiry) <= EXPIRY_ECHO else ""
        works = gettext("This is a test provider: nothing is charged. Choose a card, or type 4242 4242 4242 4242.")
        again = gettext("Type it again: a card number is not shown twice. 4242 4242 4242 4242 works.")
        number = _input(
            declared, "number", gettext("Card number"), errors, "cc-number", hint=again if errors else works
        )
        return (
            replace(number, samples=_samples(declared)),
            _input(declared, "expiry", gettext("Expiry date"), errors, "cc-exp", hint=gettext("MM / YY"), held=expiry),
            _input(declared, "code", gettext("Security code"), errors, "cc-csc", hint=gettext("3 digits, Amex 4")),
        )

    def parse(self, declared: Field, given: Given) -> Card:
        """The card for the provider; which month it is, is all that is read from outside."""
        errors: dict[str, str] = {}
        reasons: set[str] = set()
        number, brand = _checked(errors, reasons, "number", _number, given, ("", None))
        year, month = _checked(errors, reasons, "expiry", _expiry, given, (0, 0))
        code = _checked(errors, reasons, "code", lambda sent: _code(sent, brand), given, "")
        if errors or brand is None:
            raise Invalid(errors, *reasons)
        return Card(number=number, code=code, brand=brand.name, year=year, month=month)

    def prove(self, declared: Field, asking: Asking, value: Card) -> dict[str, str]:
        try:
            return asdict(tokenize(value))
        except Declined as declined:
            raise Invalid({"number": declined.reason}, "declined") from None  # without the chain: it ends at the card
        except ProviderDown:
            reason = gettext("The payment provider does not answer. Nothing was charged; try again in a few minutes.")
            raise Unable(reason) from None

    def show(self, declared: Field, value: Any) -> str:
        return gettext("%(brand)s ending in %(last_four)s", brand=value["brand"], last_four=value["last_four"])

    def given(self, declared: Field, value: Any) -> Given:
        """The expiry alone: another card is typed anew."""
        year, _, month = value["expires"].partition("-")
        return Given({"expiry": (f"{month} / {year[2:]}",)})


def _samples(declared: Field) -> tuple[Sample, ...]:
    """The cards to try the shop with."""
    cards = {
        SUCCEEDS: gettext("Visa that works"),
        MASTERCARD: gettext("Mastercard that works"),
        DECLINED: gettext("Card that is declined"),
        CHARGE_DECLINED: gettext("Card without money"),
        PROVIDER_DOWN: gettext("Provider that does not answer"),
    }
    rest = {"expiry": f"12 / {(clock.now().year + 2) % 100}", "code": "123"}
    return tuple(
        Sample(label, {input_name(declared, part): text for part, text in {"number": number, **rest}.items()})
        for number, label in cards.items()
    )


def _input(
    declared: Field, part: str, label: str, errors: Mapping[str, str], token: str, *, hint: str, held: str = ""
) -> Input:
    return Input(
        name=input_name(declared, part),
        id=input_id(declared, part),
        label=label,
        values=(held,) if held else (),
        hint=hint,
        errors=(errors[part],) if part in errors else (),
        autocomplete=f"billing {token}",
        inputmode="numeric",
        maxlength=None if part == "number" else 20,
        width="full" if part == "number" else "half",
    )


def _checked(errors: dict[str, str], reasons: set[str], part: str, read: Any, given: Given, otherwise: Any) -> Any:
    """What `read` makes of the part; `otherwise`, with what is wrong noted, when it is unfit."""
    try:
        return read(given.text(part))
    except Invalid as invalid:
        errors[part] = next(iter(invalid.errors.values()))
        reasons.update(invalid.reasons)
        return otherwise


def _number(sent: str) -> tuple[str, Brand]:
    number = digits_of(sent)
    if not number:
        raise Invalid({"": gettext("Enter your card number.")}, "missing")
    if not (number.isascii() and number.isdigit()):
        raise Invalid({"": gettext("Enter your card number in digits only.")}, "not_a_number")
    brand = brand_of(number)
    if brand is None:
        raise Invalid({"": gettext("Use a Visa, Mastercard or American Express card.")}, "not_offered")
    if len(number) != brand.digits:
        sentence = gettext("A %(brand)s number has %(digits)s digits.", brand=brand.name, digits=brand.digits)
        raise Invalid({"": sentence}, "wrong_length")
    if not holds_check_digit(number):
        raise Invalid({"": gettext("Enter the card number again: one of its digits is wrong.")}, "wrong_digit")
    return number, brand


def _expiry(sent: str) -> tuple[int, int]:
    today = clock.now().date()
    found = expiry_of(sent)
    if found is None:
        raise Invalid({"": gettext("Enter month and year as on the card, such as 08 / 29.")}, "wrong_form")
    if is_expired(*found, today):
        raise Invalid({"": gettext("This card has expired. Use another one.")}, "too_early")
    if expires_too_late(found[0], today):
        raise Invalid({"": gettext("Check the year: it is too far ahead.")}, "too_late")
    return found


def _code(sent: str, brand: Brand | None) -> str:
    code = digits_of(sent)
    lengths = {brand.code_digits} if brand else {3, 4}
    if not (code.isascii() and code.isdigit() and len(code) in lengths):
        digits = brand.code_digits if brand else 3
        raise Invalid({"": gettext("Type the %(digits)s digits of the security code.", digits=digits)}, "wrong_length")
    return code

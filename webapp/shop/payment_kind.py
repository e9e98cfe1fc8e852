"""The kind `payment`: asks for a card, hands it to the provider, keeps what the provider gives for it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from webapp import clock
from webapp.profiling.inputs import Input
from webapp.profiling.kinds import typed
from webapp.profiling.kinds.base import Asking, Given, Invalid, Kind, Unable, input_id, input_name
from webapp.profiling.manifest import Field
from webapp.profiling.words import gettext
from webapp.shop import cards, payments
from webapp.shop.payments import Card

EXPIRY_ECHO = 12


class PaymentKind(Kind):
    """A dict of `token`, `brand`, `last_four` and `expires` ("2029-08").

    Number and security code pass through on their way to the provider. They are never stored and never shown
    again: after a rejection their inputs come back empty.
    """

    name: ClassVar[str] = "payment"

    def inputs(self, declared: Field, given: Given, errors: Mapping[str, str]) -> tuple[Input, ...]:
        expiry = typed.echo(next(iter(given.texts.get("expiry", ())), ""))[:EXPIRY_ECHO]
        works = gettext("This is a test provider: 4242 4242 4242 4242 works, and nothing is charged.")
        again = gettext("Type it again: a card number is not shown twice. 4242 4242 4242 4242 works.")
        return (
            _input(declared, "number", gettext("Card number"), errors, "cc-number", hint=again if errors else works),
            _input(declared, "expiry", gettext("Expiry date"), errors, "cc-exp", hint=gettext("MM / YY"), held=expiry),
            _input(declared, "code", gettext("Security code"), errors, "cc-csc", hint=gettext("3 digits, Amex 4")),
        )

    def parse(self, declared: Field, given: Given) -> Card:
        """The card for the provider; which month it is, is all that is read from outside."""
        errors: dict[str, str] = {}
        number, brand = _checked(errors, "number", _number, given, ("", None))
        year, month = _checked(errors, "expiry", _expiry, given, (0, 0))
        code = _checked(errors, "code", lambda sent: _code(sent, brand), given, "")
        if errors or brand is None:
            raise Invalid(errors)
        return Card(number=number, code=code, brand=brand.name, year=year, month=month)

    def prove(self, declared: Field, asking: Asking, value: Card) -> dict[str, str]:
        try:
            return asdict(payments.keep(value))
        except payments.Declined as declined:
            raise Invalid({"number": declined.reason}) from None  # without the chain: it ends at the card
        except payments.ProviderDown:
            reason = gettext("The payment provider does not answer. Nothing was charged; try again in a few minutes.")
            raise Unable(reason) from None

    def show(self, declared: Field, value: Any) -> str:
        return gettext("%(brand)s ending in %(last_four)s", brand=value["brand"], last_four=value["last_four"])

    def given(self, declared: Field, value: Any) -> Given:
        """The expiry alone: another card is typed anew."""
        year, _, month = value["expires"].partition("-")
        return Given({"expiry": (f"{month} / {year[2:]}",)})


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
        autocomplete=token,
        inputmode="numeric",
        maxlength=None if part == "number" else 12,
        width="full" if part == "number" else "half",
    )


def _checked(errors: dict[str, str], part: str, read: Any, given: Given, otherwise: Any) -> Any:
    """What `read` makes of the part; `otherwise`, with the reason noted in `errors`, when it is unfit."""
    try:
        return read(given.text(part))
    except Invalid as invalid:
        errors[part] = next(iter(invalid.errors.values()))
        return otherwise


def _number(sent: str) -> tuple[str, cards.Brand]:
    number = cards.digits_of(sent)
    if not number:
        raise Invalid({"": gettext("Type the number of the card.")})
    if not (number.isascii() and number.isdigit()):
        raise Invalid({"": gettext("A card number has digits only.")})
    brand = cards.brand_of(number)
    if brand is None:
        raise Invalid({"": gettext("Use a Visa, Mastercard or American Express card.")})
    if len(number) != brand.digits:
        sentence = gettext("A %(brand)s number has %(digits)s digits.", brand=brand.name, digits=brand.digits)
        raise Invalid({"": sentence})
    if not cards.holds_check_digit(number):
        raise Invalid({"": gettext("A digit of the number is wrong. Compare it with the card.")})
    return number, brand


def _expiry(sent: str) -> tuple[int, int]:
    today = clock.now().date()
    found = cards.expiry_of(sent)
    if found is None:
        raise Invalid({"": gettext("Type month and year as on the card, such as 08 / 29.")})
    if cards.is_over(*found, today):
        raise Invalid({"": gettext("This card has expired. Use another one.")})
    if cards.is_far(found[0], today):
        raise Invalid({"": gettext("Check the year: it is too far ahead.")})
    return found


def _code(sent: str, brand: cards.Brand | None) -> str:
    code = cards.digits_of(sent)
    lengths = {brand.code_digits} if brand else {3, 4}
    if not (code.isascii() and code.isdigit() and len(code) in lengths):
        digits = brand.code_digits if brand else 3
        raise Invalid({"": gettext("Type the %(digits)s digits of the security code.", digits=digits)})
    return code

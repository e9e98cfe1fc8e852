"""Phone numbers: what a person may type, and which of it a text message can be sent to without harm.

A number is kept in E.164, a plus and digits. Which ones exist, where and of which sort, libphonenumber's data say.
"""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from asklater.i18n import gettext
from asklater.kinds import country_names, typed_text
from asklater.kinds.typed_text import UnfitText

MAX_TYPED_LENGTH = 40
LONGEST_WRITTEN = 16
"""A plus and the fifteen digits of E.164."""
_LINK = re.compile(
    r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]*(?:tel|sms|phone|callto)\b\s*[.:]+\s*(?://)?", re.IGNORECASE
)
REGIONS = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""The ISO codes of the countries whose numbers are known."""


def parse(text: str, allowed: Sequence[str], default: str = "") -> str:
    """The number in E.164. Raises UnfitText with one sentence for what cannot be texted, or must not be.

    `allowed` are ISO codes of countries; `default` is the one that a number without a country code belongs to.
    """
    line = _number_in(text)
    if not line:
        raise UnfitText(gettext("Enter your phone number."), "missing")
    if not allowed:
        raise UnfitText(
            gettext("We send no text messages yet, to no country. Use another way to protect your account.")
        )
    number = _read(line, default)
    if number.extension:
        raise UnfitText(
            gettext("A text message reaches no extension. Leave it out, or use another number."), "not_reachable"
        )
    if any(sign.isalpha() for sign in line):
        raise UnfitText(gettext("Type the phone number in digits, without letters."), "not_a_number")
    _refuse_impossible(number)
    _refuse_elsewhere(number, allowed)
    _refuse_costly(number)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def differs(text: str, number: str) -> bool:
    """Whether the number in E.164 was understood rather than typed: with other digits, or in another order."""
    turned = any(sign in "\u202e\u2067" for sign in text)  # what was seen ran from right to left
    return turned or "".join(sign for sign in _number_in(text) if sign.isdigit()) != number.lstrip("+")


def format_number(number: str) -> str:
    """A number in E.164 as people write it: +49 1512 3456789."""
    return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)


def last_digits(number: str) -> str:
    """Its last two digits, by which only its owner knows it."""
    return number[-2:]


def calling_code(number: str) -> int:
    """The country calling code: 49 of +491512..., 1 of all of North America."""
    return phonenumbers.parse(number).country_code or 0


def is_allowed(number: str, allowed: Sequence[str]) -> bool:
    """Whether a number in E.164 belongs to one of the countries."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number)) in allowed


def example(country: str) -> str:
    """A mobile number as they look in that country."""
    number = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) if number else ""


def _number_in(text: str) -> str:
    """The number without what comes along from links and lists of contacts, in plain digits."""
    line = typed_text.line(unquote(text) if _LINK.match(text) else text, MAX_TYPED_LENGTH)
    plain = typed_text.bare("".join("-" if typed_text.is_dash(sign) else sign for sign in line))
    return _LINK.sub("", plain.strip()).strip()


def _read(line: str, default: str) -> PhoneNumber:
    """As it is dialled in the country `default`. Two zeros in front are the plus where they mean nothing else."""
    abroad = f"+{line[2:]}" if line.startswith("00") else ""
    try:
        number = phonenumbers.parse(line, default or None)
        return number if not abroad or phonenumbers.is_valid_number(number) else phonenumbers.parse(abroad)
    except NumberParseException:
        if not abroad:
            return _parse(line, default)
    return _parse(abroad, "")


def _parse(line: str, default: str) -> PhoneNumber:
    try:
        return phonenumbers.parse(line, default or None)
    except NumberParseException as error:
        raise UnfitText(_unreadable(line, error.error_type), "wrong_form") from error


def _unreadable(line: str, problem: int) -> str:
    if problem == NumberParseException.TOO_LONG:
        return _too_long()
    if any(sign.isalpha() for sign in line):
        return gettext("Type the phone number in digits, without letters.")
    digits = sum(unicodedata.category(sign) == "Nd" for sign in line)
    if problem == NumberParseException.INVALID_COUNTRY_CODE and digits > 3:
        return gettext("Begin with + and the code of the country, such as +49 for Germany.")
    return gettext("That is no phone number. Type it with the code of its country, such as +49 1512 3456789.")


def _refuse_impossible(number: PhoneNumber) -> None:
    length = phonenumbers.is_possible_number_with_reason(number)
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if length == ValidationResult.TOO_LONG or len(written) > LONGEST_WRITTEN:  # some plans have more than E.164 allows
        raise UnfitText(_too_long(), "too_long")
    if length != ValidationResult.IS_POSSIBLE:  # or within its town only
        raise UnfitText(gettext("This phone number is too short, or a digit is missing. Type all of it."), "too_short")
    if not phonenumbers.is_valid_number(number):
        raise UnfitText(gettext("There is no such phone number. Look at its digits again."), "no_such_number")


def _refuse_elsewhere(number: PhoneNumber, allowed: Sequence[str]) -> None:
    region = phonenumbers.region_code_for_number(number) or ""
    if region in allowed:
        return
    if region not in REGIONS:
        raise UnfitText(gettext("This phone number belongs to no country. Use one that does."), "no_such_number")
    country = country_names.name(region)
    raise UnfitText(
        gettext("We send no text messages to %(country)s. Use a number of another country.", country=country),
        "not_offered",
    )


def _refuse_costly(number: PhoneNumber) -> None:
    sort = phonenumbers.number_type(number)
    refusal = _refusals().get(sort)
    if refusal:
        raise UnfitText(refusal, "not_reachable")


def _refusals() -> dict[int, str]:
    """What is said of the sorts of numbers that cost their callers dear, or reach no person."""
    company = gettext("This number belongs to a company's service. Use a number of your own.")
    return {
        PhoneNumberType.PREMIUM_RATE: gettext("This is a premium-rate number, to which we send nothing. Use another."),
        PhoneNumberType.SHARED_COST: gettext("This is a shared-cost number, to which we send nothing. Use another."),
        PhoneNumberType.PERSONAL_NUMBER: gettext(
            "This number passes on to another one, at a price. Use the one that it leads to."
        ),
        PhoneNumberType.UAN: company,
        PhoneNumberType.TOLL_FREE: company,
        PhoneNumberType.VOICEMAIL: gettext("This is the number of a voice mailbox. Use that of the phone itself."),
        PhoneNumberType.PAGER: gettext("This is the number of a pager. Use that of a phone."),
    }


def _too_long() -> str:
    return gettext("This phone number is too long. Look whether a digit stands in it twice.")

"""E-mail addresses: what is one, and when two of them are the same."""

from email_validator import EmailNotValidError, validate_email

from asklater.i18n import gettext
from asklater.kinds.base import Invalid
from asklater.kinds.typed_text import is_blank, narrow

MAX_LENGTH = 254
_LINK = "mailto:"
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""What bytes that are no text decode to."""


def normalise_address(address: str) -> str:
    """What two spellings of one address share."""
    return address.casefold()


def parse_address(typed: str) -> str:
    """An address as it was typed, in its usual form. Raises Invalid."""
    typed = _unwrapped(narrow(typed))
    if is_blank(typed):
        raise Invalid({"": gettext("Enter your e-mail address.")})
    too_long = gettext("An e-mail address has at most %(most)s characters.", most=MAX_LENGTH)
    if len(typed) > MAX_LENGTH:
        raise Invalid({"": too_long})
    example = gettext("Enter an e-mail address like name@example.com.")
    if UNREADABLE in typed:
        raise Invalid({"": example})
    try:
        address = validate_email(typed, check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError) as error:
        raise Invalid({"": example}) from error
    if len(normalise_address(address)) > MAX_LENGTH:  # a few letters are longer once their case is folded
        raise Invalid({"": too_long})
    return address


def _unwrapped(typed: str) -> str:
    """The address without what comes along when it is copied from a link, or from the head of a mail."""
    address = typed.strip().removeprefix("<").removesuffix(">").strip()
    return address[len(_LINK) :].strip() if address[: len(_LINK)].lower() == _LINK else address

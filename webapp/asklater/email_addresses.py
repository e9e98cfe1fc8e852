"""Email addresses: what is one, and when two of them are the same.

Mail goes to an address as it was typed. Two are compared by `normalise_address` alone, never by a case of their own:
`casefold` and `lower` make one address of two that belong to different people.
"""

import unicodedata
from string import ascii_lowercase, ascii_uppercase

import idna
from email_validator import EmailNotValidError, validate_email

from asklater.i18n import gettext
from asklater.kinds.base import Invalid
from asklater.kinds.typed_text import is_blank, narrow

MAX_LENGTH = 254
_LINK = "mailto:"
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""What bytes that are no text decode to."""
MAX_DOMAIN_SHOWN = 60
ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def normalise_address(address: str) -> str:
    """What two spellings of one address share: the domain as mail servers look it up, capitals of A to Z small."""
    local, at, domain = unicodedata.normalize("NFC", address).rpartition("@")
    return local.translate(ASCII_LOWER) + at + normalise_domain(domain) if at else domain.translate(ASCII_LOWER)


def normalise_domain(domain: str) -> str:
    """What two spellings of one domain share: its A-labels by IDNA 2008, in which "straße" is not "strasse".

    What is no domain stays as it is, but for capitals of A to Z, so that it equals none.
    """
    if not domain.isascii():
        try:
            return idna.encode(domain, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            pass
    return domain.translate(ASCII_LOWER)


def same_address(one: str, other: str) -> bool:
    """Whether both are spellings of one address."""
    return normalise_address(one) == normalise_address(other)


def parse_address(typed: str) -> str:
    """An address as it was typed; its domain as it is read, not as it is looked up. Raises Invalid."""
    typed = _unwrapped(narrow(typed))
    if is_blank(typed):
        raise Invalid({"": gettext("Enter your email address.")}, "missing")
    too_long = gettext("An email address has at most %(most)s characters.", most=MAX_LENGTH)
    if len(typed) > MAX_LENGTH:
        raise Invalid({"": too_long}, "too_long")
    example = gettext("Enter an email address like name@example.com.")
    if UNREADABLE in typed:
        raise Invalid({"": example}, "wrong_form")
    try:
        address = validate_email(typed, check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError) as error:
        domain = typed.rpartition("@")[2]
        raise Invalid({"": example if _may_be_looked_up(domain) else _no_domain(domain)}, "wrong_form") from error
    if len(normalise_address(address)) > MAX_LENGTH:  # letters beyond A to Z take more in a domain as it is looked up
        raise Invalid({"": too_long}, "too_long")
    return address


def _may_be_looked_up(domain: str) -> bool:
    """Whether it is right as labels go; what has no dot, or spaces, is no try at a domain."""
    if "." not in domain.strip(".") or any(sign.isspace() for sign in domain):
        return True
    try:
        idna.encode(domain, uts46=True, transitional=False)
    except (idna.IDNAError, UnicodeError):
        return False
    return True


def _no_domain(domain: str) -> str:
    shown = domain if len(domain) <= MAX_DOMAIN_SHOWN else domain[:MAX_DOMAIN_SHOWN] + "\N{HORIZONTAL ELLIPSIS}"
    return gettext("“%(domain)s” can have no email address. Check what stands after the @.", domain=shown)


def _unwrapped(typed: str) -> str:
    """The address without what comes along when it is copied from a link, or from the head of a mail."""
    address = typed.strip().removeprefix("<").removesuffix(">").strip()
    return address[len(_LINK) :].strip() if address[: len(_LINK)].lower() == _LINK else address

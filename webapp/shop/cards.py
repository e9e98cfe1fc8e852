"""Cards as numbers: brand, check digit, expiry. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date


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
EXPIRY = re.compile(r"([0-9]{1,2})(?:[-/. ]{1,3}|(?=[0-9]{2}$|[0-9]{4}$))((?:20)?[0-9]{2})")
LONGEST_VALID = 20
"""Years; a card that says more is misread."""


def digits_of(text: str) -> str:
    """The text without the spaces and dashes that people put between digits, in plain digits."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text[:200]))


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
    """(year, month) of "08/29", "8 / 2029" or "0829"; None when it is no month of a year."""
    found = EXPIRY.fullmatch(unicodedata.normalize("NFKC", text[:40]).strip())
    if found is None:
        return None
    month, year = int(found.group(1)), int(found.group(2)) % 100 + 2000
    return (year, month) if 1 <= month <= 12 else None


def is_over(year: int, month: int, today: date) -> bool:
    """Whether the card ended before this month: it is good to the last day of its month."""
    return (year, month) < (today.year, today.month)


def is_far(year: int, today: date) -> bool:
    return year > today.year + LONGEST_VALID

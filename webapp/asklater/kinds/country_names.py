"""What countries are called."""

from babel import Locale

NAMES = Locale("en").territories


def name(code: str) -> str:
    """The name of the country with this ISO code."""
    return str(NAMES[code])

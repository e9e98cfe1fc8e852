"""What a person may type: brought into one form, or refused with one sentence that says what to do."""

import re
import unicodedata

from asklater.i18n import gettext

ECHO, ECHO_PARAGRAPHS = 2_000, 50_000
"""So many characters of a refused text are shown again; the rest would only weigh the page down.

Several lines took time to write: what is over the limit is shown too, so that it can be shortened.
"""

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by their category that leave the paper white."""


class UnfitText(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The text cannot be taken. `reason` is one sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def line(text: str, longest: int) -> str:
    """One line: NFC, outer space removed, inner space folded; "" when nothing visible is in it.

    Raises UnfitText for line breaks, control characters, text that turns the reading direction, broken
    Unicode, and for more than `longest` characters.
    """
    _refuse_unreadable(text, allowed="\t", longest=longest)
    folded = " ".join(unicodedata.normalize("NFC", text.strip()).split())
    return _fit(folded, longest)


def paragraphs(text: str, longest: int) -> str:
    """Several lines, broken by "\\n" alone; otherwise as `line`, but inner space stays as it is."""
    _refuse_unreadable(text, allowed="\t\r\n", longest=longest)
    broken = re.sub("\r\n|[\r\u2028\u2029]", "\n", unicodedata.normalize("NFC", text))
    return _fit("\n".join(row.rstrip() for row in broken.split("\n")).strip(), longest)


def echo(text: str, *, multiline: bool = False, most: int | None = None) -> str:
    """What was typed, fit to be shown again: shortened, and without what no page can carry."""
    keep, usual = ("\t\r\n", ECHO_PARAGRAPHS) if multiline else ("\t", ECHO)
    return "".join(sign for sign in text[: usual if most is None else most] if sign in keep or not _unprintable(sign))


def _refuse_unreadable(text: str, allowed: str, longest: int) -> None:
    if len(text) > max(ECHO, 20 * longest):
        raise UnfitText(_too_long(longest))  # before any work is spent on a megabyte
    inner = text.strip(" \t\r\n")
    if any(sign in _BIDI for sign in inner):
        raise UnfitText(gettext("This holds signs that turn the reading direction. Type it again without them."))
    if any(_unprintable(sign) and sign not in allowed for sign in inner):
        raise UnfitText(gettext("This holds signs that cannot be shown. Type it again without them."))


def _fit(text: str, longest: int) -> str:
    if len(text) > longest:
        raise UnfitText(_too_long(longest))
    return text if any(_visible(sign) for sign in text) else ""


def _too_long(longest: int) -> str:
    return gettext("This is too long. Use at most %(most)s characters.", most=longest)


def _unprintable(sign: str) -> bool:
    """Control characters, lone surrogates and the code points that Unicode keeps for nobody."""
    code = ord(sign)
    return unicodedata.category(sign) in {"Cc", "Cs"} or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _visible(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNPS" and sign not in _BLANK_LETTERS

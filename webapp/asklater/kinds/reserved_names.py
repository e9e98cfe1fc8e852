"""Names that nobody may go by because they are the site's own, and what only looks like one of them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from string import ascii_letters, digits

from asklater.kinds.typed_text import is_invisible

PACKAGE, EXTRA = "confusable_homoglyphs", "names"
"""What knows which letters look alike, and the extra that brings it."""
_DRAWN_ALIKE = {"1": "l", "i": "l", "|": "l", "!": "l", "0": "o", "rn": "m", "vv": "w"}
_WORDS = re.compile(r"[^\W_]+")


def is_installed() -> bool:
    """Whether look-alikes can be found at all."""
    return find_spec(PACKAGE) is not None


def looks_reserved(name: str, reserved: Iterable[str]) -> bool:
    """Whether the name is one of `reserved`, holds one of them as words of its own, or looks as if it did.

    Letters of other scripts, accents, capitals, digits for letters and gaps are seen through.
    """
    listed = tuple(reserved)
    words = _WORDS.findall(skeleton(name)) if listed else []
    return any(_holds(words, _WORDS.findall(skeleton(other))) for other in listed)


def imitates(name: str, other: str) -> bool:
    """Whether the name could be taken for somebody else's: it is theirs, or looks as if it were. A name of several
    words is seen among others as well; one of a single word is not, since many bear it beside a second one.
    """
    words, theirs = _WORDS.findall(skeleton(name)), _WORDS.findall(skeleton(other))
    return _holds(words, theirs) if len(theirs) > 1 else bool(theirs) and "".join(words) == theirs[0]


def skeleton(text: str) -> str:
    """What texts that look alike have in common; it is for comparing, and nothing to read."""
    plain = unicodedata.normalize("NFKD", "".join(sign for sign in text if not is_invisible(sign)))
    letters = "".join(
        _look_alikes().get(sign, sign) for sign in plain if unicodedata.category(sign) not in {"Mn", "Me"}
    )
    folded = letters.casefold()
    for drawn, alike in _DRAWN_ALIKE.items():
        folded = folded.replace(drawn, alike)
    return folded


def _holds(words: list[str], other: list[str]) -> bool:
    """Whether some of the words, with or without the gaps between them, are those of the other name."""
    starts = range(len(words)) if other else ()
    ends = range(1, len(words) + 1)
    return any("".join(words[start:end]) == "".join(other) for start in starts for end in ends)


@lru_cache(maxsize=1)
def _look_alikes() -> Mapping[str, str]:
    """From a sign of another script to the plain letter, or digit, that it is drawn like."""
    data = import_module(f"{PACKAGE}.confusables").confusables_data
    drawn: dict[str, str] = {}
    for plain in digits + ascii_letters:
        for alike in data.get(plain, ()):
            sign = "".join(part for part in alike["c"] if not is_invisible(part))
            if len(sign) == 1 and not sign.isascii():
                drawn[sign] = plain
    return drawn

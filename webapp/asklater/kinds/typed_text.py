"""What a person may type: brought into one form, or refused with one sentence that says what to do."""

import re
import unicodedata

from asklater.i18n import gettext

ECHO, ECHO_PARAGRAPHS = 2_000, 50_000
"""So many characters of a refused text are shown again; the rest would only weigh the page down.

Several lines took time to write: what is over the limit is shown too, so that it can be shortened.
"""

_MARKS_OF_DIRECTION = frozenset("\u200e\u200f\u061c")
_JOINERS = frozenset("\u200c\u200d")
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Letters and symbols by their category that leave the paper white."""
_SHOWN_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Format characters by their category that are drawn: signs of numbers and of verses."""
_INVISIBLE_MARKS = frozenset("\u034f\u17b4\u17b5")
_WIDE_FORMS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0xFF61: ".", 0x3000: " "}
_DASHES = frozenset("\u02d7\u2043\u207b\u208b\u2212\u2500\u2501\u23af\u2796\u30fc\uff70\uff0d_~")
"""What is typed for a dash, beside the category of dashes: minus signs, bullets, rules, the Japanese long vowel."""
_DOTS = frozenset(".,\u00b7\u2022\u2024\u2027\u2219\u22c5\u3002\u30fb\uff0e\uff65\uff61/\\")
_VIRAMA = 9
"""The combining class of the sign that takes a letter its vowel."""
_FARTHEST = 12
"""Characters of a mark, flag or selector that are passed over to find what it belongs to."""
MOST_SIGNS = 8
"""So many characters may make up one that is seen: a family of four takes seven."""
OTHER_REASON = "other"
"""Why something was rejected, where a kind does not say."""


class UnfitText(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """The text cannot be taken. `reason` is one sentence for the person, `code` says the same to the dashboard."""

    def __init__(self, reason: str, code: str = OTHER_REASON) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


def line(text: str, longest: int) -> str:
    """One line: NFC, outer space removed, inner space folded, without what nobody sees; "" when nothing is left.

    Raises UnfitText for line breaks, control characters, broken Unicode, and for more than `longest` characters.
    """
    _refuse_unreadable(text, allowed="\t", longest=longest)
    spaced = "".join(" " if sign in "\u2800\u3164\uffa0" else sign for sign in visible(text))
    return _fit(" ".join(unicodedata.normalize("NFC", spaced).split()), longest)


def paragraphs(text: str, longest: int) -> str:
    """Several lines, broken by "\\n" alone; otherwise as `line`, but inner space stays as it is.

    Marks of direction stay where letters are written from the right: a sentence in two scripts may need them.
    """
    _refuse_unreadable(text, allowed="\t\r\n", longest=longest)
    kept = visible(text, keep=_MARKS_OF_DIRECTION if _from_the_right(text) else frozenset())
    broken = re.sub("\r\n|[\r\u2028\u2029]", "\n", unicodedata.normalize("NFC", kept))
    return _fit("\n".join(row.rstrip() for row in broken.split("\n")).strip(), longest)


def bare(text: str) -> str:
    """The text without anything that is not seen, in plain letters and digits: for numbers, codes and addresses.

    Full-width letters and digits of any script are brought to ASCII; format characters and variation selectors go.
    """
    plain = unicodedata.normalize("NFKC", "".join(sign for sign in text if not is_invisible(sign)))
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)


def compact(text: str) -> str:
    """As `bare`, and without the spaces, dashes and dots that people put between the signs of a number."""
    dropped = "".join(sign for sign in text if not is_separator(sign))
    return "".join(sign for sign in bare(dropped) if not is_separator(sign))


def narrow(text: str) -> str:
    """The text with full-width signs as plain ones, as an email address has to be, and without what is not seen."""
    return visible(text.translate(_WIDE_FORMS))


def visible(text: str, keep: frozenset[str] = frozenset()) -> str:
    """The text without invisible characters, except where a script or an emoji needs them, and those in `keep`.

    Overrides and embeddings of the reading direction always go: they would reverse what stands next to them.
    """
    if text.isascii():
        return text
    return "".join(
        sign for at, sign in enumerate(text) if not is_invisible(sign) or sign in keep or _is_needed(text, at)
    )


def is_invisible(sign: str) -> bool:
    """Format characters, variation selectors and other signs of which nothing is drawn."""
    if sign.isascii():
        return False
    if _selects_variant(sign) or sign in _INVISIBLE_MARKS:
        return True
    return unicodedata.category(sign) == "Cf" and sign not in _SHOWN_FORMATS


def is_separator(sign: str) -> bool:
    """Whether people put the sign between the digits of a number: a space, a dash of any kind, a dot."""
    return sign.isspace() or sign in _DASHES or sign in _DOTS or unicodedata.category(sign) == "Pd"


def is_dash(sign: str) -> bool:
    """Whether the sign is typed for a dash."""
    return sign in _DASHES or unicodedata.category(sign) == "Pd"


def seen_length(text: str) -> int:
    """How many characters a reader counts: a letter with its accents is one, and so is an emoji of several."""
    if text.isascii():
        return len(text)
    count, joined, flag = 0, False, False
    for sign in text:
        if sign == "\u200d":
            joined = count > 0
        elif "\U0001f1e6" <= sign <= "\U0001f1ff":
            flag = not flag  # two letters of a country are one flag
            count += flag
        elif not (is_invisible(sign) or unicodedata.combining(sign) or _extends(sign)):
            count += not (joined and _is_pictograph(sign))
            joined, flag = False, False
    return count


def is_blank(text: str) -> bool:
    """Whether nothing of the text is seen."""
    return not any(_visible(sign) for sign in text)


def echo(text: str, *, multiline: bool = False, most: int | None = None) -> str:
    """What was typed, fit to be shown again: shortened, and without what no page can carry."""
    keep, usual = ("\t\r\n", ECHO_PARAGRAPHS) if multiline else ("\t", ECHO)
    return "".join(sign for sign in text[: usual if most is None else most] if sign in keep or not _unprintable(sign))


def _refuse_unreadable(text: str, allowed: str, longest: int) -> None:
    if len(text) > max(ECHO, 20 * longest):
        raise UnfitText(_too_long(longest), "too_long")  # before any work is spent on a megabyte
    inner = text.strip(" \t\r\n")
    if any(_unprintable(sign) and sign not in allowed for sign in inner):
        raise UnfitText(gettext("This holds signs that cannot be shown. Type it again without them."), "unreadable")


def _fit(text: str, longest: int) -> str:
    if is_blank(text):
        return ""
    if seen_length(text) > longest or len(text) > MOST_SIGNS * longest:
        raise UnfitText(_too_long(longest), "too_long")
    return text


def _too_long(longest: int) -> str:
    return gettext("This is too long. Use at most %(most)s characters.", most=longest)


def _unprintable(sign: str) -> bool:
    """Control characters, lone surrogates and the code points that Unicode keeps for nobody."""
    code = ord(sign)
    return unicodedata.category(sign) in {"Cc", "Cs"} or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _visible(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNPS" and sign not in _BLANK_LETTERS


# Which of the invisible are needed


def _is_needed(text: str, at: int) -> bool:
    """Whether an invisible character changes what is drawn, by its neighbours."""
    sign, before, after = text[at], _neighbour(text, at, -1), _neighbour(text, at, 1)
    if sign in _JOINERS:
        halved = at > 0 and unicodedata.combining(text[at - 1]) == _VIRAMA
        joins = _joins(before) and (halved or _joins(after))
        return joins or (sign == "\u200d" and _is_pictograph(before) and _is_pictograph(after))
    if sign in "\ufe0e\ufe0f":
        follows = text[at - 1] if at else ""
        return _is_pictograph(follows) or (follows in "#*0123456789" and text[at + 1 : at + 2] == "\u20e3")
    if "\U000e0020" <= sign <= "\U000e007f":  # flags of Scotland and Wales
        return before == "\U0001f3f4"
    if _selects_variant(sign) and at:
        return _is_ideograph(text[at - 1]) or "\u1820" <= text[at - 1] <= "\u18aa"
    return sign == "\u180e" and "\u1820" <= before <= "\u18aa" and "\u1820" <= after <= "\u18aa"


def _neighbour(text: str, at: int, step: int) -> str:
    """The next sign that is drawn by itself, "" at an end: marks, selectors and skin tones are passed over.

    Only so far as one sign of several characters may reach: a text of nothing but marks costs no more than another.
    """
    for place in range(at + step, at + step * (_FARTHEST + 1), step):
        if not 0 <= place < len(text):
            return ""
        sign = text[place]
        passed = _selects_variant(sign) or _is_tag(sign) or unicodedata.category(sign) in {"Mn", "Me"}
        if not passed and not (step < 0 and _is_skin(sign)):
            return sign
    return ""


def _joins(sign: str) -> bool:
    """Letters of the scripts whose letters join: of Arabic and its relatives, Mongolian, and those of India."""
    return (
        bool(sign)
        and unicodedata.category(sign)[0] in "LM"
        and (
            "\u0600" <= sign <= "\u08ff"
            or "\u0900" <= sign <= "\u109f"
            or "\u1780" <= sign <= "\u18aa"
            or "\u1a20" <= sign <= "\u1cff"
            or "\ua800" <= sign <= "\uabff"
            or "\ufb50" <= sign <= "\ufdff"
            or "\ufe70" <= sign <= "\ufefc"
            or "\U00010a00" <= sign <= "\U00011fff"
        )
    )


def _is_pictograph(sign: str) -> bool:
    return bool(sign) and (
        "\U0001f000" <= sign <= "\U0001faff"
        or (unicodedata.category(sign) in {"So", "Sm", "Po"} and ("\u2030" <= sign <= "\u3299" or sign in "©®"))
    )


def _is_ideograph(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff" or "\U00020000" <= sign <= "\U0003ffff" or "\uf900" <= sign <= "\ufaff"


def _selects_variant(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef" or sign in "\u180b\u180c\u180d\u180f"


def _is_tag(sign: str) -> bool:
    return "\U000e0020" <= sign <= "\U000e007f"


def _is_skin(sign: str) -> bool:
    return "\U0001f3fb" <= sign <= "\U0001f3ff"


def _extends(sign: str) -> bool:
    return _is_skin(sign) or unicodedata.category(sign) in {"Mn", "Me"}


def _from_the_right(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in text if sign not in _MARKS_OF_DIRECTION)

"""Codes as people type, paste and dictate them: one reader for those of mails, texts, apps and recovery."""

import re
import unicodedata
from collections.abc import Mapping

from asklater.i18n import gettext
from asklater.kinds import typed_text
from asklater.kinds.typed_text import UnfitText

LONGEST = 1_000
"""Characters of what was typed that are looked at: a whole message may have been pasted."""

DIGITS = "0123456789"
_BLOCKS = re.compile(r"[^\W_]+")
_CHUNKS = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_DROPPED = frozenset({"Mn", "Me", "Cc", "Cs", "Cn"})


def read(typed: str, length: int = 6, alphabet: str = DIGITS, misread: Mapping[int, int] | None = None) -> str:
    """The one code of `length` signs of `alphabet` in what was typed; "" when there is none.

    Digits of every script count, and spaces, dashes, dots and invisible characters between them do not; the words
    around a code may come along, and the code may stand there twice. Letters are upper-cased. `misread` maps signs
    that are none of the alphabet to those they are taken for. Raises UnfitText for two different codes.
    """
    plain = _plain(typed[:LONGEST]).translate(misread or {})
    only = "".join(sign for sign in plain if not typed_text.is_separator(sign))
    if _is_code(only, length, alphabet):
        return only
    found = {code for chunk in _CHUNKS.findall(plain) if _is_code(code := chunk.replace("-", ""), length, alphabet)}
    if not found or alphabet == DIGITS:  # words may look like groups of letters: those apart from dashes come second
        found |= {code for run in _runs(plain, alphabet) for code in _codes(run, length)}
    if len(found) > 1:
        raise UnfitText(gettext("This holds more than one code. Enter only the newest."), "several_codes")
    return found.pop() if found else ""


def _plain(typed: str) -> str:
    """Upper case, ASCII digits, one kind of dash, no marks (the frame of a keycap is one)."""
    plain = "".join("-" if typed_text.is_dash(sign) else sign for sign in re.sub(r"\s", " ", typed))
    return "".join(sign for sign in typed_text.bare(plain) if unicodedata.category(sign) not in _DROPPED).upper()


def _is_code(signs: str, length: int, alphabet: str) -> bool:
    return len(signs) == length and set(signs) <= set(alphabet)


def _runs(plain: str, alphabet: str) -> list[list[str]]:
    """Blocks of signs of the alphabet, as they follow upon each other with nothing but spaces and dashes between."""
    runs: list[list[str]] = [[]]
    end = 0
    for found in _BLOCKS.finditer(plain):
        between, end = plain[end : found.start()], found.end()
        ends_sentence = re.search(r"[.,]\s", between)
        if ends_sentence or not all(typed_text.is_separator(sign) for sign in between):
            runs.append([])
        for block in _blocks_of(found.group(), alphabet):
            runs[-1].append(block) if set(block) <= set(alphabet) else runs.append([])
    return [run for run in runs if run]


def _blocks_of(block: str, alphabet: str) -> list[str]:
    """Digits that stand against letters ("CODE123456") are blocks of their own, in codes of digits."""
    return re.findall(r"[0-9]+|[^0-9]+", block) if alphabet == DIGITS else [block]


def _codes(run: list[str], length: int) -> set[str]:
    """The codes in a run: all of it, the same one over and over, or a block or an even grouping inside of it."""
    joined = "".join(run)
    if len(joined) % length == 0 and joined == joined[:length] * (len(joined) // length):
        return {joined[:length]}
    return {block for block in run if len(block) == length} | _grouped(run, length)


def _grouped(run: list[str], length: int) -> set[str]:
    """Codes of equal groups of three or four among blocks of other lengths: "123 456" before "10"."""
    found: set[str] = set()
    for group in (3, 4):
        if length % group == 0:
            alike = "".join("x" if len(block) == group else " " for block in run)
            for stretch in re.finditer("x+", alike):
                blocks = run[stretch.start() : stretch.end()]
                size = length // group
                if len(blocks) % size == 0:
                    found |= {"".join(blocks[at : at + size]) for at in range(0, len(blocks), size)}
    return found

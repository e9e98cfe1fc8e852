"""The difference between two versions of a text, word by word. Pure functions."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from webapp.privacy.notices.pages import ComparedLine, Line, Piece

WORD = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")


def compared(before: Sequence[Line], after: Sequence[Line]) -> tuple[ComparedLine, ...]:
    """Each question of either version, in the order of the later one; what left it comes last."""
    old = {line.key: line.answer for line in before}
    lines = [(line.key, line.question, line.answer) for line in after]
    lines += [(line.key, line.question, "") for line in before if line.key not in {line.key for line in after}]
    return tuple(ComparedLine(question, pieces(old.get(key, ""), answer)) for key, question, answer in lines)


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Runs of words that stay, go and come. Those that stay and come make `after`, those that stay and go `before`."""
    return tuple(_pieces(WORD.findall(before), WORD.findall(after)))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for what, start, end, later_start, later_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("".join(old[start:end]), "same")
            continue
        if end > start:
            yield Piece("".join(old[start:end]), "removed")
        if later_end > later_start:
            yield Piece("".join(new[later_start:later_end]), "added")

"""What the dashboard measures of a world, read as it reads, beside what is true."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import comb

from webapp.insights.figures import SMALLEST, Share, share
from webapp.insights.question import Question
from webapp.insights.rollup.ranges import NOTHING, Sum
from webapp.insights.rollup.reading import Reading
from webapp.shop.demo.simulator.truth import Claim

PROMISED = 0.93
"""The share of 95 % intervals that hold the truth at the least, over many worlds."""
IMPLAUSIBLE = 0.001
Board = dict[tuple[str, str], dict[bool, Sum]]
Look = Callable[[Question], Board]


@dataclass(frozen=True)
class Compared:
    """A claim and what was measured of it; None where fewer persons came than any figure is shown of."""

    claim: Claim
    measured: Share | None

    @property
    def covers(self) -> bool:
        """Whether the interval holds the truth."""
        return self.measured is not None and self.measured.low <= self.claim.truth <= self.measured.high


def compare(reading: Reading, question: Question, claims: Iterable[Claim]) -> list[Compared]:
    """Each claim with its measure, over the question's days and people. Use it inside `Database.snapshot`."""
    boards: dict[Question, Board] = {}

    def board(narrowed: Question) -> Board:
        if narrowed not in boards:
            boards[narrowed] = reading.board(narrowed)
        return boards[narrowed]

    return [Compared(claim, _measured(claim, question, board)) for claim in claims]


def plausible(compared: Sequence[Compared]) -> bool:
    """Whether so few intervals hold the truth only once in a thousand worlds, or more often."""
    measured = [one for one in compared if one.measured is not None]
    total, held = len(measured), sum(one.covers for one in measured)
    tail = sum(comb(total, n) * PROMISED**n * (1 - PROMISED) ** (total - n) for n in range(held + 1))
    return tail >= IMPLAUSIBLE


def _measured(claim: Claim, question: Question, board: Look) -> Share | None:
    if claim.what in {"device", "visitor"}:
        narrowed = (
            replace(question, device=claim.key) if claim.what == "device" else replace(question, visitor=claim.key)
        )
        part, whole = (_cell(board(asked), "", "").persons for asked in (narrowed, question))
        return share(part, whole) if whole >= SMALLEST else None
    found = _cell(board(replace(question, variant=claim.variant)), claim.field, claim.context)
    if found.persons < SMALLEST:
        return None
    if claim.what == "given":
        return share(found["completed"], found["episodes"])
    return share(found["rejected"], found["submitted"])


def _cell(board: Board, field: str, context: str) -> Sum:
    return board.get((field, context), {}).get(True, NOTHING)

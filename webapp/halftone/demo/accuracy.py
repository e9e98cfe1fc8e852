"""The declared truth, claim by claim, beside what the dashboard measures of it, and the table of both."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import comb
from typing import Literal

from asklater.insights import (
    EMPTY_SUM,
    NO_EXPERIMENT,
    SMALLEST_CELL,
    Query,
    RangeSum,
    Share,
    TotalsReader,
    clustered_share,
    share,
)
from halftone.demo.rates import Rates

# Claims

What = Literal["given", "refused", "device", "visitor"]


@dataclass(frozen=True)
class Claim:
    """A rate that is true.

    "given" is the completion rate and "refused" the rejection rate of a field in a context and variant ("-" outside
    of experiments). "device" and "visitor" are shares of the persons who are asked something; `key` says whose. An
    `optional` field is measured among optional asks. What of them is refused no rate tells by itself: who skips the
    field has submitted it too.
    """

    what: What
    truth: float
    field: str = ""
    context: str = ""
    variant: str = ""
    key: str = ""
    optional: bool = False


def claims(rates: Rates) -> Iterator[Claim]:
    """Everything that rates say of what can be measured."""
    for key, context in rates.contexts.items():
        for variant in ("", *context.variants):
            if variant or sum(context.shares.values()) < 1:
                for field, ask in context.asks(variant).items():
                    given = Claim("given", ask.give, field, key, variant or NO_EXPERIMENT, optional=ask.optional)
                    yield given
                    if not ask.optional:
                        yield replace(given, what="refused", truth=ask.reject)
    for device, expected in rates.people.devices.items():
        yield Claim("device", expected, key=device)
    yield Claim("visitor", rates.people.returning, key="returning")


# Measures

PROMISED_COVERAGE = 0.93
"""The share of 95 % intervals that hold the truth at the least, over many worlds."""
IMPLAUSIBLE = 0.001
Board = dict[tuple[str, str], dict[bool, RangeSum]]
ReadBoard = Callable[[Query], Board]


@dataclass(frozen=True)
class MeasuredClaim:
    """A claim and what was measured of it; None where fewer persons came than any figure is shown of."""

    claim: Claim
    measured: Share | None

    @property
    def covers(self) -> bool:
        """Whether the interval holds the truth."""
        return self.measured is not None and self.measured.low <= self.claim.truth <= self.measured.high


def measure_claims(reading: TotalsReader, question: Query, claims: Iterable[Claim]) -> list[MeasuredClaim]:
    """Each claim with its measure, over the question's days and people. Use it inside `Database.snapshot`."""
    boards: dict[Query, Board] = {}

    def board(narrowed: Query) -> Board:
        if narrowed not in boards:
            boards[narrowed] = reading.sums(narrowed)
        return boards[narrowed]

    return [MeasuredClaim(claim, _measure_claim(claim, question, board)) for claim in claims]


def plausible(compared: Sequence[MeasuredClaim]) -> bool:
    """Whether so few intervals hold the truth only once in a thousand worlds, or more often."""
    measured = [one for one in compared if one.measured is not None]
    total, held = len(measured), sum(one.covers for one in measured)
    tail = sum(comb(total, n) * PROMISED_COVERAGE**n * (1 - PROMISED_COVERAGE) ** (total - n) for n in range(held + 1))
    return tail >= IMPLAUSIBLE


def _measure_claim(claim: Claim, question: Query, board: ReadBoard) -> Share | None:
    if claim.what in {"device", "visitor"}:
        narrowed = (
            replace(question, device=claim.key) if claim.what == "device" else replace(question, visitor=claim.key)
        )
        part, whole = (_cell(board(asked), "", "").persons for asked in (narrowed, question))
        return share(part, whole) if whole >= SMALLEST_CELL else None
    narrowed = replace(question, variant=claim.variant, optional=claim.optional)
    found = _cell(board(narrowed), claim.field, claim.context)
    if found.persons < SMALLEST_CELL:
        return None
    if claim.what == "given":
        return clustered_share(found["completed"], found["episodes"], found.persons, found.pairs)
    return share(found["rejected"], found["submitted"])


def _cell(board: Board, field: str, context: str) -> RangeSum:
    return board.get((field, context), {}).get(True, EMPTY_SUM)


# The table

TABLE_HEAD = ("what", "truth", "measured", "95 % interval", "of", "holds it")
CLAIM_WORDS: dict[What, str] = {"given": "given", "refused": "refused at first"}


def table_lines(compared: Sequence[MeasuredClaim]) -> Iterator[str]:
    """Line by line: the table, and a sentence on how many intervals hold the truth."""
    rows = [TABLE_HEAD, *(_row(one) for one in compared)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(TABLE_HEAD))]
    for row in rows:
        numbers = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        yield "  ".join((row[0].ljust(widths[0]), *numbers)).rstrip()
    measured = [one for one in compared if one.measured is not None]
    yield f"{sum(one.covers for one in measured)} of {len(measured)} intervals hold the truth; some 95 % should."


def _row(one: MeasuredClaim) -> tuple[str, ...]:
    name, truth, share = _name(one.claim), f"{one.claim.truth:.1%}", one.measured
    if share is None:
        return name, truth, "-", "-", "-", "too few"
    interval = f"{share.low:.1%} to {share.high:.1%}"
    return name, truth, f"{share.rate:.1%}", interval, f"{share.whole:,}", "yes" if one.covers else "NO"


def _name(claim: Claim) -> str:
    if claim.what in {"device", "visitor"}:
        return f"{claim.what}: {claim.key}"
    variant = "" if claim.variant == NO_EXPERIMENT else f" [{claim.variant}]"
    return f"{claim.context} / {claim.field}{variant}: {CLAIM_WORDS[claim.what]}"

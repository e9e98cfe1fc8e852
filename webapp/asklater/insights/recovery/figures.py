"""What can be said of recovery: sets of accounts with their sizes, of which those are hidden that tell of too few."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from asklater.insights.figures import Share
from asklater.insights.recovery.counts import Held, RecoveryCounts
from asklater.insights.suppression import share_of_persons, suppressed_counts
from asklater.registry import RecoveryWay
from asklater.suppression import SMALLEST_CELL, is_too_small

Accounts = Mapping[Held, int]


@dataclass(frozen=True)
class WayFigure:
    """A way back, and the share of accounts that have it; None where it is hidden."""

    way: RecoveryWay
    share: Share | None


@dataclass(frozen=True)
class GainFigure:
    """What one more evidence would add: the share of accounts that cannot be recovered now and could be with it."""

    evidence: str
    share: Share | None


@dataclass(frozen=True)
class LossFigures:
    """After one loss: the share of accounts that can be recovered, by which ways, and what further evidence adds."""

    label: str
    recoverable: Share | None
    ways: tuple[WayFigure, ...]
    gains: tuple[GainFigure, ...]


@dataclass(frozen=True)
class OriginFigure:
    """How many accounts hold an evidence that came from a context ("" for none); None where that is hidden."""

    evidence: str
    context: str
    accounts: int | None


@dataclass(frozen=True)
class RecoveryFigures:
    """All figures of one page, of so many `accounts`; None where there are too few of them to tell anything."""

    accounts: int | None
    losses: tuple[LossFigures, ...]
    origins: tuple[OriginFigure, ...]


def recovery_figures(counts: RecoveryCounts, ways: Sequence[RecoveryWay]) -> RecoveryFigures:
    """Figures of each loss after which something has to be held: where nothing has to, every account comes back."""
    losses = dict.fromkeys(way.loss for way in ways)
    needed = [loss for loss in losses if all(way.evidence for way in ways if way.loss == loss)]
    board, whole = _Board(counts.accounts), sum(counts.accounts.values())
    if whole < SMALLEST_CELL:
        return RecoveryFigures(None, (), ())
    of_losses = tuple(_loss(board, [way for way in ways if way.loss == loss]) for loss in needed)
    return RecoveryFigures(whole, of_losses, _origins(counts, board))


def _origins(counts: RecoveryCounts, board: "_Board") -> tuple[OriginFigure, ...]:
    """Where each evidence came from, the most frequent first. Where one is hidden, another one is too, so that the
    sum gives nothing away; all of them, where the sum is hidden.
    """
    lines: dict[str, list[tuple[str, str]]] = {}
    for place in counts.origins:
        lines.setdefault(place[0], []).append(place)
    hidden: set[tuple[str, str]] = set()
    for evidence, line in lines.items():
        if board.share({evidence}.issubset) is None:
            hidden.update(line)
        hidden |= suppressed_counts({place: counts.origins[place] for place in line})
    ordered = sorted(counts.origins, key=lambda place: (place[0], -counts.origins[place], place[1]))
    return tuple(OriginFigure(*place, None if place in hidden else counts.origins[place]) for place in ordered)


MOST_KNOWN = 256
"""Sets whose sizes are worked out from what is told; where it would be more, no more is told."""


class _Board:
    """The sets of accounts whose sizes are known from what is told so far: each that is told, all but it, and what
    follows step by step from two of them, one within the other or with no account in common. A further one is hidden
    where any size that would be known with it is of too few.
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._whole = sum(accounts.values())
        self._everybody = frozenset(accounts)
        self._known = {self._everybody, frozenset[Held]()}

    def share(self, holds: Callable[[Held], bool]) -> Share | None:
        """The share of the accounts whose evidence `holds`; None where it is hidden."""
        found = frozenset(held for held in self._accounts if holds(held))
        known = self._known_with(found)
        if len(known) > MOST_KNOWN or any(is_too_small(self._size(one)) for one in known):
            return None
        self._known = known
        return share_of_persons(self._size(found), self._whole)

    def _known_with(self, found: frozenset[Held]) -> set[frozenset[Held]]:
        known, new = set(self._known), [found]
        while new and len(known) <= MOST_KNOWN:
            one = new.pop()
            if one not in known:
                for other in known:
                    if one < other or other < one:
                        new.append(one ^ other)
                    elif not one & other:
                        new.append(one | other)
                known.add(one)
        return known

    def _size(self, some: Iterable[Held]) -> int:
        return sum(self._accounts[held] for held in some)


def _loss(board: _Board, ways: Sequence[RecoveryWay]) -> LossFigures:
    def opens(held: Held) -> bool:
        return any(way.evidence <= held for way in ways)

    def gains(evidence: str) -> Callable[[Held], bool]:
        return lambda held: not opens(held) and opens(held | {evidence})

    recoverable = board.share(opens)
    figures = tuple(WayFigure(way, board.share(way.evidence.issubset)) for way in ways)
    more = sorted(frozenset().union(*(way.evidence for way in ways)))
    return LossFigures(
        label=ways[0].loss_label(),
        recoverable=recoverable,
        ways=figures,
        gains=tuple(GainFigure(evidence, board.share(gains(evidence))) for evidence in more),
    )

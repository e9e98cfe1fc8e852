"""Cumulative incidence: by when which share had completed, dismissed, or given the answer elsewhere.

The endings compete: who dismissed cannot complete any more. Episodes that are still open are censored: they count for
as long as they were watched. Source: O. O. Aalen, S. Johansen, Scandinavian Journal of Statistics 5 (1978), 141-150.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ENDINGS = ("completed", "dismissed", "superseded")


@dataclass(frozen=True)
class Watched:
    """One episode, watched for so many microseconds until its `ending`; None where it was still open then.

    An abandoned one was watched for the whole window and did not end.
    """

    microseconds: int
    ending: str | None


@dataclass(frozen=True)
class Curve:
    """`shares[ending][i]` had ended so (0..1) at or before `times[i]` microseconds, in ascending order."""

    times: tuple[int, ...]
    shares: dict[str, tuple[float, ...]]


def cumulative_incidence(episodes: Iterable[Watched], endings: Sequence[str] = ENDINGS) -> Curve:
    """The Aalen-Johansen estimate at every time at which an episode ended or stopped being watched.

    Of those at the same time, the endings come first. No episodes give an empty curve.
    Raises ValueError for an ending that is not one of `endings`, and a time below 0.
    """
    seen = Counter((episode.microseconds, episode.ending) for episode in episodes)
    for microseconds, ending in seen:
        if microseconds < 0 or (ending is not None and ending not in endings):
            raise ValueError(f"no episode ends as {ending!r} after {microseconds} microseconds")
    times = sorted({microseconds for microseconds, _ in seen})
    at_risk, open_share = seen.total(), 1.0
    reached = dict.fromkeys(endings, 0.0)
    shares: dict[str, list[float]] = {ending: [] for ending in endings}
    for time in times:
        ended = {ending: seen[time, ending] for ending in endings}
        for ending in endings:
            reached[ending] += open_share / at_risk * ended[ending]
            shares[ending].append(reached[ending])
        open_share *= 1 - sum(ended.values()) / at_risk
        at_risk -= sum(ended.values()) + seen[time, None]
    return Curve(tuple(times), {ending: tuple(values) for ending, values in shares.items()})

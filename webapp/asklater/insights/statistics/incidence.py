"""Cumulative incidence: by when which share had completed, dismissed, given the answer elsewhere, or skipped the field
where it was optional. The endings compete; episodes that are still open are censored. Source: O. O. Aalen, S.
Johansen, Scandinavian Journal of Statistics 5 (1978), 141-150.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from asklater.insights.statistics.histogram import EDGES, bucket_of

# Of single episodes

ENDINGS = ("completed", "dismissed", "superseded", "skipped")


@dataclass(frozen=True)
class ObservedEpisode:
    """One episode, watched for so many microseconds until its `ending`; None where it was still open then.

    An abandoned one was watched for the whole window and did not end.
    """

    microseconds: int
    ending: str | None


@dataclass(frozen=True)
class IncidenceCurve:
    """`shares[ending][i]` had ended so (0..1) at or before `times[i]` microseconds, in ascending order."""

    times: tuple[int, ...]
    shares: dict[str, tuple[float, ...]]


def cumulative_incidence(episodes: Iterable[ObservedEpisode], endings: Sequence[str] = ENDINGS) -> IncidenceCurve:
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
    return IncidenceCurve(tuple(times), {ending: tuple(values) for ending, values in shares.items()})


# Of episodes counted by bucket of time


@dataclass(frozen=True)
class BoundedShare:
    """An estimated share, and the ends between which the share lies that the exact times would have given."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class GroupedIncidenceCurve:
    """`shares[ending][i]` had ended so before `times[i]` microseconds: upper ends of buckets, in ascending order."""

    times: tuple[int, ...]
    shares: dict[str, tuple[BoundedShare, ...]]


def grouped_incidence(
    ended: Mapping[str, Mapping[int, int]],
    abandoned: int,
    fresh: Iterable[ObservedEpisode] = (),
    endings: Sequence[str] = ENDINGS,
    still_open: Mapping[int, int] | None = None,
) -> GroupedIncidenceCurve:
    """The life-table estimate of `cumulative_incidence`: half of who stops being watched in a bucket counts there.

    `ended` holds the mature episodes by ending and `histogram` bucket, `abandoned` those that outlived the window,
    which no fresh episode has. The fresh come one by one, or counted where they are many: those that ended in `ended`,
    the others in `still_open` by the bucket of how long they were watched. Without any that are still open, all three
    numbers are the same, and exact.
    Raises ValueError for an ending that is not one of `endings`, and for times and counts below 0.
    """
    if abandoned < 0 or min((still_open or {0: 0}).values()) < 0:
        raise ValueError(f"{abandoned} abandoned and {still_open} still open: less than nothing")
    events, censored = _by_bucket(ended, fresh, endings)
    censored.update(still_open or {})
    at_risk = abandoned + sum(counts.total() for counts in events.values()) + censored.total()
    weight = BoundedShare(1 / max(at_risk, 1), 1 / max(at_risk, 1), 1 / max(at_risk, 1))
    reached = dict.fromkeys(endings, BoundedShare(0.0, 0.0, 0.0))
    shares: dict[str, list[BoundedShare]] = {ending: [] for ending in endings}
    buckets = sorted(set(chain(censored, *events.values())))
    for bucket in buckets:
        lost, gone = censored[bucket], sum(events[ending][bucket] for ending in endings)
        each = _weight_of_endings(weight, at_risk, gone, lost)
        for ending in endings:
            reached[ending] = _more(reached[ending], each, events[ending][bucket])
            shares[ending].append(reached[ending])
        weight = _weight_of_the_rest(weight, at_risk, gone, lost)
        at_risk -= gone + lost
    return GroupedIncidenceCurve(
        tuple(EDGES[bucket] for bucket in buckets), {ending: tuple(values) for ending, values in shares.items()}
    )


def _by_bucket(
    ended: Mapping[str, Mapping[int, int]], fresh: Iterable[ObservedEpisode], endings: Sequence[str]
) -> tuple[dict[str, Counter[int]], Counter[int]]:
    """How many ended by ending and bucket, and how many of the fresh stopped being watched by bucket."""
    events = {ending: Counter(ended.get(ending, {})) for ending in endings}
    seen = Counter((bucket_of(episode.microseconds), episode.ending) for episode in fresh)
    if unknown := (set(ended) | {ending for _, ending in seen if ending is not None}) - set(endings):
        raise ValueError(f"no episode ends as {sorted(unknown)}")
    for (bucket, ending), count in seen.items():
        if ending is not None:
            events[ending][bucket] += count
    if any(count < 0 for counts in events.values() for count in counts.values()):
        raise ValueError("a bucket holds less than nothing")
    return events, Counter({bucket: count for (bucket, ending), count in seen.items() if ending is None})


# Every episode still at risk weighs the same. Who stops being watched passes the weight on to those who are left. Each
# loss raises it by m / (m - 1) where m were at risk: least while many are, most once the others of the bucket ended.


def _weight_of_endings(weight: BoundedShare, at_risk: int, gone: int, lost: int) -> BoundedShare:
    """What each ending of the bucket adds. Low: all before anyone was lost; high: the last one after all were."""
    if not gone:
        return weight
    left = at_risk - gone + 1
    return BoundedShare(
        weight.estimate * at_risk / (at_risk - lost / 2), weight.low, weight.high * left / (left - lost)
    )


def _weight_of_the_rest(weight: BoundedShare, at_risk: int, gone: int, lost: int) -> BoundedShare:
    """What each episode weighs that outlives the bucket. Low: the losses came first; high: the endings did."""
    rest = at_risk - gone - lost
    if not rest:
        return weight
    exposed = at_risk - lost / 2
    return BoundedShare(
        weight.estimate * at_risk / rest * (exposed - gone) / exposed,
        weight.low * at_risk / (at_risk - lost),
        weight.high * (at_risk - gone) / rest,
    )


def _more(reached: BoundedShare, each: BoundedShare, count: int) -> BoundedShare:
    estimate = min(1.0, reached.estimate + count * each.estimate)
    # Where all three are the same on paper, the rounding of floats must not put them out of order.
    low = min(estimate, reached.low + count * each.low)
    high = max(estimate, min(1.0, reached.high + count * each.high))
    return BoundedShare(estimate, low, high)

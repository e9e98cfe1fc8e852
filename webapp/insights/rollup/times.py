"""Histograms of times as they are read: unpacked once somebody looks, since most are carried along and never shown."""

from functools import cached_property

from webapp.insights.rollup.running import unpack_times
from webapp.insights.statistics.lanes import counted, counts

Packed = tuple[bytes, ...]


class Times:
    """A histogram of times: what the rows `late` hold beyond the rows `early`, and what is `pending`, as lanes."""

    def __init__(self, late: Packed = (), early: Packed = (), pending: int = 0) -> None:
        self._late = late
        self._early = early
        self._pending = pending

    def __add__(self, other: "Times") -> "Times":
        return Times(self._late + other._late, self._early + other._early, self._pending + other._pending)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Times) and self.lanes == other.lanes

    def __hash__(self) -> int:
        return hash(self.lanes)

    @cached_property
    def lanes(self) -> int:
        """The histogram as the lanes of one number."""
        return self._pending + sum(map(unpack_times, self._late)) - sum(map(unpack_times, self._early))

    def counted(self) -> dict[int, int]:
        """How many there are in each bucket that holds some."""
        return counted(self.lanes)

    def counts(self) -> tuple[int, ...]:
        """How many there are in each bucket, from the first one on."""
        return counts(self.lanes)


NO_TIMES = Times()

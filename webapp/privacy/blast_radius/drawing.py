"""The geometry of the course: what is held per account, against what a form that asks everything would hold. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from webapp.privacy.blast_radius.reading import Day


@dataclass(frozen=True)
class Drawing:
    """Two lines as SVG has their corners: "x,y x,y", both from 0 to 100, y being 0 at the top, where `most` stands."""

    most: int
    held: str
    everything: str


def drawing(days: Sequence[Day]) -> Drawing | None:
    """None where a line would have less than two ends."""
    if len(days) < 2:
        return None
    most = max(1, *(day.declared for day in days))
    held = [(_share(day.day, days), 100 - 100 * per_account(day) / most) for day in days]
    everything = [(_share(day.day, days), 100 - 100 * day.declared / most) for day in days]
    return Drawing(most, _joined(held), _joined(everything))


def per_account(day: Day) -> float:
    """Answers for each account that holds any."""
    return day.held / day.accounts if day.accounts else 0.0


def _share(day: date, days: Sequence[Day]) -> float:
    first, last = days[0].day, days[-1].day
    return 100 * (day - first).days / (last - first).days


def _joined(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)

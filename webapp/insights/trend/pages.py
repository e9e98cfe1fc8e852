"""The page object of a trend."""

from dataclasses import dataclass
from datetime import date

from webapp.insights.figures import Figures
from webapp.insights.filing import Files
from webapp.insights.trend.drawing import Run


@dataclass(frozen=True)
class TrendRow:
    """One span of time in which anything was asked; no figures where they are hidden. `url` leads to it alone.

    `told` are persons, asks, the rate and the ends of its interval, in words.
    """

    label: str
    url: str
    first: date
    last: date
    figures: Figures | None
    told: tuple[str, ...] = ()
    asked: bool = True
    change: str = ""


@dataclass(frozen=True)
class Trend:
    """A completion rate over time. `says` tells what the drawing shows; no runs where there is nothing to draw.

    `first` and `last` label the ends of the drawing; `rows` are the same in figures, the newest first.
    """

    title: str
    says: str
    first: str
    last: str
    runs: tuple[Run, ...]
    rows: tuple[TrendRow, ...]
    files: Files

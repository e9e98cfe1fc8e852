"""The table as a file: the same rows and the same small cells left out, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable
from io import StringIO

from webapp.insights.figures import SMALLEST, Figures, Share
from webapp.insights.pages import Row

COLUMNS = (
    "field",
    "context",
    "persons",
    "asks",
    "completed",
    "dismissed",
    "superseded",
    "abandoned",
    "completion_rate",
    "completion_low",
    "completion_high",
    "person_rate",
    "person_low",
    "person_high",
    "median_seconds",
    "p90_seconds",
    "submitted",
    "rejected",
    "rejection_rate",
    "rejections",
    "shown",
    "yield",
    "unable",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def episodes_csv(rows: Iterable[Row]) -> str:
    """A header and one line per row; rates from 0 to 1. Of a small cell only its keys and "<5" persons."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        cells = _cells(row.figures) if row.figures else [f"<{SMALLEST}"]
        cells += [""] * (len(COLUMNS) - 2 - len(cells))
        writer.writerow([_inert(row.field), _inert(row.context), *cells])
    return text.getvalue()


def _cells(figures: Figures) -> list[str]:
    tally = figures.tally
    return [
        *map(str, (tally.persons, tally.episodes, tally.completed)),
        *map(str, (tally.dismissed, tally.superseded, tally.abandoned)),
        *_share(figures.completion),
        *_share(figures.persons),
        *(_number(figures.median, 3), _number(figures.p90, 3)),
        *map(str, (tally.submitted, tally.rejected)),
        _share(figures.rejection)[0],
        *map(str, (tally.rejections, tally.impressions)),
        _number(figures.impression_yield, 6),
        str(tally.unable),
    ]


def _share(share: Share | None) -> tuple[str, str, str]:
    if share is None:
        return "", "", ""
    return _number(share.rate, 6), _number(share.low, 6), _number(share.high, 6)


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _inert(cell: str) -> str:
    """A spreadsheet runs what begins like a formula; an apostrophe makes it text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

"""The page object of retention."""

from dataclasses import dataclass
from datetime import datetime

Row = tuple[str, ...]


@dataclass(frozen=True)
class RetentionPage:
    """Rows of cells as they are shown.

    `fields`: the field, how long it is kept, how many are held, how many expire within each of the days ahead, the
    oldest. `went`: day, field, how many. `tables`: the records, their purpose, how long they are kept, how many.
    `spared` says how many are past their time and restricted, "" for none.
    """

    fields: tuple[Row, ...]
    ahead: tuple[int, ...]
    went: tuple[Row, ...]
    back: int
    tables: tuple[Row, ...]
    spared: str
    overdue: str
    every_minutes: int
    next_run: datetime

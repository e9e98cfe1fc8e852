"""The table of a run as a file: rates from 0 to 1, the same small cells left out as on screen. It gives no verdict."""

from asklater.insights.experiments.analysis import DifferenceToControl, RunResults, VariantFigures
from asklater.insights.experiments.results_panel import FEW_PERSONS
from asklater.insights.statistics.differences import Difference
from asklater.policy.formulas import wilson
from asklater.suppression import SMALLEST_CELL
from asklater.web.csv_files import csv_text

ResultRow = dict[str, str | int | float | None]
COLUMNS = (
    *("variant", "assigned", "fresh", "persons", "successes", "rate", "low", "high"),
    *("difference", "once_low", "once_high", "always_low", "always_high"),
    *("dismissed", "shown_again", "acted"),
)


def result_rows(found: RunResults) -> list[ResultRow]:
    """One row per variant, the control first, with every column; what is not told is None."""
    against = {each.variant: each for each in found.differences}
    return [_result_row(each, against.get(each.variant)) for each in found.figures]


def results_csv(found: RunResults) -> str:
    return csv_text(COLUMNS, (row.values() for row in result_rows(found)))


def _result_row(figures: VariantFigures, against: DifferenceToControl | None) -> ResultRow:
    row: ResultRow = dict.fromkeys(COLUMNS)
    row["variant"] = figures.variant
    row["assigned"] = figures.assigned if figures.assigned >= SMALLEST_CELL else FEW_PERSONS
    interval = wilson(figures.arm.successes, figures.arm.total)
    if figures.is_suppressed or interval is None:
        return {**row, "persons": figures.arm.total if figures.arm.total >= SMALLEST_CELL else FEW_PERSONS}
    row |= {"fresh": figures.fresh, "persons": figures.arm.total, "successes": figures.arm.successes}
    row |= {"rate": round(figures.arm.mean, 6), "low": round(interval.low, 6), "high": round(interval.high, 6)}
    row |= {"dismissed": figures.dismissed.successes, "acted": figures.acted.successes}
    row["shown_again"] = int(figures.shown_again.total)
    return {**row, **(_ends("once", against.one_look) | _ends("always", against.many_looks) if against else {})}


def _ends(name: str, difference: Difference | None) -> ResultRow:
    if difference is None:
        return {}
    ends: ResultRow = {f"{name}_low": round(difference.low, 6), f"{name}_high": round(difference.high, 6)}
    return {**ends, "difference": round(difference.estimate, 6)}

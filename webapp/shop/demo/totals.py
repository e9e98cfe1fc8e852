"""The dashboard's totals, kept up with what the demo writes and takes out."""

from collections.abc import Callable

from webapp.insights.rollup.rolling import RollUp
from webapp.profiling.engine import Engine


def totals(engine: Engine) -> RollUp:
    return RollUp(engine.database, engine.episodes, engine.manifest.window, engine.uncounted)


def roll_up(engine: Engine, told: Callable[[int], object] = int) -> None:
    """Count what is due now, so that the first page has not to; `told` hears how many rows are counted so far."""
    totals(engine).run(told=told)

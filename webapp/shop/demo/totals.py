"""The dashboard's totals, kept up with what the demo writes and takes out."""

from webapp.insights.rollup.rolling import RollUp
from webapp.profiling.engine import Engine


def totals(engine: Engine) -> RollUp:
    return RollUp(engine.database, engine.episodes, engine.manifest.window, engine.uncounted)


def roll_up(engine: Engine) -> None:
    """Count what is due now, so that the first page has not to."""
    totals(engine).run()

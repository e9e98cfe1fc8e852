"""Taking the simulated people out again: products, personas and real people stay."""

from sqlalchemy import delete

from webapp.insights.coverage import forget_simulated
from webapp.insights.rollup.rolling import roll_up
from webapp.profiling.engine import Engine
from webapp.profiling.tables import subject


def remove(engine: Engine) -> int:
    """Delete every simulated subject, by the tables' cascades all that hangs on it, and totals; how many there were.

    All in the caller's unit of work, so that no figure is ever of people who are gone.
    """
    roll_up(engine).forget_simulated()
    forget_simulated(engine.database)
    gone = engine.database.writing().execute(delete(subject).where(subject.c.simulated))
    return int(gone.rowcount)

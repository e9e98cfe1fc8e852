"""Taking the simulated people out again: products, personas and real people stay."""

from sqlalchemy import delete

from webapp.profiling.engine import Engine
from webapp.profiling.tables import subject
from webapp.shop.demo.totals import totals


def remove(engine: Engine) -> int:
    """Delete every simulated subject, by the tables' cascades all that hangs on it, and totals; how many there were.

    All in the caller's unit of work, so that no figure is ever of people who are gone.
    """
    totals(engine).forget_simulated()
    gone = engine.database.writing().execute(delete(subject).where(subject.c.simulated))
    return int(gone.rowcount)

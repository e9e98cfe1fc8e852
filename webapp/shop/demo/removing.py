"""Taking the simulated shoppers out again: products, personas and real people stay."""

from sqlalchemy import delete

from webapp.db import Database
from webapp.profiling.tables import subject


def remove(database: Database) -> int:
    """Delete every simulated subject, and by the tables' cascades all that hangs on it; how many there were."""
    gone = database.writing().execute(delete(subject).where(subject.c.simulated))
    return int(gone.rowcount)

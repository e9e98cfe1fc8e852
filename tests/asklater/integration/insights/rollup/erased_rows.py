"""Rows of erased persons, as they were: kept beside the tables, so that a recount can go on counting them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Column, Integer, MetaData, Select, Table, case, delete, func, insert, literal, select

from asklater import clock
from asklater.database.access import Database
from asklater.insights.rollup.aggregation import RollUp
from asklater.tables import prompt, prompt_field, subject

_apart = MetaData()


def _as_it_was(table: Table) -> Table:
    columns = [Column(column.name, column.type) for column in table.c]
    return Table(f"gone_{table.name}", _apart, *columns, Column("mature", Integer), Column("simulated", Integer))


GONE = {table: _as_it_was(table) for table in (prompt, prompt_field)}


@contextmanager
def remembering(database: Database) -> Iterator[None]:
    """Remembers the rows of persons who are erased in the block."""
    _apart.drop_all(database.engine)
    _apart.create_all(database.engine)
    try:
        yield
    finally:
        database.release()
        _apart.drop_all(database.engine)


def depart(
    rollup: RollUp, database: Database, person: int, uncounted: Sequence[Select[int]], window: timedelta
) -> None:
    """The person's rows go, in the caller's transaction. Those of somebody who is uncounted are not remembered.

    From then on they are those of a person with a number of its own, below 0.
    """
    rollup.keep_anonymous(person)
    connection = database.writing()
    counts = connection.scalar(
        select(subject.c.id).where(subject.c.id == person, *(subject.c.id.not_in(staff) for staff in uncounted))
    )
    simulated = connection.scalar(select(subject.c.simulated).where(subject.c.id == person))
    number = -1 - (connection.scalar(select(func.count()).select_from(GONE[prompt])) or 0)
    for table, gone in GONE.items() if counts else ():
        columns = [literal(number).label("subject_id") if it.name == "subject_id" else it for it in table.c]
        is_mature = case((table.c.opened_at <= clock.now() - window, 1), else_=0)
        as_it_was = select(*columns, is_mature, literal(int(bool(simulated))))
        connection.execute(insert(gone).from_select(gone.c.keys(), as_it_was.where(table.c.subject_id == person)))
    for table in (prompt_field, prompt):
        connection.execute(delete(table).where(table.c.subject_id == person))
